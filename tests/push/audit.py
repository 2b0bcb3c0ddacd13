"""What must hold of a lived year, said without the code that planned it: each rule finds what breaks it, in words."""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.domain.notices import Notice, Town
from tests.conftest import ROOT
from tests.push.year import DAY, HOUR, Rung, Year

CLOSED = {f"{year}-{day}" for year, days in json.loads((ROOT / "tests/push/working_days.json").read_text()).items() for day in days}
TO_HERSELF = ("push", "sms", "email")
NEITHER_LETTER_NOR_CALL = ("draft", "city", "campaign")


def wall(at: datetime, town: Town) -> datetime:
    return at.astimezone(ZoneInfo(town.zone)).replace(tzinfo=None)


def deadline(one: Notice, town: Town) -> datetime | None:
    """The last moment at which telling her is of use."""
    if one.at:
        return datetime.fromisoformat(one.at).replace(tzinfo=ZoneInfo(town.zone))
    if not one.last_day or one.shape in ("after-event", "authority-clock"):
        return None
    return datetime.combine(date.fromisoformat(one.last_day) + DAY, datetime.min.time(), ZoneInfo(town.zone))


def due_by(one: Notice, town: Town) -> datetime | None:
    """As `deadline`; of an after-event the day before she loses money."""
    if one.shape == "after-event" and one.last_day:
        return datetime.combine(date.fromisoformat(one.last_day) + DAY, datetime.min.time(), ZoneInfo(town.zone))
    return deadline(one, town)


def is_quiet(at: datetime, begins: str, ends: str) -> bool:
    time = at.strftime("%H:%M")
    return begins <= time < ends if begins <= ends else time >= begins or time < ends


def arrival(sent: date, town: Town) -> date:
    left = town.print_days + town.post_days
    while left:
        sent += DAY
        left -= sent.weekday() < 5 and sent.isoformat() not in CLOSED | town.closed
    return sent


def is_short(one: Notice, town: Town) -> bool:
    if one.kind != "act" or one.remind or one.at:
        return False
    if not one.last_day:
        return one.shape == "at-once" or one.weight != "light"
    first = max(wall(one.created_at, town).date(), date.fromisoformat(one.opens or "2000-01-01"))
    return (date.fromisoformat(one.last_day) - first).days <= 10


def told(year: Year) -> Iterator[tuple[Rung, Notice, str]]:
    return ((rung, year.notices[number], step) for rung in year.rungs for number, step in rung.notices)


def reaches(year: Year, rung: Rung, before: datetime | None, one: Notice) -> bool:
    """By a sign, by a carrier that gives none, by a letter that is there in time."""
    if rung.kind == "letter":
        arrives = arrival(wall(rung.at, year.town).date(), year.town)
        return rung.states[-1][1] == "handed_over" and (before is None or arrives < wall(before, year.town).date())
    good = ("seen",) if rung.kind == "push" else ("handed_over", "seen")
    return any(state in good and (before is None or since < before) for since, state in rung.states)


# ---- the rules -----------------------------------------------------------------------------------------------------


def at_night(year: Year) -> Iterator[str]:
    for rung in year.rungs:
        person = year.person(rung.at)
        if rung.kind in (*TO_HERSELF, "helper") and is_quiet(wall(rung.at, year.town), person.quiet_from, person.quiet_to):
            yield f"{rung.kind} at {wall(rung.at, year.town)}"


def after_done(year: Year) -> Iterator[str]:
    for rung, one, _ in told(year):
        if one.id in year.ended_at and year.ended_at[one.id][0] <= rung.at:
            yield f"{rung.kind} of {one.id} after {year.ended_at[one.id][1]}"


def after_opened(year: Year) -> Iterator[str]:
    for rung, one, _ in told(year):
        if one.kind == "tell" and one.id in year.opened_at and year.opened_at[one.id] <= rung.at:
            yield f"{rung.kind} of {one.id} after it was opened"


def after_death(year: Year) -> Iterator[str]:
    yield from (f"{rung.kind} to the dead" for rung in year.rungs if year.person(rung.at).is_dead)


def after_the_deadline(year: Year) -> Iterator[str]:
    for rung, one, _ in told(year):
        last = deadline(one, year.town)
        if last and rung.at >= last and rung.why != "missed":
            yield f"{rung.kind} of {one.id} at {rung.at}, after {last}"


def before_it_can_be_done(year: Year) -> Iterator[str]:
    for rung, one, _ in told(year):
        if one.opens and wall(rung.at, year.town).date().isoformat() < one.opens:
            yield f"{rung.kind} of {one.id} before {one.opens}"


def doubled(year: Year) -> Iterator[str]:
    steps: set[tuple[int, str]] = set()
    for rung, one, step in told(year):
        if (one.id, step) in steps:
            yield f"{one.id} at {step} twice"
        steps.add((one.id, step))
    for one in year.notices.values():
        mine = [rung for rung in year.rungs if one.id in dict(rung.notices) and rung.states[-1][1] != "failed"]
        for first, second in zip(mine, mine[1:], strict=False):
            if first.kind == second.kind and second.at - first.at < HOUR:
                yield f"{one.id} by {first.kind} twice in an hour"


def two_on_a_day(year: Year) -> Iterator[str]:
    """The two hours before an appointment excepted, and what has few days left."""
    days: set[date] = set()
    for rung in year.rungs:
        kept = rung.states[-1][1] != "failed"
        day = wall(rung.at, year.town).date()
        if rung.kind in TO_HERSELF and not any(step.startswith("soon") for _, step in rung.notices):
            if day in days and kept and not any(is_short(year.notices[number], year.town) for number, _ in rung.notices):
                yield f"a second {rung.kind} on {day}"
            if kept:
                days.add(day)


def too_often(year: Year) -> Iterator[str]:
    for rung, one, _ in told(year):
        if rung.kind in (*TO_HERSELF, "helper"):
            still = {other.id for other in year.notices.values() if other.matter == one.matter and year.ends.get(other.id, (rung.at,))[0] >= rung.at}
            sent = [other for other in year.rungs if other.at <= rung.at and other.kind in (*TO_HERSELF, "helper") and still & dict(other.notices).keys()]
            if len([other for other in sent if other is rung or other.state(rung.at) != "failed"]) > year.town.most_per_matter:
                yield f"more than {year.town.most_per_matter} of {one.matter}"


def by_phone_to_the_exempt(year: Year) -> Iterator[str]:
    yield from (f"{rung.kind} to who is exempt" for rung in year.rungs if year.person(rung.at).is_exempt and rung.kind in TO_HERSELF)


def to_a_wrong_helper(year: Year) -> Iterator[str]:
    for rung in year.rungs:
        if rung.kind == "helper" and (len({year.notices[number].helper for number, _ in rung.notices}) != 1 or not year.notices[rung.notices[0][0]].helper):
            yield f"of {rung.notices}"


def late_letter(year: Year) -> Iterator[str]:
    for rung, one, _ in told(year):
        last = deadline(one, year.town)
        if rung.kind == "letter" and last and arrival(wall(rung.at, year.town).date(), year.town) >= (last.date() if one.at else last.date() - DAY):
            yield f"of {one.id}, sent {rung.at}, for {one.at or one.last_day}"


def city_news_too_often(year: Year) -> Iterator[str]:
    sent = [rung for rung in year.rungs if any(year.notices[number].rule == "city" for number, _ in rung.notices)]
    for first, second in zip(sent, sent[1:], strict=False):
        if second.state(second.at) != "failed" and first.states[-1][1] != "failed" and wall(second.at, year.town).date() - wall(first.at, year.town).date() < 7 * DAY:
            yield f"{first.at} and {second.at}"
    yield from (f"by {rung.kind}" for rung in sent if rung.kind != "push")


def never_reached(year: Year) -> Iterator[str]:
    """A duty that lived to its last day reached her in time, or stands on the call list. Who takes a time two hours ahead
    has her receipt; a moved or ended one is no duty any more."""
    for one in year.notices.values():
        last = due_by(one, year.town)
        over = year.ends.get(one.id)
        if one.kind != "act" or one.rule in NEITHER_LETTER_NOR_CALL or over is None or over[1] in ("done", "withdrawn", "replaced", "decided", "dead"):
            continue
        if one.at and last and last - one.created_at <= 2 * HOUR or one.id in year.opened_at and (last is None or year.opened_at[one.id] < last):
            continue
        mine = [rung for rung in year.rungs if one.id in dict(rung.notices)]
        called = [rung for rung in mine if rung.kind == "call" and (last is None or rung.at < last or rung.why == "missed")]
        if not called and not any(reaches(year, rung, last, one) for rung in mine):
            yield f"{one.id}: {one}"


def called_too_late(year: Year) -> Iterator[str]:
    """Who could not be reached is on the list while there is time: three working days before, where it began sooner."""
    for rung, one, _ in told(year):
        last = deadline(one, year.town)
        if rung.kind == "call" and rung.why == "not-reached" and last and not one.at and last - max(one.created_at, opening(one, year.town)) > 14 * DAY and not year.outages:
            day = date.fromisoformat(one.last_day)
            left = 3
            while left:
                day -= DAY
                left -= day.weekday() < 5 and day.isoformat() not in CLOSED | year.town.closed
            before = [other for other in year.rungs if one.id in dict(other.notices) and other.kind != "call"]
            if wall(rung.at, year.town) > datetime.combine(day, datetime.min.time()) + 10 * HOUR and not any(reaches(year, other, None, one) for other in before):
                yield f"{one.id} at {rung.at}"


def opening(one: Notice, town: Town) -> datetime:
    return datetime.fromisoformat(one.opens or "2000-01-01").replace(tzinfo=ZoneInfo(town.zone))


def unanswered(year: Year) -> Iterator[str]:
    """A first or second push without a sign, with an SMS still to come and time left, is followed in a few days."""
    for rung, one, step in told(year):
        last = due_by(one, year.town)
        if step not in ("first", "second") or rung.kind != "push" or one.kind != "act" or one.weight == "light" or any(state == "seen" for _, state in rung.states):
            continue
        until = rung.at + 4 * DAY
        gone = min(at for at, _ in (year.ends.get(one.id, (until + DAY, "")), year.ended_at.get(one.id, (until + DAY, ""))))
        if last and last < until or gone <= until or year.outages or len(year.lives) > 1 or not year.lives[0][1].sms or one.id in year.opened_at:
            continue
        if any(other.matter == one.matter for other in year.notices.values() if other is not one):
            continue
        if not any(one.id in dict(other.notices) and rung.at < other.at <= until for other in year.rungs):
            yield f"{one.id} after {rung.at}"


def silent_about_lost_money(year: Year) -> Iterator[str]:
    """A missed after-event is told of after its day."""
    for one in year.notices.values():
        person = year.lives[-1][1]
        if one.shape != "after-event" or len(year.lives) > 1 or not (person.push == "live" or person.sms) or person.is_exempt or one.id in year.ended_at:
            continue
        sent = [rung for rung in year.rungs if one.id in dict(rung.notices) and rung.kind in TO_HERSELF + ("helper",)]
        if len(sent) < year.town.most_per_matter - 1 and not any(rung.at >= due_by(one, year.town) for rung in sent):
            if not any(other.matter == one.matter for other in year.notices.values() if other is not one):
                yield f"{one.id}"


def without_an_end(year: Year) -> Iterator[str]:
    """Every notice ends with a reason; only what a person must close stays on the call list."""
    called = {number for rung in year.rungs if rung.kind == "call" for number, _ in rung.notices}
    yield from (f"{number}" for number in year.notices.keys() - year.ends.keys() - called)


RULES: tuple[Callable[[Year], Iterator[str]], ...] = (
    at_night, after_done, after_opened, after_death, after_the_deadline, before_it_can_be_done, doubled, two_on_a_day, too_often,
    by_phone_to_the_exempt, to_a_wrong_helper, late_letter, city_news_too_often, never_reached, called_too_late, unanswered,
    silent_about_lost_money, without_an_end,
)  # fmt: skip


def broken(year: Year) -> dict[str, str]:
    """rule -> the first instance."""
    found = {rule.__name__: next(rule(year), "") for rule in RULES}
    return {name: words for name, words in found.items() if words}
