"""What to do now for one person about all her open notices: what is sent, by which channel, who rings, when to look again.

Pure: the same notices, history, person, town and moment give the same answer; nothing is kept but what was tried. Each
rule is a function of its own, named where it is applied.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from backend.domain.notices import Answer, Call, CallReason, Channel, End, EndReason, Notice, Person, Send, Town, Tried, Wait
from push import plan
from push.climb import ORDER, REMINDERS, Next, has_failed, is_brought, is_paper_only, next_step
from push.paper_and_calls import LETTER_LATEST, NO_CALL, View, call_due, can_arrive, letter_due
from push.rows import AGAIN, APART, HOUR, PATIENCE, deadline_of, late, occasion, row_of, start_of, steps_of

REST = timedelta(days=7)
"""Nothing is planned, and it is not over: the truth is asked again."""
LONGEST = timedelta(days=28)
"""What has no last day is carried no longer: the most that push services and bridged phones keep."""
BETWEEN_LETTERS = timedelta(days=10)
"""Of one notice: the occasions of an appointment are one letter."""
CITY_DAYS = 7
AFTER_EVENT_DAYS = 365
"""So long is a missed `after-event` still asked about."""

History = list[tuple[Notice, list[Tried]]]


class Look(Struct, gc=False):
    """What one notice wants, before the person's other notices are thought of."""

    view: View
    end: EndReason | None = None
    due: datetime | None = None
    """Of `view.next`, out of the quiet hours, not before now."""
    letter: datetime | None = None
    call: tuple[datetime, CallReason] | None = None


def decide(notices: History, person: Person, town: Town, now: datetime) -> list[Answer]:
    """Sends and calls first; then for each notice exactly one Wait or End."""
    told = reminders_of(notices) if len(notices) > 1 else None
    looks = [look(notice, tried, person, town, now, told) for notice, tried in notices]
    sends = list(sends_of([one for one in looks if one.end is None], person, town, now))
    calls = [Call(one.view.notice.id, one.call[1]) for one in looks if one.call and one.call[0] <= now]
    if sends:
        looks = [after_sends(one, sends, person, town, now, told) for one in looks]
    return [*sends, *calls, *(rest_of(one, person, town, now) for one in looks)]


# ---- one notice --------------------------------------------------------------------------------------------------


def look(notice: Notice, tried: list[Tried], person: Person, town: Town, now: datetime, told: dict[str, int] | None) -> Look:
    why = truth(notice, person)
    if why is not None:
        return Look(View(notice, tried, "", now, None, ()), why)
    view = view_of(notice, tried, person, town, now)
    if is_over(view, town, now):
        missed = notice.kind == "act" and view.steps and view.row not in NO_CALL and not is_brought(notice, tried) and not is_called(tried)
        return Look(view, "past", call=(now, "missed") if missed else None)
    if view.row in NO_CALL and not has_way(notice, person):
        return Look(view, "no-phone")
    if is_enough(view, town, told):
        view.next = None
    found = Look(view)
    if view.next is not None:
        found.due = view.next.due if view.next.kind == "letter" else plan.allowed(view.next.due, view.deadline, person, town.zone, now)
        found.due = max(found.due, now) if found.due else None
    is_night = view.next is not None and found.due is None
    found.letter = letter_due(view, person, town, now)
    found.call = call_due(view, person, town, now, found.letter)
    if is_night:
        return nights_only(found, now)
    if found.due is None and found.letter is None and found.call is None:
        found.end = used_up(view, now)
    return found


def truth(notice: Notice, person: Person) -> EndReason | None:
    """What ends it whatever the plan says: asked anew before each sending."""
    if person.is_dead:
        return "dead"
    if notice.ended:
        return notice.ended
    return "opened" if notice.kind == "tell" and notice.opened_at is not None else None


def view_of(notice: Notice, tried: list[Tried], person: Person, town: Town, now: datetime) -> View:
    start, deadline = start_of(notice, town), deadline_of(notice, town)
    row = row_of(notice, start, deadline, town)
    if notice.shape == "after-event" and deadline is not None and deadline <= now:
        steps, start, deadline = late(notice, person.first, town), deadline, None
    else:
        if row in ("light", "short"):
            start = max(start, plan.awake(start, deadline, person, town.zone))  # its hours count from when they can be heard
        steps = steps_of(notice, row, start, person.first, town)
    if is_put_off(notice, tried):
        start = max(start, notice.again_at)
        steps = occasion(f"{AGAIN}{plan.text(plan.day_of(start, town.zone))}", start, person.first)
    view = View(notice, tried, row, start, deadline, steps)
    told_enough = notice.opened_at is not None and row in ("light", "single") and steps and steps[0].occasion in ("row", "single")
    if not told_enough:
        view.next = step_in_time(view, person, town, now)
    return view


def is_put_off(notice: Notice, tried: list[Tried]) -> bool:
    """She asked to be told again, and has not been since."""
    return notice.again_at is not None and not any(one.at >= notice.again_at for one in tried if one.kind != "call" and not has_failed(one))


def step_in_time(view: View, person: Person, town: Town, now: datetime) -> Next | None:
    """The next step that has its place in time; on paper only while the letter still arrives."""
    can_post, without = view.row not in NO_CALL, frozenset[str]()
    while found := next_step(view.notice, view.tried, person, view.steps, view.start, view.deadline, now, can_post, without):
        if is_crowded(found, view, person, town, now):
            without |= {found.step.id}
        elif found.kind != "letter" or view.deadline is None:
            break
        else:
            latest = plan.moment(plan.posted_by(view.last_day - LETTER_LATEST, town), plan.minutes(town.morning), town.zone)
            found = found._replace(due=max(view.start, min(found.due, latest)))
            if can_arrive(plan.day_of(max(found.due, now), town.zone), view, town):
                break
            can_post = False
    return found


def is_crowded(found: Next, view: View, person: Person, town: Town, now: datetime) -> bool:
    """Too soon after the same by the same channel, for few hours are left or quiet hours drew both to one: it is left out."""
    last = max((one.at for one in view.tried if one.kind == found.kind and not has_failed(one)), default=None)
    if last is None:
        return False
    if found.kind == "letter":
        return found.due - last < BETWEEN_LETTERS
    at = plan.allowed(found.due, view.deadline, person, town.zone, now)
    return at is not None and at - last < (APART if at < found.due else HOUR)


def is_over(view: View, town: Town, now: datetime) -> bool:
    """The last day is past. A missed `after-event` goes on with other words, for a year."""
    if view.deadline is not None:
        return view.deadline <= now
    return view.notice.shape == "after-event" and bool(view.notice.last_day) and view.start <= now - timedelta(days=AFTER_EVENT_DAYS)


def is_called(tried: list[Tried]) -> bool:
    return any(one.kind == "call" for one in tried)


def has_way(notice: Notice, person: Person) -> bool:
    if is_paper_only(person):
        return False
    return person.push != "none" or notice.rule != "city" and (person.sms or person.email)


def is_enough(view: View, town: Town, told: dict[str, int] | None) -> bool:
    """As many reminders of one matter as there may be. Letters and calls are not counted."""
    count = told.get(view.notice.matter, 0) if told is not None else len(moments_told(view.tried))
    return count >= town.most_per_matter


def reminders_of(notices: History) -> dict[str, int]:
    """matter -> rungs that told of it; one that told of two of its notices is one."""
    found: dict[str, set[tuple[datetime, Channel]]] = {}
    for notice, tried in notices:
        if tried:
            found.setdefault(notice.matter, set()).update(moments_told(tried))
    return {matter: len(moments) for matter, moments in found.items()}


def moments_told(tried: list[Tried]) -> set[tuple[datetime, Channel]]:
    return {(one.at, one.kind) for one in tried if one.kind not in ("letter", "call") and not has_failed(one)}


def nights_only(found: Look, now: datetime) -> Look:
    """Only quiet hours are left before the deadline: a person rings, unless she was reached before."""
    view = found.view
    if view.notice.kind == "tell":
        found.end = "night"
    elif not is_brought(view.notice, view.tried) and not is_called(view.tried) and view.row not in NO_CALL:
        found.call = now, "only-night-left"
    return found


def used_up(view: View, now: datetime) -> EndReason | None:
    """Nothing more is planned. A duty with a last day waits for it; the rest ends when its last try has its result."""
    notice, tried = view.notice, view.tried
    if is_called(tried) or any(one.state == "due" and now - one.at < PATIENCE for one in tried):
        return None
    if view.deadline is not None and notice.kind == "act" and view.row not in NO_CALL:
        return None
    if notice.shape == "after-event" and notice.last_day and view.deadline is None:
        return None
    return "not-told" if tried and all(map(has_failed, tried)) else "told"


# ---- all notices of a person -------------------------------------------------------------------------------------


def sends_of(looks: list[Look], person: Person, town: Town, now: datetime) -> Iterable[Send]:
    ready = [one for one in looks if one.due is not None and one.due <= now and one.view.next]
    mine = [one for one in ready if one.view.next.kind in REMINDERS]
    yield from (send([one], one.view.next.kind, now, counts=False) for one in mine if one.view.next.step.is_alone)
    together = bundle([one for one in mine if not one.view.next.step.is_alone], looks, person, town, now)
    for group in together:
        yield send(group, strongest(group, person), now, counts=True)
    matters = {one.view.notice.matter for group in together for one in group}  # her own first: the helper at the next look
    helped = [one for one in ready if one.view.next.kind == "helper" and one.view.notice.matter not in matters]
    for helper in sorted({one.view.notice.helper for one in helped}):
        yield send([one for one in helped if one.view.notice.helper == helper], "helper", now, counts=False)
    posted = [one for one in looks if one.letter is not None and one.letter <= now or one in ready and one.view.next.kind == "letter"]
    if posted:
        yield send(posted, "letter", now, counts=False)


def bundle(mine: list[Look], looks: list[Look], person: Person, town: Town, now: datetime) -> list[list[Look]]:
    """What is due goes in one rung, with what is planned for later today. City notices only on a day without duties."""
    if is_day_used(person, town, now) and not any(one.view.next.step.is_free for one in mine):
        return []
    duties = [one for one in mine if one.view.notice.rule != "city"]
    today = plan.day_of(now, town.zone)
    later = [one for one in looks if one not in mine and is_planned_today(one, today, town)]
    if duties:
        return [duties + later]
    if not mine or later or is_city_week(person, today):
        return []
    return [mine]


def is_day_used(person: Person, town: Town, now: datetime) -> bool:
    """At most one reminder a day. What is left waits for the next morning, unless few days are left."""
    return person.told_on != "" and person.told_on == plan.text(plan.day_of(now, town.zone))


def is_planned_today(one: Look, today: int, town: Town) -> bool:
    following = one.view.next
    if following is None or one.due is None or following.kind not in REMINDERS or one.view.notice.rule == "city":
        return False
    return following.step.is_dated and not following.step.is_alone and plan.day_of(one.due, town.zone) == today


def is_city_week(person: Person, today: int) -> bool:
    """At most one city notice a week."""
    return person.city_on != "" and today - plan.number(person.city_on) < CITY_DAYS


def strongest(group: list[Look], person: Person) -> Channel:
    """Of several channels due together, the one furthest up the ladder carries all."""
    own = [one.view.next.kind for one in group if one.view.next]
    return max(own, key=lambda kind: (ORDER[kind], kind == person.first) if person.first == "sms" else (kind != "push", kind == "sms"))


def send(group: list[Look], kind: Channel, now: datetime, counts: bool) -> Send:
    told = tuple((one.view.notice.id, step_name(one, kind)) for one in group)
    return Send(kind, told, min(one.view.deadline or now + LONGEST for one in group), counts)


def step_name(one: Look, kind: Channel) -> str:
    if kind == "letter" and not (one.view.next and one.view.next.kind == "letter"):
        return "letter"
    return one.view.next.step.id if one.view.next else "letter"


def after_sends(one: Look, sends: list[Send], person: Person, town: Town, now: datetime, told: dict[str, int] | None) -> Look:
    """The same notice with what is being sent for it: when its sign is waited for no longer, though nothing is heard."""
    notice = one.view.notice
    new = [Tried(step, rung.kind, now, "due") for rung in sends for told_id, step in rung.notices if told_id == notice.id]
    return look(notice, one.view.tried + new, person, town, now, told) if new else one


def rest_of(one: Look, person: Person, town: Town, now: datetime) -> Wait | End:
    """When to look again: at the next date of its own, and at its deadline."""
    view = one.view
    if one.end is not None:
        return End(view.notice.id, one.end)
    moments = [at for at in (one.letter, one.call and one.call[0], view.deadline) if at is not None and at > now]
    if one.due is not None:
        moments.append(one.due if one.due > now else tomorrow(view, person, town, now))
        moments += [step.at for step in view.steps if step.occasion != "row" and step.at > now]
    return Wait(view.notice.id, min(moments) if moments else now + REST)


def tomorrow(view: View, person: Person, town: Town, now: datetime) -> datetime:
    """The next morning; where that is not before the deadline, nothing more is sent."""
    morning = plan.moment(plan.day_of(now, town.zone) + 1, plan.minutes(town.morning), town.zone)
    at = plan.allowed(morning, view.deadline, person, town.zone, now)
    return at if at is not None and at > now else morning


# ---- what will come ----------------------------------------------------------------------------------------------


def outlook(notice: Notice, tried: list[Tried], person: Person, town: Town, now: datetime) -> list[tuple[Channel, datetime]]:
    """What will come, and when, if nothing is seen and nothing done: decided step by step, as it would be."""
    found: list[tuple[Channel, datetime]] = []
    history = list(tried)
    for _ in range(40):
        answers = decide([(notice, history)], person, town, now)
        for answer in answers:
            if isinstance(answer, Send):
                found.append((answer.kind, now))
                history.append(Tried(answer.notices[0][1], answer.kind, now, "handed_over"))
                person = replace(person, told_on=plan.text(plan.day_of(now, town.zone))) if answer.counts else person
            elif isinstance(answer, Call):
                found.append(("call", now))
                history.append(Tried("call", "call", now, "handed_over"))
        last = answers[-1]
        if isinstance(last, End):
            break
        now = last.until if len(answers) == 1 else now  # once more after a result, as the engine does
    return found
