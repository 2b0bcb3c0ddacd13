"""What each answer of a push service means; the whole table."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from push.verdict import LONGEST_S, WAIT_S, Answer, Verdict, judge, seconds

NOW = datetime(2027, 2, 20, 11, tzinfo=UTC)
TABLE = [
    *[(Answer(status), "accepted", str(status)) for status in (200, 201, 202)],
    *[(Answer(status), "gone", str(status)) for status in (404, 410)],
    *[(Answer(status), "refused", str(status)) for status in (400, 401, 403)],
    (Answer(413), "too-long", "413"),
    (Answer(429), "wait", "429"),
    (Answer(429, "60"), "wait", "429"),
    (Answer(503, "60"), "wait", "503"),
    (Answer(503), "retry", "503"),
    *[(Answer(status), "retry", str(status)) for status in (500, 501, 502, 504, 507, 599)],
    *[(Answer(error=error), "retry", error) for error in ("timeout", "refused", "tls", "dns", "reset")],
    (Answer(error="address"), "refused", "address"),
    *[(Answer(status), "refused", str(status)) for status in (100, 203, 204, 206, 300, 301, 302, 307, 308, 402, 405, 406, 411, 415, 418, 422, 451)],
]


@pytest.mark.parametrize(("answer", "action", "code"), TABLE, ids=lambda one: str(one))
def test_each_answer_has_its_consequence(answer: Answer, action: str, code: str) -> None:
    found = judge(answer, NOW)
    assert (found.action, found.code) == (action, code)
    assert (found.wait_s > 0) == (action == "wait")


def test_every_status_there_is_has_a_verdict() -> None:
    assert {type(judge(Answer(status, retry_after), NOW)) for status in range(100, 1000) for retry_after in ("", "x")} == {Verdict}


@pytest.mark.parametrize("answer", [Answer(500, "60"), Answer(201, "60"), Answer(404, "60")], ids=str)
def test_only_an_answer_that_asks_to_wait_shuts_a_gate(answer: Answer) -> None:
    assert judge(answer, NOW).wait_s == 0


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("60", 60), (" 7 ", 7), ("3600", 3600), ("0", WAIT_S), ("00", WAIT_S), ("999999999", LONGEST_S),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300),
        (format_datetime((NOW + timedelta(minutes=5)).astimezone(timezone(timedelta(hours=2)))), 300),
        ("Saturday, 20-Feb-27 11:05:00 GMT", 300), ("Sat Feb 20 11:05:00 2027", 300),
        (format_datetime(NOW - timedelta(minutes=5), usegmt=True), WAIT_S),
        (format_datetime(NOW + timedelta(days=400), usegmt=True), LONGEST_S),
        ("", WAIT_S), ("-5", WAIT_S), ("+5", WAIT_S), ("1e9", WAIT_S), ("1.5", WAIT_S), ("soon", WAIT_S), ("٣", WAIT_S), ("²", WAIT_S), ("NaN", WAIT_S),
        ("9" * 5000, WAIT_S), ("Sat, 99 Foo 2027 11:05:00 GMT", WAIT_S), ("Sat, 20 Feb 999999 11:05:00 GMT", WAIT_S), ("60, 120", WAIT_S), ("\x00", WAIT_S),
    ],
    ids=lambda one: str(one)[:40],
)  # fmt: skip
def test_how_long_a_service_asks_us_to_wait(said: str, wait_s: float) -> None:
    assert seconds(said, NOW) == wait_s
