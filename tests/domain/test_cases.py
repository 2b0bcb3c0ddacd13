"""The cases of `tests/cases`, run here by the server's engine. `tests/worker/cases.test.js` runs them on the phone's."""

import json
from pathlib import Path

import msgspec
import pytest

from backend.domain import answers as forms, conditions, deadlines, definitions, journeys, tasks, views
from backend.domain.services import Deadline, Figure, Question, Service
from tests.domain.both import DATE_WORDS

ROOT = Path(__file__).resolve().parents[2]
SERVICES = definitions.load([ROOT / "backend" / "services"])


def cases(name: str) -> tuple[dict, list[dict]]:
    table = json.loads((ROOT / "tests" / "cases" / f"{name}.json").read_text("utf-8"))
    return table, table.pop("cases")


KINDS, KIND_CASES = cases("kinds")
CONDITIONS, CONDITION_CASES = cases("conditions")
DEADLINES, DEADLINE_CASES = cases("deadlines")
JOURNEYS, JOURNEY_CASES = cases("journeys")
EMPTY = {"title": "", "wish": "", "for_whom": "", "themes": [], "words": [], "sign_in": "never", "version": 1, "id": "one"}


def of_one(question: dict, **more: object) -> Service:
    asked = msgspec.convert(question, Question)
    return msgspec.structs.replace(msgspec.convert(EMPTY, Service), questions=[asked], items=[f"q:{asked.id}"], **more)


@pytest.mark.parametrize("case", KIND_CASES, ids=lambda case: json.dumps(case, ensure_ascii=True)[:90])
def test_what_is_typed_becomes_an_answer_or_an_error(case: dict):
    options = [{"is": id, "say": id} for id in "abc"] if case["kind"].startswith("choice") else []
    service = of_one({"id": "q", "kind": case["kind"], "ask": "?", "options": options, "desk": "passport"} | case.get("with", {}))
    facts = {"household.people": [{"id": "p1", "name": "Bo"}]}
    typed = case["typed"]
    pairs = [[f"q_{part}", text] for part, text in typed.items()] if isinstance(typed, dict) else []
    fields = pairs or [["q", text] for text in (typed if isinstance(typed, list) else [typed])]
    step = journeys.walk(service, {}, facts, KINDS["today"]).at
    accepted = forms.accept(service, step, fields, {}, facts, KINDS["today"], words=DATE_WORDS)
    wrong = [(error["field"], error["code"]) for error in accepted.errors]
    assert wrong == ([("q" + case.get("at", ""), case["error"])] if "error" in case else [])
    assert accepted.answers == ({"q": case["value"]} if "value" in case else {})
    assert set(accepted.raw) == ({name for name, _ in fields} if "error" in case else set())


@pytest.mark.parametrize("case", CONDITION_CASES, ids=lambda case: json.dumps(case)[:90])
def test_a_condition_holds_or_not(case: dict):
    scope = conditions.Scope({"q": case.get("q", "")}, case.get("f", {}), CONDITIONS["today"], CONDITIONS["figures"], {})
    assert conditions.holds(case["when"], scope) is case["holds"]


@pytest.mark.parametrize("case", DEADLINE_CASES, ids=lambda case: case["name"])
def test_a_last_day_is_the_right_day(case: dict):
    rule = msgspec.convert({"id": "it", "stops": "case.done", **case["rule"]}, Deadline)
    figures = {id: Figure(**each, source="", as_of="") for id, each in DEADLINES["figures"].items()}
    service = of_one({"id": "q", "kind": "date", "ask": "?"}, deadlines=[rule], figures=figures)
    found = deadlines.of(service, {"q": case.get("q", "")}, case.get("facts", {}), DEADLINES["today"], {}, DEADLINES["closed"])
    assert len(found) == len(case["days"])
    assert [each | wanted for each, wanted in zip(found, case["days"], strict=True)] == found


@pytest.mark.parametrize("case", JOURNEY_CASES, ids=lambda case: case["name"])
def test_a_journey_goes_where_it_should(case: dict):
    service, facts, today = SERVICES[case["service"]], JOURNEYS["facts"][case["facts"]], JOURNEYS["today"]
    answers, raw = case.get("answers", {}), {}
    for step in case["steps"]:
        walk = journeys.walk(service, answers, facts, today)
        assert walk.at.path == step["at"]
        look_at(step, service, walk, answers, facts, today)
        accepted = forms.accept(service, walk.at, forms.parse(step["post"].encode()), answers, facts, today, raw, DATE_WORDS)
        assert [f"{error['field']}: {error['code']}" for error in accepted.errors] == step.get("errors", [])
        assert accepted.touched is step.get("touched", True)
        answers, raw = accepted.answers, accepted.raw
    end_of(case, service, answers, facts, today)


def look_at(step: dict, service: Service, walk: journeys.Walk, answers: dict, facts: dict, today: str) -> None:
    if "number" in step:
        assert [journeys.number(walk, walk.at), journeys.total(service, walk, walk.at, facts, today)] == step["number"]
    if {"back", "known", "whose"} & step.keys():
        view = views.question(service, walk, walk.at, answers, {}, [], facts, today)
        assert view["whose"] == step.get("whose", view["whose"])
        assert view["back"] == step.get("back", view["back"])
        assert [each["text"] for each in view["known"]] == step.get("known", [each["text"] for each in view["known"]])
    if "rows" in step:
        view = views.more(service, walk, walk.at, answers, {}, [], facts, today)
        assert [row["text"][0]["text"] for row in view["rows"]] == step["rows"]


def end_of(case: dict, service: Service, answers: dict, facts: dict, today: str) -> None:
    walk = journeys.walk(service, answers, facts, today)
    assert walk.at.path == case["end"]
    assert walk.kept == case.get("kept", walk.kept)
    done = views.done(service, walk.kept, facts, today, {"submission.received": today})
    todo = [f"{each['id']} {each['name']}".strip() for each in tasks.of(service, walk.kept, facts, today)]
    assert todo == case.get("todo", todo)
    assert done["say"] == case.get("receipt", done["say"])
    days = [f"{each['id']} {each['on']}" for each in done["deadlines"]]
    assert days == case.get("deadlines", days)
