"""The answers to file questions in a submission: which uploads they name, and what those are in truth."""

from typing import Any

from backend.domain.actors import Actor
from backend.domain.errors import NotFound
from backend.domain.services import Service
from backend.store import files
from backend.web.state import AppState


def ids(service: Service, kept: dict[str, Any]) -> list[str]:
    wanted = questions(service)
    return [value["id"] for said in places(kept) for id, value in said.items() if id in wanted and is_file(value)]


async def as_stored(app: AppState, actor: Actor, service: Service, kept: dict[str, Any]) -> dict[str, Any]:
    """With the name, size and hash of what lies here, whatever the phone said of it. One that is not there stays as said,
    and becomes a task."""
    wanted = questions(service)
    return {
        id: [{**row, "answers": await known(app, actor, wanted, row["answers"])} for row in value] if is_group(value)
        else (await known(app, actor, wanted, {id: value}))[id]
        for id, value in kept.items()
    }  # fmt: skip


async def known(app: AppState, actor: Actor, wanted: set[str], said: dict[str, Any]) -> dict[str, Any]:
    found = dict(said)
    for id, value in said.items():
        if id in wanted and is_file(value):
            try:
                found[id] = await files.described(app.db, actor, value["id"])
            except NotFound:
                continue
    return found


def questions(service: Service) -> set[str]:
    return {question.id for question in service.questions if question.kind == "file"}


def places(kept: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers of the whole, then those of each row."""
    return [kept, *(row["answers"] for rows in kept.values() if is_group(rows) for row in rows)]


def sent(service: Service, kept: dict[str, Any]) -> list[dict[str, str]]:
    """The pictures and papers among the answers: `{"id", "name"}`."""
    wanted = questions(service)
    found = [value for said in places(kept) for id, value in said.items() if id in wanted and is_file(value)]
    return [{"id": one["id"], "name": str(one.get("name", ""))} for one in found]


def is_group(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and "answers" in row for row in value)


def is_file(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str)
