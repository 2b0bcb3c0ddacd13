"""Every page there is, found and not listed: addresses from the server's own description, steps from the services.

A new page is covered without anyone remembering: an address with a part we cannot fill is an error that says so.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from backend.domain import definitions, facts as known, journeys, kinds, rows, services
from backend.domain.journeys import Step, Walk
from backend.domain.services import Question, Service

ROOT = Path(__file__).resolve().parents[2]
SERVICES = definitions.load([ROOT / "backend/services"])
MOST_STATES = 20_000


class Station(Struct):
    """A step of a service, and the answers that lead there."""

    service: str
    step: Step
    answers: dict[str, Any]

    @property
    def path(self) -> str:
        return f"services/{self.service}/{self.step.path}"


def of(service: Service, facts: dict[str, Any], today: str, slot: str = "") -> list[Station]:
    """One station for each page of the service that this person can reach, by trying each kind of answer.

    Answers are tried anew only where a later condition looks at them, so the search stays small.
    """
    looked_at = set(re.findall(r"'question': '([^']+)'", str([service.questions, service.endings, service.groups, service.deadlines])))
    found: dict[tuple[str, str, str], Station] = {}
    seen: set[str] = set()
    waiting: list[dict[str, Any]] = [{}]
    while waiting:
        assert len(seen) < MOST_STATES, f"{service.id} has too many ways"
        answers = waiting.pop(0)
        walk = journeys.walk(service, answers, facts, today)
        step = walk.at
        key = (step.kind, step.id, "r2" if step.row not in ("", "r1") else step.row)
        found.setdefault(key, Station(service.id, step, answers))
        state = str((key, sorted((name, str(value)) for name, value in answers.items() if name in looked_at or name in known_groups(service))))
        if state in seen or step.kind in ("check", "ending"):
            continue
        seen.add(state)
        waiting += after(service, walk, answers, facts, today, slot, step.id in looked_at)
    return list(found.values())


def known_groups(service: Service) -> set[str]:
    return {group.id for group in service.groups}


def after(service: Service, walk: Walk, answers: dict[str, Any], facts: dict[str, Any], today: str, slot: str, branches: bool) -> list[dict[str, Any]]:
    step = walk.at
    if step.kind == "more":
        there = answers.get(step.id, [])
        said = ["yes", "no"] if len(there) < 2 else ["no"]
        return [{**answers, step.id: rows.say_more(there, one)} for one in said]
    question = services.question(service, step.id)
    scope = journeys.scope_at(service, walk, step, answers, facts, today)
    good = [value for value in values(question, facts, today, slot) if not kinds.invalid(question, value, scope)]
    assert good, f"{service.id}/{step.path}: no answer we know fits; teach tests/browser/stations.py one"
    again = any(one.id == step.id and one.row != step.row for one in walk.steps)  # the next child: as the first, or the ways double
    return [put(service, step, answers, value, facts) for value in (good if branches and not again else good[:1])]


def put(service: Service, step: Step, answers: dict[str, Any], value: Any, facts: dict[str, Any]) -> dict[str, Any]:
    if not step.row:
        return {**answers, step.id: value}
    group = services.group(service, services.question(service, step.id).group)
    return {**answers, group.id: rows.put(rows.of(group, answers, facts), step.row, step.id, value)}


def values(question: Question, facts: dict[str, Any], today: str, slot: str) -> Iterator[Any]:
    """Answers of this kind, those a person would most likely give first."""
    kind = question.kind
    if kind in ("yes_no", "declaration"):
        yield from ("yes", "no")
    elif kind == "choice":
        yield from (option.is_ for option in question.options)
    elif kind == "choices":
        yield from ([option.is_] for option in question.options)
    elif kind == "date":
        yield from ((date.fromisoformat(today) + timedelta(days)).isoformat() for days in (0, -1, 1, 7, 14, 30, 60, -30, -400, -9000))
    elif kind in ("number", "amount"):
        yield from (1, 2, 5, 12, 40, 100, 1000, 100_000, 1_000_000)
    elif kind == "person":
        yield from (person["id"] for person in known.people(facts, question.pick))
        yield "Ængel Søn"
    elif kind == "file":
        yield from ({"later": "yes"}, "")
    elif kind == "appointment":
        if slot:
            desk, at = slot.split("@")
            yield {"desk": desk, "at": at}
        yield {"wish": "yes", "desk": "town-hall", "part": "morning"}
    elif kind == "address":
        yield {"street": "Nygade 7, 2. tv", "postcode": "9999", "town": "Havneby"}
        if known.is_address(facts.get("person.address")):
            yield facts["person.address"]
    elif kind == "phone":
        yield "+4533663366"
    elif kind == "email":
        yield "inger@havneby.example"
    else:
        yield "Ængel & Søn"
    if question.optional:
        yield ""


FILES = (".ics", ".zip", ".bin")


def page_routes(description: dict[str, Any]) -> list[str]:
    """Addresses of pages as the server describes them: whatever begins with a language and can be asked for."""
    return sorted(path for path, item in description["paths"].items() if "get" in item and re.match(r"/\{lang[^}]*\}(/|$)", path) and not path.endswith(FILES))
