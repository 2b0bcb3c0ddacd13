"""Opening one's access with a code: what is typed is read as people type it, and what cannot be read is no guess."""

import pytest
from litestar.testing import TestClient

from backend.domain.actors import Actor
from backend.identity import activation
from backend.store import residents
from tests.web.conftest import NOW, ORIGIN, OURS, see


@pytest.fixture(scope="module")
def inger(door):
    shown = see(TestClient(door, base_url=ORIGIN), "/en/sign-in")
    return next(one["id"] for one in shown["demo"] if one["name"].startswith("Inger"))


@pytest.fixture
def code(door, inger):
    return activation.make(door.inner.state.app.db, inger, NOW, by_letter=True).code


def try_code(phone, code, day="", month="", year="", lang="en"):
    said = {"code": code, "born-day": day, "born-month": month, "born-year": year}
    return phone.post(f"/{lang}/activate", data=said, headers=OURS).json()


def born(door, inger):
    db = door.inner.state.app.db
    return residents.opened(db.keys, db.read_now(residents.sealed_person, Actor("desk", subject=inger, why="code"), public_id=inger)).born


@pytest.mark.parametrize("how", [
    lambda y, m, d: (d, m, y), lambda y, m, d: (f"{d} {m} {y}", "", ""), lambda y, m, d: (f"{y}-{int(m):02}-{int(d):02}", "", ""),
    lambda y, m, d: (f"{d}.", MONTHS["da"][int(m) - 1], y[2:]), lambda y, m, d: (arabic(d), arabic(m), arabic(y)),
    lambda y, m, d: (arabic(f"{d} {m} {y}"), "", ""), lambda y, m, d: (arabic(d), MONTHS["levant"][int(m) - 1], arabic(y)),
    lambda y, m, d: (persian(d), persian(m), persian(y)), lambda y, m, d: (f"\u200f{d}\u00a0", f" {m}.", f"{y}\u200e"),
])  # fmt: skip
def test_a_birthday_is_read_in_the_digits_and_months_people_use(door, phone, inger, code, how):
    year, month, day = born(door, inger).split("-")
    shown = try_code(phone, code, *how(year, str(int(month)), str(int(day))), lang="ar")
    assert (shown["state"], shown["errors"]) == ("ready", [])


def test_a_birthday_that_cannot_be_read_is_asked_again_and_costs_no_guess(door, phone, inger, code):
    for said, wrong in UNREADABLE.items():
        shown = try_code(phone, code, *said)
        assert [(each["field"], each["code"]) for each in shown["errors"]] == [wrong], said
        assert (shown["born"]["day"], shown["code"]) == (said[0], code)
    assert try_code(phone, code, *born(door, inger).split("-")[::-1])["state"] == "ready"


UNREADABLE = {
    ("3", "", "1945"): ("born-month", "month-empty"), ("3", "snow", "1945"): ("born-month", "month-wrong"),
    ("31", "2", "1945"): ("born-day", "date-wrong"), ("3", "3", "1364"): ("born-year", "year-wrong"),
    ("3", "3", "20"): ("born-year", "year-wrong"), ("3.3.20", "", ""): ("born-year", "year-wrong"),
    ("soon", "", ""): ("born-month", "month-empty"), ("03", "13", "1945"): ("born-month", "month-wrong"),
}  # fmt: skip
"""More of them than a code has guesses."""


@pytest.mark.parametrize("typed", ["ABCD", "ABCD-EFGH-JKL", "1234 5678 9012", "ABCD-EFGH-JKMN-P"])
def test_what_is_too_short_or_too_long_for_a_code_is_told_so(phone, typed):
    assert [each["code"] for each in try_code(phone, typed)["errors"]] == ["code-length"]


MONTHS = {
    "da": ["januar", "feb.", "marts", "apr", "maj", "jun.", "juli", "aug", "sept.", "okt", "nov.", "december"],
    "levant": ["كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"],
}  # fmt: skip


def arabic(text):
    return text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


def persian(text):
    return text.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
