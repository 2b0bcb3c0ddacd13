"""The ladder, told as stories: shape by weight by person, what a failure, a sign or silence brings, what ends it."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from msgspec.structs import replace

from backend.domain.notices import CALL_REASONS, END_REASONS, Ended, Notice, Person, Town, Tried, Wait
from backend.domain.services import Shape
from push import ladder, plan
from tests.push.stories import EVERYTHING, LAST, MADE, TOWN, days_before, failing, hours_after, notice, seen, silent, story

PEOPLE = {
    "phone": EVERYTHING,
    "helper": EVERYTHING,
    "none": Person(letter=True),
    "exempt": replace(EVERYTHING, is_exempt=True),
    "dead": replace(EVERYTHING, is_dead=True),
}
ROWS = {
    "light": {
        "phone": "D-59 push, D-56 sms, D-55 email",
        "helper": "D-59 push, D-56 sms, D-55 email",
        "none": "D-59 letter",
    },
    "normal": {
        "phone": "D-14 push, D-7 push, D-6 sms, D-5 email",
        "helper": "D-14 push, D-7 push, D-6 sms, D-5 email, D-4 helper",
        "none": "D-14 letter",
    },
    "heavy": {
        "phone": "D-21 push, D-14 push, D-12 sms, D-11 email, D-10 letter, D-3 call not-done",
        "helper": "D-21 push, D-14 push, D-12 sms, D-11 email, D-10 helper, D-10 letter, D-3 call not-done",
        "none": "D-21 letter, D-3 call not-done",
    },
    "at-once": {
        "phone": "+0 push, +4 push, +24 sms, +28 email",
        "helper": "+0 push, +4 push, +24 sms, +28 email, +48 helper",
        "none": "+0 letter",
    },
    "our-clock": {
        "phone": "D+1 push, D+4 sms, D+5 email",
        "helper": "D+1 push, D+4 sms, D+5 email",
        "none": "D+1 letter",
    },
}  # fmt: skip
LATE = {"phone": ", D+1 push, D+31 push", "helper": ", D+1 push, D+31 push", "none": ", D+1 letter, D+31 letter"}
AT_MOST_SIX = {("normal", "helper"): ", D+1 push", ("heavy", "helper"): ", D+1 push"}
"""The five reminders of the row leave one."""


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("weight", ["light", "normal", "heavy"])
@pytest.mark.parametrize("shape", get_args(Shape))
def test_each_shape_weight_and_person_has_the_rungs_of_the_table(shape: str, weight: str, who: str) -> None:
    one = notice(shape=shape, weight=weight, helper="h" if who == "helper" else "", last_day="" if shape == "at-once" else LAST)
    told, ends = story(one, person=PEOPLE[who])
    if who == "dead":
        assert (told, ends) == ([], ["dead"])
        return
    same = "none" if who == "exempt" else who
    row = {"at-once": "at-once", "authority-clock": "our-clock"}.get(shape, weight)
    late = AT_MOST_SIX.get((weight, who), LATE[same]) if shape == "after-event" else ""
    assert (hours_after(told) if shape == "at-once" else days_before(told)) == ROWS[row][same] + late
    assert ends == ["told" if shape in ("at-once", "authority-clock") else "past"]


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        ("light", "+0 push, +4 push, +24 sms, +28 email, +48 helper"),
        ("normal", "+0 push, +4 push, +24 sms, +28 email, +48 helper, +69 letter, +189 call not-done"),
        ("heavy", "+0 push, +4 push, +24 sms, +28 email, +48 helper, +69 letter, +189 call not-done"),
    ],
)
def test_with_ten_days_left_every_weight_is_short(weight: str, expected: str) -> None:
    assert hours_after(story(notice(weight=weight, last_day="2027-01-14", helper="h"))[0]) == expected


def test_with_eleven_days_left_it_is_not_short() -> None:
    assert days_before(story(notice(last_day="2027-01-15"))[0], "2027-01-15").startswith("D-11 push, D-7 push")


def test_a_short_letter_that_cannot_arrive_is_left_to_the_call() -> None:
    assert hours_after(story(notice(last_day="2027-01-08"))[0]) == "+0 push, +4 push, +24 sms, +28 email, +45 call not-done"


# ---- failure, sign and silence -------------------------------------------------------------------------------------


def test_a_push_that_shows_no_sign_is_followed_the_next_day() -> None:
    assert days_before(story(notice(weight="heavy"), outcome=silent)[0]).startswith("D-21 push, D-20 push, D-19 sms, D-11 email")


def test_a_push_that_was_shown_waits_for_the_next_planned_day() -> None:
    assert days_before(story(notice(weight="heavy"), outcome=seen)[0]).startswith("D-21 push, D-14 push, D-12 sms")


def test_opening_it_is_a_sign_but_ends_no_duty() -> None:
    opened = notice(opened_at=MADE + timedelta(days=45))
    assert days_before(story(opened, outcome=silent)[0]) == "D-14 push, D-7 push, D-6 sms, D-5 email"


def test_a_failure_climbs_at_once() -> None:
    """What did not reach her is not the reminder of that day."""
    told, _ = story(notice(), outcome=failing("push"))
    assert days_before(told) == "D-14 push, D-14 push, D-14 sms, D-5 email"


def test_a_failure_climbs_at_once_where_days_are_few() -> None:
    told, _ = story(notice(last_day="2027-01-12"), outcome=failing("push", "sms"))
    assert hours_after(told).startswith("+0 push, +0 push, +0 sms, +0 email")


def test_no_sign_is_waited_for_at_most_half_of_the_time_left() -> None:
    """Told at noon with twelve hours left: the second push after four hours, the SMS in half of what is then left."""
    told, _ = story(notice(last_day="2027-01-04"), outcome=silent)
    assert hours_after(told) == "+0 push, +4 push, +4 call not-reached, +7.98333 sms"


def test_on_the_last_evening_another_channel_goes_instead_of_the_push_again() -> None:
    late = notice(created_at=datetime(2027, 1, 4, 18, 25, tzinfo=UTC), last_day="2027-01-04")
    told, _ = story(late, outcome=silent)
    assert [(kind, at.strftime("%H:%M")) for kind, at in told if not kind.startswith("call")] == [("push", "18:25"), ("sms", "18:59")]


def test_a_phone_not_opened_for_long_is_still_pushed_to_but_not_waited_for() -> None:
    suspect = replace(EVERYTHING, push="suspect")
    assert days_before(story(notice(), person=suspect, outcome=silent)[0]) == "D-14 push, D-13 sms, D-5 email"


def test_with_push_off_sms_failing_and_mail_bouncing_a_letter_goes_in_time() -> None:
    person = replace(EVERYTHING, push="none")
    for weight in ("normal", "heavy"):
        told, _ = story(notice(weight=weight), person=person, outcome=failing("sms", "email"))
        letter = next(at for kind, at in told if kind == "letter")
        assert plan.arrives_on(plan.day_of(letter, TOWN.zone), TOWN) < plan.number(LAST)


def test_with_no_time_for_a_letter_the_call_list_has_her() -> None:
    person = replace(EVERYTHING, push="none")
    told, _ = story(notice(last_day="2027-01-07"), person=person, outcome=failing("sms", "email"))
    assert hours_after(told) == "+0 sms, +0 email, +0 call not-reached"


def test_one_reached_by_nothing_is_called_three_working_days_before() -> None:
    person = replace(EVERYTHING, letter=False)
    told, _ = story(notice(), person=person, outcome=failing("push", "sms", "email"))
    assert days_before(told).endswith("D-3 call not-reached")


def test_the_day_of_the_call_is_counted_in_working_days() -> None:
    """The Tuesday after Easter: the third working day before is the Monday of the week before."""
    person = replace(EVERYTHING, letter=False)
    told, _ = story(notice(last_day="2027-03-30"), person=person, outcome=failing("push", "sms", "email"))
    assert days_before(told, "2027-03-30").endswith("D-8 call not-reached")


def test_who_has_no_way_at_all_is_called_when_the_first_rung_would_have_gone() -> None:
    assert days_before(story(notice(), person=Person())[0]) == "D-14 call no-way"
    assert hours_after(story(notice(kind="tell"), person=Person())[0]) == "+0 call no-way"


def test_who_reads_paper_only_is_called_where_no_letter_arrives() -> None:
    assert hours_after(story(notice(last_day="2027-01-07"), person=Person(letter=True))[0]) == "+0 call letter-too-late"


def test_only_a_helper_is_told_from_the_first_date() -> None:
    assert days_before(story(notice(helper="h"), person=Person())[0]) == "D-14 helper"


def test_the_helper_of_another_service_is_not_told() -> None:
    told, _ = story(notice(id=1, helper="h", matter="case/1"), notice(id=2, matter="case/2"))
    assert [kind for kind, _ in told].count("helper") == 1


def test_who_wants_mail_first_gets_mail_first() -> None:
    told, _ = story(notice(), person=replace(EVERYTHING, first="email"))
    assert days_before(told) == "D-14 push, D-7 push, D-6 email, D-5 sms"


def test_without_a_phone_that_shows_pushes_it_begins_with_the_sms_on_the_first_day() -> None:
    assert days_before(story(notice(), person=replace(EVERYTHING, push="none"))[0]) == "D-14 sms, D-5 email"


def test_a_phone_that_comes_back_does_not_lead_down_the_ladder() -> None:
    """The SMS has gone; the pushes before it are over."""
    tried = [Tried("sms", "sms", MADE, "failed")]
    steps = ladder.decide([(notice(), tried)], EVERYTHING, TOWN, MADE + timedelta(days=46))[0]
    assert steps.kind == "email"


# ---- a day, a night, a bundle --------------------------------------------------------------------------------------


def test_several_due_on_one_day_go_in_one_rung() -> None:
    told, _ = story(notice(id=1, matter="case/1"), notice(id=2, matter="case/2"), notice(id=3, matter="case/3"))
    assert days_before(told) == "D-14 push, D-7 push, D-6 sms, D-5 email"


def test_of_two_channels_on_one_day_the_stronger_carries_both() -> None:
    """The second push of one falls on the day of the SMS of another."""
    told, _ = story(notice(id=1), notice(id=2, matter="case/2", last_day="2027-03-05"))
    assert days_before(told) == "D-14 push, D-13 push, D-7 push, D-6 sms, D-5 email, D-4 email"


def test_what_is_planned_for_later_today_goes_along() -> None:
    """A short duty of eight o'clock takes along what was planned for nine."""
    early = datetime(2027, 2, 18, 7, 5, tzinfo=UTC)
    told, _ = story(notice(id=1), notice(id=2, matter="case/2", created_at=early, last_day="2027-02-20"), until=early + timedelta(hours=3))
    assert [kind for kind, _ in told if kind != "call not-done"] == ["push"]


def test_a_second_reminder_waits_for_the_next_morning() -> None:
    person = replace(EVERYTHING, told_on="2027-01-04")
    wait = ladder.decide([(notice(kind="tell"), [])], person, TOWN, MADE)
    assert wait == [Wait(1, datetime(2027, 1, 5, 8, tzinfo=UTC))]


def test_nothing_waits_for_the_next_morning_where_days_are_few() -> None:
    person = replace(EVERYTHING, told_on="2027-01-04")
    assert ladder.decide([(notice(last_day="2027-01-06"), [])], person, TOWN, MADE)[0].kind == "push"


def test_what_is_due_at_night_goes_in_the_morning() -> None:
    night = datetime(2027, 1, 4, 22, 30, tzinfo=UTC)
    told, _ = story(notice(kind="tell", created_at=night))
    assert told[0] == ("push", datetime(2027, 1, 5, 7, tzinfo=UTC))


def test_the_hours_of_a_short_row_begin_in_the_morning() -> None:
    night = datetime(2027, 1, 4, 22, 30, tzinfo=UTC)
    told, _ = story(notice(created_at=night, last_day="2027-01-08"))
    assert [at.hour for kind, at in told if kind == "push"] == [7, 11]


def test_where_only_the_night_is_left_a_person_rings() -> None:
    evening = datetime(2027, 1, 4, 19, 30, tzinfo=UTC)
    told, ends = story(notice(created_at=evening, last_day="2027-01-04"))
    assert ([kind for kind, _ in told], ends) == (["call only-night-left"], ["past"])


def test_a_tell_for_which_only_the_night_is_left_ends_with_that_reason() -> None:
    evening = datetime(2027, 1, 4, 19, 30, tzinfo=UTC)
    assert story(notice(kind="tell", created_at=evening, last_day="2027-01-04")) == ([], ["night"])


@pytest.mark.parametrize(("last", "utc_hour"), [("2027-04-11", 7), ("2027-11-07", 8), ("2028-02-29", 8)])
def test_the_second_push_is_at_nine_on_both_sides_of_a_clock_change(last: str, utc_hour: int) -> None:
    """The first push of 28 March is at nine of summer, the second of 31 October at nine of winter."""
    told, _ = story(notice(last_day=last))
    assert {(at.hour, plan.local(at, TOWN.zone)[1]) for _, at in told if plan.number(last) - plan.day_of(at, TOWN.zone) <= 7} == {(utc_hour, 540)}
    assert {plan.local(at, TOWN.zone)[1] for _, at in told} == {540}


def test_a_town_that_moves_to_another_zone_keeps_the_hour_on_its_wall() -> None:
    told, _ = story(notice(), town=Town(zone="Atlantic/Faroe"))
    assert {at.hour for _, at in told} == {9}


# ---- what ends it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("why", get_args(Ended))
def test_what_is_over_is_sent_no_more(why: str) -> None:
    assert story(notice(ended=why)) == ([], [why])


def test_a_tell_ends_when_it_is_opened() -> None:
    assert story(notice(kind="tell", opened_at=MADE)) == ([], ["opened"])


def test_a_tell_nothing_could_carry_goes_by_letter() -> None:
    told, ends = story(notice(kind="tell", last_day=""), outcome=failing("push", "sms", "email"))
    assert ([kind for kind, _ in told], ends) == (["push", "sms", "email", "letter"], ["told"])


def test_a_duty_that_no_one_heard_of_while_the_service_was_down_is_called_about() -> None:
    late = notice(created_at=MADE, last_day="2027-01-06")
    answers = ladder.decide([(late, [])], EVERYTHING, TOWN, MADE + timedelta(days=9))
    assert [type(one).__name__ + " " + one.why for one in answers] == ["Call missed", "End past"]


def test_after_its_day_an_after_event_is_told_with_other_words_and_ends_a_year_later() -> None:
    told, ends = story(notice(shape="after-event"), outcome=seen)
    assert days_before(told).endswith("D+1 push, D+31 push")
    assert ends == ["past"]


def test_of_one_matter_she_hears_at_most_six_times() -> None:
    told, _ = story(*(notice(id=number, last_day=f"2027-03-{number:02}") for number in range(1, 12)))
    while_all_are_open = [kind for kind, at in told if at < datetime(2027, 3, 1, tzinfo=UTC)]
    assert len([kind for kind in while_all_are_open if kind in ("push", "sms", "email", "helper")]) == 6


# ---- the plans that are no row ------------------------------------------------------------------------------------


def test_an_appointment_is_told_a_week_a_day_and_two_hours_before() -> None:
    told, ends = story(notice(rule="appointment", at="2027-03-02T10:15", last_day=""))
    assert [(kind, at.strftime("%m-%d %H:%M")) for kind, at in told] == [("push", "02-23 08:00"), ("push", "03-01 08:00"), ("push", "03-02 07:15")]
    assert ends == ["past"]


def test_an_appointment_whose_pushes_nobody_looks_at_goes_by_sms() -> None:
    told, _ = story(notice(rule="appointment", at="2027-03-02T10:15", last_day=""), outcome=silent)
    assert days_before(told, "2027-03-02") == "D-7 push, D-6 sms, D-1 sms, D+0 sms"


def test_two_hours_before_is_told_though_the_day_has_its_reminder() -> None:
    person = replace(EVERYTHING, told_on="2027-03-02")
    told = [Tried("week", "push", MADE, "seen"), Tried("eve", "push", MADE, "seen")]
    (send, _) = ladder.decide([(notice(rule="appointment", at="2027-03-02T10:15", last_day=""), told)], person, TOWN, datetime(2027, 3, 2, 7, 15, tzinfo=UTC))
    assert (send.kind, send.counts) == ("push", False)


def test_an_occasion_that_was_missed_is_not_told_when_the_next_has_come() -> None:
    """The service was down for a week: two hours before, it speaks of today and not of next week."""
    answers = ladder.decide([(notice(rule="appointment", at="2027-03-02T10:15", last_day=""), [])], EVERYTHING, TOWN, datetime(2027, 3, 2, 7, 15, tzinfo=UTC))
    assert answers[0].notices == ((1, "soon"),)


def test_two_hours_before_is_not_missed_for_a_day_that_had_its_reminder() -> None:
    """The day before was full: the next morning at nine would be too late for an appointment at ten."""
    person = replace(EVERYTHING, told_on="2027-03-01")
    told = [Tried("week", "push", MADE, "seen")]
    (wait,) = ladder.decide([(notice(rule="appointment", at="2027-03-02T10:15", last_day=""), told)], person, TOWN, datetime(2027, 3, 1, 8, tzinfo=UTC))
    assert wait == Wait(1, datetime(2027, 3, 2, 7, 15, tzinfo=UTC))


def test_an_appointment_before_eight_is_told_the_evening_before() -> None:
    told, _ = story(notice(rule="appointment", at="2027-03-02T07:45", last_day=""))
    assert told[-1] == ("push", datetime(2027, 3, 1, 18, 59, tzinfo=UTC))


def test_an_appointment_is_one_letter_to_who_reads_paper_only() -> None:
    told, _ = story(notice(rule="appointment", at="2027-03-02T10:15", last_day=""), person=PEOPLE["none"])
    assert days_before(told, "2027-03-02") == "D-7 letter"


def test_an_appointment_taken_an_hour_before_is_told_by_its_receipt() -> None:
    assert story(notice(rule="appointment", at="2027-01-04T13:00", last_day="")) == ([], ["past"])


def test_an_appointment_nothing_brought_is_called_about_a_working_day_before() -> None:
    told, _ = story(notice(rule="appointment", at="2027-03-01T10:15", last_day=""), person=Person(sms=True), outcome=failing("sms"))
    assert days_before(told, "2027-03-01").startswith("D-7 sms, D-3 call not-reached")


@pytest.mark.parametrize("person", [Person(sms=True), Person(push="live", sms=True), Person(letter=True)], ids=["sms", "push", "letter"])
@pytest.mark.parametrize("at", ["2027-01-05T10:00", "2027-01-06T10:00", "2027-01-08T10:00"])
def test_who_has_just_taken_a_time_is_not_rung_up_before_anything_was_tried(person: Person, at: str) -> None:
    """The receipt has told her; the town's telephone is for those whom nothing reached."""
    told = ladder.outlook(notice(rule="appointment", at=at, last_day=at[:10]), [], person, TOWN, MADE)
    if person.letter:
        assert [kind for kind, _ in told] in ([], ["call"]) and all(8 <= plan.local(at_, TOWN.zone)[1] // 60 < 20 for _, at_ in told)
    else:
        assert told and "call" not in [kind for kind, _ in told]


def test_the_service_s_own_dates_are_kept() -> None:
    passport = notice(weight="light", last_day="2028-03-02", remind=("-9 months", "-6 months", "-3 months"))
    assert [at.strftime("%Y-%m-%d") for _, at in story(passport)[0]] == ["2027-06-02", "2027-09-02", "2027-12-02"]


def test_unseen_an_own_date_is_followed_by_an_sms_after_three_days() -> None:
    passport = notice(weight="light", last_day="2028-03-02", remind=("-9 months", "-6 months", "-3 months"))
    told, _ = story(passport, outcome=silent)
    assert [(kind, at.strftime("%m-%d")) for kind, at in told] == [("push", "06-02"), ("sms", "06-05"), ("sms", "09-02"), ("sms", "12-02")]


def test_where_all_own_dates_are_past_it_is_told_at_once() -> None:
    passport = notice(weight="light", last_day=LAST, remind=("-9 months", "-6 months", "-3 months"))
    assert hours_after(story(passport)[0]) == "+0 push"


def test_a_draft_is_told_of_after_three_days_and_before_it_is_deleted() -> None:
    assert days_before(story(notice(rule="draft", kind="tell", weight="light"))[0]) == "D-56 push, D-3 push"


def test_a_campaign_is_one_rung_and_another_only_where_that_failed() -> None:
    one = notice(rule="campaign", kind="tell", last_day="")
    assert [kind for kind, _ in story(one, outcome=silent)[0]] == ["push"]
    assert [kind for kind, _ in story(one, outcome=failing("push"))[0]] == ["push", "sms"]


def test_city_news_is_one_push_and_never_on_the_ladder() -> None:
    one = notice(rule="city", kind="tell", last_day="2027-02-01")
    for outcome in (seen, silent, failing("push")):
        assert [kind for kind, _ in story(one, outcome=outcome)[0]] == ["push"]
    assert story(one, person=replace(EVERYTHING, push="none")) == ([], ["no-phone"])


def test_city_news_comes_at_most_once_a_week_and_not_on_a_day_with_a_duty() -> None:
    news = notice(id=2, rule="city", kind="tell", matter="city/1", last_day="2027-02-20")
    assert isinstance(ladder.decide([(news, [])], replace(EVERYTHING, city_on="2026-12-30"), TOWN, MADE)[0], Wait)
    (send, *_) = ladder.decide([(news, []), (notice(id=1, last_day="2027-01-18"), [])], EVERYTHING, TOWN, MADE)
    assert send.notices == ((1, "first"),)


def test_nothing_is_sent_before_it_can_be_done() -> None:
    window = notice(shape="window", opens="2027-03-01")
    assert days_before(story(window)[0]).startswith("D-3 push")


def test_a_long_window_is_told_of_on_the_day_it_opens() -> None:
    season = notice(shape="season", opens="2027-02-01")
    assert days_before(story(season)[0]) == "D-31 push, D-14 push, D-7 push, D-6 sms, D-5 email"


def test_put_off_it_is_told_again_then_and_not_before() -> None:
    tried = [Tried("first", "push", MADE + timedelta(days=45), "seen")]
    asked = MADE + timedelta(days=45, hours=1)
    tomorrow = datetime(2027, 2, 19, 8, tzinfo=UTC)
    one = notice(again_at=tomorrow)
    assert ladder.decide([(one, tried)], EVERYTHING, TOWN, asked) == [Wait(1, tomorrow)]
    assert ladder.decide([(one, tried)], EVERYTHING, TOWN, tomorrow)[0].notices == ((1, "again-2027-02-19"),)
    tried.append(Tried("again-2027-02-19", "push", tomorrow, "seen"))
    assert ladder.decide([(one, tried)], EVERYTHING, TOWN, tomorrow) == [Wait(1, datetime(2027, 2, 25, 8, tzinfo=UTC))]


def test_put_off_on_its_last_week_it_goes_on_where_it_was() -> None:
    """What she was told at her own wish stands for the step of that day."""
    wished = datetime(2027, 2, 26, 8, tzinfo=UTC)
    tried = [Tried("first", "push", MADE, "seen"), Tried("again-2027-02-26", "push", wished, "seen")]
    (wait,) = ladder.decide([(notice(again_at=wished), tried)], EVERYTHING, TOWN, wished)
    assert wait == Wait(1, datetime(2027, 2, 27, 8, tzinfo=UTC))


# ---- the answer --------------------------------------------------------------------------------------------------


def test_every_notice_gets_exactly_one_wait_or_end_and_never_in_the_past() -> None:
    notices: list[tuple[Notice, list[Tried]]] = [(notice(id=number, last_day=plan.text(plan.number("2027-01-01") + number)), []) for number in range(60)]
    for hour in range(0, 24 * 60, 5):
        now = MADE + timedelta(hours=hour)
        answers = ladder.decide(notices, EVERYTHING, TOWN, now)
        rests = [one for one in answers if type(one).__name__ in ("Wait", "End")]
        assert [one.notice for one in rests] == list(range(60))
        assert all(one.until > now for one in rests if isinstance(one, Wait))


def test_the_outlook_is_what_happens_when_nothing_is_seen() -> None:
    for weight in ("light", "normal", "heavy"):
        one = notice(weight=weight, helper="h")
        happened = [(kind.split()[0], at) for kind, at in story(one, outcome=silent)[0]]
        assert ladder.outlook(one, [], EVERYTHING, TOWN, MADE) == happened


def test_reasons_are_from_the_closed_lists() -> None:
    assert len(set(END_REASONS)) == len(END_REASONS) and set(get_args(Ended)) < set(END_REASONS)
    assert "only-night-left" in CALL_REASONS
