"""A case in whatever order things happen to it: two caseworkers and the resident, each with the page they last saw."""

import atexit
import secrets
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from backend.domain.actors import SYSTEM, resident
from backend.domain.cases import DESK_ONLY, WORKING
from backend.domain.errors import CaseMoved, TooLate
from backend.letters.receipts import Signer
from backend.store import case_events, cases, casework, decisions, keyring, letters, notices, withdrawals
from backend.store.database import Database
from tests.store.conftest import NOW, add_person, send, wait
from tests.store.staffed import MARIE, OLE, acting, add_staff
from tests.written import letter

BOTH, FRESH = st.sampled_from((MARIE, OLE)), st.sampled_from((True, True, False))
"""`FRESH`: she has just loaded the page, or acts on the one she had before."""


@cache
def store() -> Database:
    """One for all that is tried; each try has a resident of its own."""
    folder = Path(mkdtemp())
    keyring.make(folder / "keys")
    made = Database(folder / "data", keyring.load(folder / "keys"))
    atexit.register(made.close)
    add_staff(made, MARIE, OLE)
    return made


class ACase(RuleBasedStateMachine):
    """The model: its status, what was decided when, which tasks are open, and the letters that stand."""

    @initialize()
    def received(self) -> None:
        self.db, self.her = store(), resident(secrets.token_hex(8), "s")
        add_person(self.db, self.her.person)
        self.case = send(self.db, self.her, Signer(self.db.keys.keys["receipt"]).sign).case
        self.now, self.status, self.is_looked_at = NOW, "received", False
        self.decided_at, self.letters, self.open, self.before = 0, [], [], ()
        self.seen = {staff.id: self.place() for staff in (MARIE, OLE)}

    def place(self, staff=MARIE):
        return wait(casework.place(self.db, staff, self.case))

    @property
    def ms(self) -> int:
        return int(self.now.timestamp() * 1000)

    def is_over(self) -> bool:
        return self.decided_at > 0

    def acts(self, staff, what, is_hers: bool, fresh: bool) -> bool:
        """Does it; only who saw the newest, and may, changes anything."""
        self.seen[staff.id] = here = self.place() if fresh else self.seen[staff.id]
        is_newest = here.revision == self.place().revision
        try:
            wait(what(here))
        except CaseMoved as told:
            assert not (is_newest and is_hers)
            assert told.status == self.place().status
            return False
        assert is_newest and is_hers
        return True

    @rule(staff=BOTH)
    def opens(self, staff) -> None:
        whole = wait(casework.get(self.db, acting(staff), self.place(staff), self.now))
        self.seen[staff.id], self.is_looked_at = whole.place, True

    @rule(seconds=st.sampled_from((1, 30, 70)))
    def time_goes_by(self, seconds) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(staff=BOTH)
    def notes(self, staff) -> None:
        wait(casework.note(self.db, acting(staff), self.place(), "ring", self.now))

    @rule(staff=BOTH, fresh=FRESH, status=st.sampled_from(WORKING))
    def sets_status(self, staff, fresh, status) -> None:
        if self.acts(staff, lambda here: casework.set_status(self.db, acting(staff), here, here.revision, status, self.now), not self.is_over(), fresh):
            self.status = status

    @rule(staff=BOTH, fresh=FRESH)
    def assigns(self, staff, fresh) -> None:
        if self.acts(staff, lambda here: casework.assign(self.db, acting(staff), here, here.revision, staff.id, self.now), not self.is_over(), fresh):
            self.status = "in-progress" if self.status == "received" else self.status

    @rule(staff=BOTH, fresh=FRESH)
    def asks_for_a_paper(self, staff, fresh) -> None:
        wanted = {"say": "", "text": "Foto", "lang": "da", "by": "2026-12-20"}
        if self.acts(staff, lambda here: casework.ask(self.db, acting(staff), here, here.revision, wanted, self.now), not self.is_over(), fresh):
            self.status = "waiting"

    @rule(staff=BOTH, fresh=FRESH, status=st.sampled_from(("visited", "closed")))
    def decides(self, staff, fresh, status) -> None:
        self.decide(staff, fresh, status)

    def decide(self, staff, fresh, status) -> None:
        before = (self.status, self.decided_at, self.tasks())
        may = self.decided_at <= self.ms and self.status != "withdrawn"
        made = []

        async def what(here):
            made.append(await decisions.decide(self.db, acting(staff), here, here.revision, status, letter(), self.now))

        if self.acts(staff, what, may, fresh):
            self.before, self.status, self.decided_at = before, status, made[0].until
            self.letters.append((made[0].letter, made[0].until))

    @rule(staff=BOTH, seconds=st.sampled_from((0, 59, 61)))
    def takes_it_back(self, staff, seconds) -> None:
        self.now += timedelta(seconds=seconds)
        self.back(staff)

    @rule(staff=BOTH, other=BOTH, seconds=st.sampled_from((0, 59, 61)))
    def decides_and_thinks_again(self, staff, other, seconds) -> None:
        self.decide(staff, True, "closed")
        self.now += timedelta(seconds=seconds)
        self.back(other)

    def back(self, staff) -> None:
        may = self.decided_at > self.ms
        try:
            wait(decisions.take_back(self.db, acting(staff), self.place(), self.now))
        except TooLate:
            assert not may
            return
        assert may
        self.letters.pop()
        self.status, self.decided_at, tasks = self.before
        assert self.tasks() == tasks

    @rule()
    def withdraws(self) -> None:
        may = not self.is_looked_at and not self.is_over()
        said = wait(withdrawals.withdraw(self.db, self.her, self.case, self.now))
        assert (said == "done") is (may or self.status == "withdrawn")
        if may:
            self.status, self.decided_at = "withdrawn", self.ms

    @precondition(lambda self: self.status == "withdrawn")
    @rule()
    def wants_it_after_all(self) -> None:
        if wait(withdrawals.undo(self.db, self.her, self.case, {}, NOW.isoformat()[:16], self.now)) == "done":
            self.status, self.decided_at = "received", 0

    def tasks(self) -> list[str]:
        return sorted(task["id"] for task in wait(cases.get(self.db, self.her, self.case)).tasks)

    @invariant()
    def the_case_is_as_the_model_says(self) -> None:
        if hasattr(self, "case"):
            here = self.place()
            assert (here.status, here.decided_at, bool(here.looked_at)) == (self.status, self.decided_at, self.is_looked_at)

    @invariant()
    def she_reads_every_letter_whose_time_has_come_and_no_other(self) -> None:
        if hasattr(self, "case"):
            held = {one.id for one in wait(letters.page(self.db, self.her, self.now))}
            assert held == {id for id, at in self.letters if at <= self.ms}

    @invariant()
    def a_decided_case_leaves_nothing_to_do_and_reminds_of_nothing(self) -> None:
        if hasattr(self, "case") and self.is_over():
            assert self.tasks() == []
            owner = self.place().owner
            rows = self.db.read_now(lambda tx, _: notices.of_person(tx, SYSTEM, owner), SYSTEM)
            assert not [row for row in rows if row.matter == f"case/{self.case}"]

    @invariant()
    def her_timeline_tells_of_as_many_decisions_as_she_has_letters(self) -> None:
        if hasattr(self, "case"):
            row = self.place().row
            events = self.db.read_now(lambda tx, _: case_events.of_case(tx, self.her, row), self.her)
            told = [one for one in events if one.kind not in DESK_ONLY and one.kind == "decided" and one.at <= self.ms]
            assert len(told) == len([at for _, at in self.letters if at <= self.ms])


TestACase = ACase.TestCase
TestACase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
