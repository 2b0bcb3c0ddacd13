"""A year of one made-up resident: her notices, what she does, what becomes of each rung, and everything that was sent.

The engine's part is played in memory: it looks when the ladder said so, when something is known of a rung, and when
something changes for her. Now and then it is late, or down for hours.
"""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from backend.domain.notices import Call, End, Notice, Person, Send, State, Town, Tried, Wait
from push import ladder

START = datetime(2027, 1, 1, tzinfo=UTC)
CLOSE = datetime(2029, 6, 1, tzinfo=UTC)
TOWNS = (Town(closed=frozenset({"2027-05-01", "2027-06-05", "2027-12-24", "2027-12-31"})), Town(zone="Atlantic/Faroe", print_days=2))
QUIET = (("20:00", "08:00"),) * 8 + (("22:00", "06:30"), ("00:00", "00:00"), ("06:00", "14:00"), ("23:30", "02:30"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Rung(Struct):
    kind: str
    at: datetime
    notices: tuple[tuple[int, str], ...]
    counts: bool
    why: str = ""
    states: list[tuple[datetime, State]] = []
    """Each from its moment on; the last one stands."""

    def state(self, now: datetime) -> State:
        return next(state for since, state in reversed(self.states) if since <= now)


class Year(Struct):
    """What happened, for the audit."""

    town: Town
    lives: list[tuple[datetime, Person]]
    """How she is reached, from each moment on."""
    notices: dict[int, Notice]
    ended_at: dict[int, tuple[datetime, str]]
    """When the truth ended it, whether or not anybody looked."""
    opened_at: dict[int, datetime]
    outages: list[tuple[datetime, datetime]] = []
    rungs: list[Rung] = []
    ends: dict[int, tuple[datetime, str]] = {}
    looks: int = 0

    def person(self, now: datetime) -> Person:
        return next(person for since, person in reversed(self.lives) if since <= now)


# ---- chance --------------------------------------------------------------------------------------------------------


def made_up(seed: int) -> Year:
    chance = Random(seed)
    town = chance.choice(TOWNS)
    notices = {number: made_up_notice(number, chance, town) for number in range(1, chance.randint(4, 9))}
    if chance.random() < 0.15:  # she follows what the city has on
        month = at_any_time(chance)
        news = [made_up_notice(number, chance, town) for number in range(11, 17)]
        notices |= {one.id: news_of(one, month + chance.randrange(20 * 24) * HOUR) for one in news}
    year = Year(town, made_up_lives(chance), notices, {}, {}, outages=[])
    for one in notices.values():
        length = timedelta(days=chance.choice((1, 5, 20, 60)))
        if chance.random() < 0.4:
            year.ended_at[one.id] = one.created_at + chance.random() * length, chance.choice(("done", "done", "withdrawn", "replaced", "decided"))
        if chance.random() < 0.3:
            year.opened_at[one.id] = one.created_at + chance.random() * length
    if chance.random() < 0.1:
        began = at_any_time(chance)
        year.outages.append((began, began + chance.randint(1, 70) * HOUR))
    return year


def at_any_time(chance: Random) -> datetime:
    return START + chance.randrange(365 * 24 * 60) * MINUTE


def made_up_lives(chance: Random) -> list[tuple[datetime, Person]]:
    begins, ends = chance.choice(QUIET)
    first = Person(
        push=chance.choice(("live", "live", "live", "suspect", "none")), sms=chance.random() < 0.7, email=chance.random() < 0.5,
        letter=chance.random() < 0.85, first=chance.choice(("sms", "email")), is_exempt=chance.random() < 0.08, quiet_from=begins, quiet_to=ends,
    )  # fmt: skip
    lives = [(START - DAY, first)]
    for at in sorted(at_any_time(chance) for _ in range(chance.choice((0, 0, 1, 2)))):
        now = lives[-1][1]
        change = chance.choice(({"push": "none"}, {"push": "live"}, {"sms": not now.sms}, {"is_exempt": True}, {"letter": False}, {"is_dead": chance.random() < 0.2}))
        lives.append((at, replace(now, **change)))
    return lives


def made_up_notice(number: int, chance: Random, town: Town) -> Notice:
    if chance.random() < 0.4:  # several on a few days, so that they meet
        created = START + chance.randrange(12) * 30 * DAY + chance.randrange(24 * 60) * MINUTE
    else:
        created = at_any_time(chance)
    day = created.astimezone(ZoneInfo(town.zone)).date()
    last = (day + timedelta(days=chance.choice((0, 1, 2, 5, 9, 10, 11, 14, 20, 22, 30, 60, 90)))).isoformat()
    matter = number // 2 if chance.random() < 0.2 else number
    helper = ("", "ann", "", "bo")[matter % 4]  # a grant is for a service, so for a matter
    plain = Notice(
        number, f"case/{matter}", "answer", "act", chance.choice(("light", "normal", "heavy")), created,
        chance.choice(("window", "after-letter", "after-event", "earliest-latest", "before-act", "season", "complaint", "")),
        last_day=last, helper=helper,
    )  # fmt: skip
    kinds: tuple[Callable[[], Notice], ...] = (
        lambda: replace(plain, kind="tell", weight="light", shape="", last_day=chance.choice(("", last))),
        lambda: replace(plain, rule="appointment", shape="", at=f"{last}T{chance.randint(7, 18):02}:{chance.choice(('00', '15', '40'))}"),
        lambda: replace(plain, shape="validity", weight="light", remind=("-9 months", "-6 months", "-3 months"), last_day=(day + 300 * DAY).isoformat()),
        lambda: replace(plain, shape="at-once", last_day=""),
        lambda: replace(plain, shape="authority-clock", kind="tell"),
        lambda: replace(plain, rule="draft", kind="tell", weight="light", shape=""),
        lambda: replace(plain, rule="campaign", kind="tell", shape="", last_day=""),
        lambda: replace(plain, rule="city", kind="tell", shape="", matter=f"city/{number}"),
        lambda: replace(plain, opens=(day + timedelta(days=chance.randint(0, 40))).isoformat(), last_day=(day + 50 * DAY).isoformat()),
    )
    return chance.choice(kinds)() if chance.random() < 0.5 else plain


def news_of(one: Notice, created: datetime) -> Notice:
    last = (created + 14 * DAY).date().isoformat()
    return replace(one, matter=f"city/{one.id}", rule="city", kind="tell", weight="light", created_at=created, shape="", opens="", at="", remind=(), last_day=last)


def fate(kind: str, at: datetime, chance: Random) -> list[tuple[datetime, State]]:
    """What becomes of a rung, and when it is known."""
    luck = chance.random()
    if kind == "push" and luck < 0.4:
        return [(at, "due"), (at + 2 * MINUTE / 60, "handed_over"), (at + chance.choice((MINUTE, HOUR, 9 * HOUR, 50 * HOUR)), "seen")]
    if luck < (0.6 if kind == "push" else 0.2):
        return [(at, "due"), (at + chance.choice((MINUTE / 60, 10 * MINUTE, 6 * HOUR)), "failed")]
    return [(at, "due"), (at + (12 * HOUR if kind == "letter" else MINUTE / 30), "handed_over")]


# ---- the year ------------------------------------------------------------------------------------------------------


def lived(seed: int) -> Year:
    """The whole year, until every notice has ended."""
    year, chance = made_up(seed), Random(-seed - 1)
    wake = {one.id: one.created_at for one in year.notices.values()}
    known = [since for since, _ in year.lives[1:]]
    while wake:
        at = min(min(wake.values()), known[0] if known else CLOSE)
        if at >= CLOSE:
            break
        now = late(year, at, chance)
        while known and known[0] <= now:
            heapq.heappop(known)
        for moment in look(year, now, chance, wake):
            heapq.heappush(known, moment)
    return year


def late(year: Year, at: datetime, chance: Random) -> datetime:
    """The loop takes up to two seconds, and where the service is down, until it is up."""
    now = at + chance.random() * timedelta(seconds=2)
    for began, ended in year.outages:
        now = max(now, ended) if began <= now < ended else now
    return now


def look(year: Year, now: datetime, chance: Random, wake: dict[int, datetime]) -> list[datetime]:
    """One look of the engine at all her open notices; when something will be known of what it sent."""
    year.looks += 1
    waiting = [one for one in year.notices.values() if one.created_at <= now and one.id in wake]
    if not waiting:
        return []
    answers = ladder.decide([(as_of_now(year, one, now), history(year, one.id, now)) for one in waiting], reached(year, now), year.town, now)
    again = []
    for answer in answers:
        if isinstance(answer, Send):
            year.rungs.append(Rung(answer.kind, now, answer.notices, answer.counts, states=fate(answer.kind, now, chance)))
            again += [since for since, _ in year.rungs[-1].states[1:]]
        elif isinstance(answer, Call):
            year.rungs.append(Rung("call", now, ((answer.notice, "call"),), False, answer.why, [(now, "handed_over")]))
        elif isinstance(answer, End):
            year.ends[answer.notice] = now, answer.why
            del wake[answer.notice]
        elif isinstance(answer, Wait):
            assert answer.until > now, f"notice {answer.notice} would be looked at without end"
            wake[answer.notice] = answer.until
    return again


def as_of_now(year: Year, one: Notice, now: datetime) -> Notice:
    """With the truth, asked just now."""
    at, why = year.ended_at.get(one.id, (CLOSE, ""))
    opened = year.opened_at.get(one.id)
    return replace(one, ended=why if at <= now else "", opened_at=opened if opened and opened <= now else None)


def history(year: Year, number: int, now: datetime) -> list[Tried]:
    return [Tried(step, rung.kind, rung.at, rung.state(now)) for rung in year.rungs for notice, step in rung.notices if notice == number]


def reached(year: Year, now: datetime) -> Person:
    zone = ZoneInfo(year.town.zone)
    told = [rung for rung in year.rungs if rung.counts and rung.state(now) != "failed"]
    city = [rung for rung in told if any(year.notices[number].rule == "city" for number, _ in rung.notices)]
    return replace(year.person(now), told_on=local_day(told, zone), city_on=local_day(city, zone))


def local_day(rungs: list[Rung], zone: ZoneInfo) -> str:
    return rungs[-1].at.astimezone(zone).date().isoformat() if rungs else ""
