"""What a caseworker does with a case, and what the second of two is told."""

from datetime import timedelta

import pytest

from backend.domain.actors import SYSTEM
from backend.domain.errors import CaseMoved, Invalid, NotFound
from backend.domain.reminders import Reminder
from backend.store import audit, cases, casework, notices, worklist
from backend.store.casework import Place
from backend.store.worklist import Wanted
from tests.people import INGER, VISITOR, YUSUF
from tests.store.conftest import NOW, add_person, rats, send, wait
from tests.store.staffed import MARIE, OLE, PASSPORTS, acting, add_staff

WANTED = {"say": "A picture of the place", "text": "", "lang": "", "by": "2026-12-08"}


@pytest.fixture
def staffed(db):
    add_staff(db, MARIE, OLE, PASSPORTS)
    return db


def place(db, case, staff=MARIE) -> Place:
    return wait(casework.place(db, staff, case))


def opened(db, case, staff=MARIE):
    return wait(casework.get(db, acting(staff), place(db, case, staff), NOW))


def kinds(db, case):
    return [event.kind for event in opened(db, case).events]


def listed(db, staff=MARIE, services=("rats", "sick-pay"), **wanted):
    return [item.id for item in wait(worklist.page(db, Wanted(services, staff.id, **wanted))).items]


def test_a_case_is_opened_as_it_was_sent_and_the_first_time_is_told_once(staffed, sign):
    case = send(staffed, INGER, sign).case
    whole = opened(staffed, case)
    assert whole.content["answers"] == {"where": "in the yard"} and whole.place.looked_at
    assert [(e.kind, e.staff) for e in opened(staffed, case, OLE).events] == [("opened", "Marie Holst")]


def test_every_look_at_a_case_stands_in_the_residents_log_with_the_case(staffed, sign):
    case = send(staffed, INGER, sign).case
    opened(staffed, case)
    wait(staffed.settle_access())
    lines = staffed.read_now(lambda tx, _: audit.looks_at_subject(tx, INGER, 2**62, 50), SYSTEM)
    looks = {(line.person, line.object) for line in lines if line.role == "desk" and line.verb == "read"}
    assert looks == {("p-marie", f"cases/case-work/{case}"), ("p-marie", f"files/case-work/{case}")}


@pytest.mark.parametrize("act", ["see-cases", "work-cases"])
def test_a_case_of_another_service_is_not_found(staffed, sign, act):
    case = send(staffed, INGER, sign).case
    with pytest.raises(NotFound):
        wait(casework.place(staffed, PASSPORTS, case, act))
    with pytest.raises(NotFound):
        wait(casework.place(staffed, MARIE, "0" * 32, act))


def test_what_a_guest_sent_is_worked_on_too_and_nobody_is_written_to(staffed, sign):
    case = send(staffed, VISITOR, sign).case
    whole = opened(staffed, case)
    assert whole.place.is_guests and whole.content["answers"] == {"where": "in the yard"}
    with pytest.raises(NotFound):
        wait(casework.ask(staffed, acting(MARIE), whole.place, whole.place.revision, WANTED, NOW))


def test_a_note_is_for_the_desk_and_an_empty_one_is_refused(staffed, sign):
    case = send(staffed, INGER, sign).case
    wait(casework.note(staffed, acting(MARIE), place(staffed, case), " She rang. ", NOW))
    assert opened(staffed, case).events[0].said == {"text": "She rang."}
    with pytest.raises(Invalid):
        wait(casework.note(staffed, acting(MARIE), place(staffed, case), " \n", NOW))


def test_a_paper_asked_for_is_a_task_with_its_last_day_a_reminder_and_a_case_that_waits(staffed, sign):
    case = send(staffed, INGER, sign).case
    here = opened(staffed, case).place
    wait(casework.ask(staffed, acting(MARIE), here, here.revision, WANTED, NOW))
    [task] = wait(cases.get(staffed, INGER, case)).tasks
    assert (task["why"], task["say"], task["by"], task["who"]) == ("paper", WANTED["say"], "2026-12-08", "me")
    [notice] = [n for n in staffed.read_now(lambda tx, _: notices.of_person(tx, SYSTEM, here.owner), SYSTEM)]
    assert (notice.matter, notice.rule, notice.kind, notice.last_day) == (f"case/{case}", f"task.{task['id']}", "act", "2026-12-08")
    assert place(staffed, case).status == "waiting" and kinds(staffed, case) == ["opened", "asked"]


def test_a_case_taken_in_hand_is_worked_on_and_the_second_who_takes_it_is_told_by_whom(staffed, sign):
    case = send(staffed, INGER, sign).case
    seen = opened(staffed, case).place
    wait(casework.assign(staffed, acting(MARIE), seen, seen.revision, MARIE.id, NOW))
    assert (place(staffed, case).assigned, place(staffed, case).status) == ("Marie Holst", "in-progress")
    with pytest.raises(CaseMoved) as told:
        wait(casework.assign(staffed, acting(OLE), seen, seen.revision, OLE.id, NOW))
    assert (told.value.kind, told.value.by, told.value.status) == ("assigned", "Marie Holst", "in-progress")
    assert place(staffed, case).assigned_id == MARIE.id


def test_nobody_outside_the_staff_is_given_a_case(staffed, sign):
    case = send(staffed, INGER, sign).case
    here = place(staffed, case)
    for stranger in (YUSUF.person, "p-nobody-at-all"):
        with pytest.raises(NotFound):
            wait(casework.assign(staffed, acting(MARIE), here, here.revision, stranger, NOW))


def test_a_status_is_one_of_those_of_work_and_what_ends_a_case_is_decided(staffed, sign):
    case = send(staffed, INGER, sign).case
    here = opened(staffed, case).place
    wait(casework.set_status(staffed, acting(MARIE), here, here.revision, "in-progress", NOW))
    assert place(staffed, case).status == "in-progress" and kinds(staffed, case) == ["opened", "status"]
    for status in ("granted", "withdrawn", "made-up"):
        with pytest.raises(Invalid):
            wait(casework.set_status(staffed, acting(MARIE), here, here.revision, status, NOW))


def test_the_list_holds_only_what_lies_in_clear_and_what_is_hers(staffed, sign):
    hers = send(staffed, INGER, sign).case
    passport = send(staffed, INGER, sign, key="1" * 32, new=rats(service="passport")).case
    before = list(staffed.access.waiting)
    assert listed(staffed) == [hers] and listed(staffed, PASSPORTS, ("passport",)) == [passport]
    assert staffed.access.waiting == before


def test_the_list_is_paged_in_each_order_without_gap_or_double(staffed, sign):
    days = ["2026-12-20", "", "2026-12-05", "", "2026-12-05"]
    sent = []
    for n, on in enumerate(days):
        deadlines = [{"shape": "authority-clock", "on": on}, {"shape": "window", "on": "2026-01-01"}] if on else []
        new = rats(service="rats" if n % 2 else "sick-pay", deadlines=deadlines)
        sent.append(send(staffed, INGER, sign, key=f"{n:032x}", new=new).case)
    orders = {"due": [sent[n] for n in (2, 4, 0, 1, 3)], "oldest": sent, "newest": sent[::-1]}
    for order, expected in orders.items():
        found, after = [], None
        while True:
            page = wait(worklist.page(staffed, Wanted(("rats", "sick-pay"), MARIE.id, order=order, most=2, after=after)))
            found += [item.id for item in page.items]
            if (after := page.after) is None:
                break
        assert found == expected, order


def test_the_list_is_narrowed_to_mine_nobodys_the_waiting_and_the_late(staffed, sign):
    first, second, third = (
        send(staffed, INGER, sign, key=f"{n:032x}", new=rats(deadlines=[{"shape": "authority-clock", "on": f"2026-12-0{n}"}])).case
        for n in (1, 2, 3)
    )  # fmt: skip
    wait(casework.assign(staffed, acting(MARIE), place(staffed, first), 0, MARIE.id, NOW))
    wait(casework.ask(staffed, acting(MARIE), place(staffed, second), 0, WANTED, NOW))
    assert listed(staffed, who="mine") == [first] and listed(staffed, OLE, who="mine") == []
    assert listed(staffed, who="nobody") == [third] and listed(staffed, state="waiting") == [second]
    assert listed(staffed, until="2026-12-03") == [first]
    counts = wait(worklist.counts(staffed, ("rats", "passport"), MARIE.id, "2026-12-02"))
    assert (counts.services, counts.states, counts.mine, counts.nobody, counts.late) == ({"rats": 3}, {"open": 2, "waiting": 1}, 1, 2, 1)
