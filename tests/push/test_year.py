"""A year of a thousand residents: every duty reached its person in time or stands on the call list, and nothing was sent at
night, after it was done, after its last day, twice, or twice a day. Each rule, taken away, is missed by its check."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from backend.domain.notices import Notice, Person
from push import climb, ladder, paper_and_calls, plan
from tests.push import audit, year


@pytest.mark.parametrize("first", range(0, 1000, 250))
def test_a_year_of_a_thousand_residents_keeps_every_rule(first: int) -> None:
    assert {seed: found for seed in range(first, first + 250) if (found := audit.broken(year.lived(seed)))} == {}


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(1000, 21_000, 2500))
def test_a_year_of_a_whole_town_keeps_every_rule(first: int) -> None:
    assert {seed: found for seed in range(first, first + 2500) if (found := audit.broken(year.lived(seed)))} == {}


def test_the_year_has_what_the_rules_are_about() -> None:
    """A rule that nothing could break would hold of anything."""
    years = [year.lived(seed) for seed in range(120)]
    rungs = [rung for one in years for rung in one.rungs]
    assert {rung.kind for rung in rungs} == {"push", "sms", "email", "helper", "letter", "call"}
    assert {rung.states[-1][1] for rung in rungs} == {"seen", "handed_over", "failed"}
    assert {"not-reached", "not-done", "no-way"} <= {rung.why for rung in rungs}
    assert {"done", "opened", "past", "told", "no-phone"} <= {why for one in years for _, why in one.ends.values()}
    assert any(len(rung.notices) > 1 for rung in rungs) and any(one.outages for one in years)


def alive(notice: Notice, person: Person) -> str | None:
    return kept_truth(notice, replace(person, is_dead=False))


def not_ended(notice: Notice, person: Person) -> str | None:
    return kept_truth(replace(notice, ended=""), person)


def unopened(notice: Notice, person: Person) -> str | None:
    return kept_truth(replace(notice, opened_at=None), person)


kept_truth = ladder.truth
kept_ways = climb.ways


def each_alone(mine: list[ladder.Look], *rest: Any) -> list[list[ladder.Look]]:
    return [[one] for one in mine]


def whoever(notice: Notice, person: Person, can_post: bool) -> set[str]:
    return kept_ways(replace(notice, helper=notice.helper or "ann"), person, can_post)


TAKEN_AWAY: dict[str, tuple[Any, str, Callable[..., Any], str]] = {
    "quiet hours": (plan, "allowed", lambda at, before, person, zone, now: max(at, now), "at_night"),
    "done": (ladder, "truth", not_ended, "after_done"),
    "opened": (ladder, "truth", unopened, "after_opened"),
    "death": (ladder, "truth", alive, "after_death"),
    "the deadline": (ladder, "deadline_of", lambda notice, town: None, "after_the_deadline"),
    "what opens later": (ladder, "start_of", lambda notice, town: notice.created_at, "before_it_can_be_done"),
    "a step is used once": (climb, "used", lambda steps, tried: -1, "doubled"),
    "one a day": (ladder, "is_day_used", lambda person, town, now: False, "two_on_a_day"),
    "bundles": (ladder, "bundle", each_alone, "two_on_a_day"),
    "six of one matter": (ladder, "is_enough", lambda view, town, told: False, "too_often"),
    "paper for the exempt": (climb, "is_paper_only", lambda person: False, "by_phone_to_the_exempt"),
    "a helper of this service": (climb, "ways", whoever, "to_a_wrong_helper"),
    "post takes days": (plan, "arrives_on", lambda day, town: day, "late_letter"),
    "one city notice a week": (ladder, "is_city_week", lambda person, today: False, "city_news_too_often"),
    "the call list": (ladder, "call_due", lambda *_: None, "never_reached"),
    "calls while there is time": (paper_and_calls, "CALL_DAYS", {"own": 0, "light": 0, "normal": 0, "heavy": 0}, "called_too_late"),
    "no sign, climb": (climb, "waited", lambda last, notice, person, most, deadline: None, "unanswered"),
    "lost money": (ladder, "late", lambda notice, first, town: (), "silent_about_lost_money"),
    "an end": (ladder, "used_up", lambda view, now: None, "without_an_end"),
}


@pytest.mark.parametrize("rule", TAKEN_AWAY)
def test_each_rule_taken_away_is_missed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    room, name, without, check = TAKEN_AWAY[rule]
    monkeypatch.setattr(room, name, without)
    found = next((seed for seed in range(400) if breaks(seed, check)), None)
    assert found is not None, f"without {rule} nothing broke {check}"


def breaks(seed: int, check: str) -> bool:
    """Also where the ladder then no longer comes to an answer."""
    try:
        lived = year.lived(seed)
    except AssertionError:
        return False
    return check in audit.broken(lived)


def test_every_rule_of_the_audit_is_broken_by_taking_one_away() -> None:
    assert {check for *_, check in TAKEN_AWAY.values()} == {rule.__name__ for rule in audit.RULES}
