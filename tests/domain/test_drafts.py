"""A draft holds what its service asks for, in sizes a person writes, whoever sends it."""

import msgspec
import pytest

from backend.domain import definitions, drafts
from backend.domain.drafts import Draft
from tests.conftest import ROOT

SERVICES = definitions.load([ROOT / "backend" / "services"])
FILE = {"id": "f", "name": "photo.jpg", "sha256": "0", "bytes": 9}
PLACE = {"street": "Torvet 1", "postcode": "9999", "town": "Havneby"}


def draft(service, answers, raw=None):
    return Draft(id="1" * 32, service=service, version=1, answers=answers, raw=raw or {})


def fitted(service, answers, raw=None):
    kept = drafts.fitted(draft(service, answers, raw), SERVICES[service])
    return kept.answers, kept.raw


def test_an_honest_draft_stays_as_it_is():
    answers = {"where": PLACE, "inside": "outside", "room": ["home", "attic"], "photo": FILE, "get-in": "", "seen-on": "2026-11-20"}
    raw = {"phone": "12", "seen-on_day": "31", "where_street": "Torvet"}
    assert fitted("rats", answers, raw) == (answers, raw)


def test_rows_of_a_group_stay_as_they_are():
    service = next(one for one in SERVICES.values() if any(not group.each for group in one.groups))
    group = next(one for one in service.groups if not one.each)
    inside = next(question for question in service.questions if question.group == group.id)
    answers = {group.id: [{"id": "r1", "answers": {inside.id: "x"}, "more": "no"}]}
    raw = {f"{inside.id}_r1": "y"}
    assert fitted(service.id, answers, raw) == (answers, raw)
    many = {group.id: [{"id": f"r{n}", "answers": {inside.id: "x", "other": "y" * 9000}, "more": "yes"} for n in range(1, 2000)]}
    kept = fitted(service.id, many)[0][group.id]
    assert len(kept) == group.at_most and all(list(row["answers"]) == [inside.id] for row in kept)


BALLAST = "x" * 200_000


@pytest.mark.parametrize(
    ("answers", "raw"),
    [
        ({"ballast": BALLAST}, {}), ({"where": BALLAST}, {}), ({"where": {"street": BALLAST}}, {}), ({"where": {BALLAST: ""}}, {}),
        ({"room": ["x"] * 9000}, {}), ({"room": [[BALLAST]]}, {}), ({"photo": {"id": {"deep": BALLAST}}}, {}), ({}, {"ballast": "x"}),
        ({}, {"where": BALLAST}), ({}, {f"where_{BALLAST}": ""}), ({}, {"where": {"deep": BALLAST}}),
        ({}, {f"where_{n}": "x" * 9000 for n in range(30)}),
    ],
)  # fmt: skip
def test_a_draft_is_no_place_to_keep_other_things(answers, raw):
    assert len(msgspec.json.encode(fitted("rats", answers, raw))) < drafts.MOST_TYPED + 1000


@pytest.mark.parametrize("service", SERVICES)
def test_no_draft_is_larger_than_its_questions(service):
    """The largest a stranger can make of each service, in bytes; a form may weigh 256 KB."""
    raw = {f"{question.id}_{n}": "x" * 9000 for question in SERVICES[service].questions for n in range(9)}
    answers = {question.id: "x" * 4000 for question in SERVICES[service].questions}
    size = len(msgspec.json.encode(fitted(service, answers, raw)))
    assert size <= drafts.MOST_TYPED + 1000 * len(SERVICES[service].questions)
