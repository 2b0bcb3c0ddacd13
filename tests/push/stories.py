"""One resident's notices told through time, as the engine would: ask, send, hear what became of it, ask again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from backend.domain.notices import Call, End, Notice, Person, Send, State, Town, Tried
from push import ladder, plan

TOWN = Town()
MADE = datetime(2027, 1, 4, 11, tzinfo=UTC)
"""A Monday at noon in Copenhagen."""
LAST = "2027-03-04"
"""A Thursday; no holiday in between."""
EVERYTHING = Person(push="live", sms=True, email=True, letter=True)


def notice(**given: object) -> Notice:
    fields = {"id": 1, "matter": "case/1", "rule": "answer", "kind": "act", "weight": "normal", "created_at": MADE, "last_day": LAST}
    return Notice(**{**fields, **given})


def seen(kind: str) -> State:
    """Every push is shown, the rest is handed over."""
    return "seen" if kind == "push" else "handed_over"


def silent(kind: str) -> State:
    return "handed_over"


def failing(*kinds: str) -> Callable[[str], State]:
    return lambda kind: "failed" if kind in kinds else seen(kind)


Told = list[tuple[str, datetime]]


def story(*notices: Notice, person: Person = EVERYTHING, town: Town = TOWN, outcome: Callable[[str], State] = seen, until: datetime | None = None) -> tuple[Told, list[str]]:
    """What was sent and when ("call" among it), and the endings. Every answer is known at once."""
    open_now = {one.id: one for one in notices}
    tried: dict[int, list[Tried]] = {one.id: [] for one in notices}
    told: Told = []
    ends: list[str] = []
    now = min(one.created_at for one in notices)
    for _ in range(200):
        waiting = [(one, tried[one.id]) for one in open_now.values() if one.created_at <= now]
        coming = [one.created_at for one in open_now.values() if one.created_at > now]
        answers = ladder.decide(waiting, person, town, now)
        for answer in answers:
            if isinstance(answer, Send):
                told.append((answer.kind, now))
                state = outcome(answer.kind)
                for number, step in answer.notices:
                    tried[number].append(Tried(step, answer.kind, now, state))
                if answer.counts and state != "failed":
                    person = replace(person, told_on=plan.text(plan.day_of(now, town.zone)))
            elif isinstance(answer, Call):
                told.append((f"call {answer.why}", now))
                tried[answer.notice].append(Tried("call", "call", now, "handed_over"))
            elif isinstance(answer, End):
                ends.append(answer.why)
                del open_now[answer.notice]
        again = any(isinstance(answer, Send | Call) for answer in answers)
        next_looks = [answer.until for answer in answers if hasattr(answer, "until")] + coming
        if not open_now or not next_looks:
            break
        now = now if again else min(next_looks)
        if until and now > until or now > MADE + timedelta(days=800):
            break
    return told, ends


def days_before(told: Told, last: str = LAST, zone: str = TOWN.zone) -> str:
    """"D-14 push, D-7 push": by local days; "D+1" after the last one."""
    end = plan.number(last)
    return ", ".join(f"D{plan.day_of(at, zone) - end:+d} {kind}" for kind, at in told)


def hours_after(told: Told, start: datetime = MADE) -> str:
    """"+0 push, +4 push": hours."""
    return ", ".join(f"+{(at - start).total_seconds() / 3600:g} {kind}" for kind, at in told)
