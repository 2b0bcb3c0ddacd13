from backend.domain import access
from backend.domain.access import days
from backend.store import residents, statements
from backend.store.audit import Line


def local(at):
    return f"2026-11-{24 + at // 1440:02}T{at % 1440 // 60:02}:{at % 60:02}+01:00"


def line(at, object, role="resident", person="p-inger", verb="read"):
    return Line(1, at, person, role, "p-inger", verb, object)


def test_ones_own_looks_are_one_row_a_day_and_session_from_when_it_began():
    seen = days([line(1500, "cases/own/s-1"), line(70, "files/own/s-1"), line(65, "cases/own/s-2"), line(60, "register/own/s-1")], local)
    assert [(day["on"], [(row["at"][11:16], row["who"], row["what"]) for row in day["rows"]]) for day in seen] == [
        ("2026-11-25", [("01:00", "you", ["cases"])]),
        ("2026-11-24", [("01:00", "you", ["register", "files"]), ("01:05", "you", ["cases"])]),
    ]


def test_each_look_of_the_office_is_a_row_with_its_reason_and_what_was_done():
    seen = days([line(61, "activation/x", "desk", "", "activate"), line(61, "register/code", "desk", ""), line(60, "register/code", "desk", "")], local)
    assert [(row["at"][11:16], row["who"], row["why"], row["what"]) for row in seen[0]["rows"]] == [
        ("01:01", "desk", "code", ["register", "code-made"]), ("01:00", "desk", "code", ["register"]),
    ]


def test_no_id_leaves_whoever_looked():
    lines = [line(1, "cases/case-work/c0ffee", role, "p-secret") for role in ("desk", "operator", "helper", "sender", "resident", "system")]
    said = str(days(lines, local))
    assert "secret" not in said and "c0ffee" not in said
    assert [row["who"] for row in days(lines, local)[0]["rows"]] == ["desk", "operator", "helper", "other", "family", "system"]


def test_her_own_acts_are_no_looks():
    assert days([line(1, "submission/1", verb="receive"), line(2, "session/1", verb="sign-in"), line(3, "session/1", verb="sign-out")], local) == []


def test_every_kind_that_is_read_has_a_word_on_the_page():
    assert set(statements.KINDS.values()) <= set(access.WHAT) and residents.SQL.sealed_person.kinds <= set(access.WHAT)
