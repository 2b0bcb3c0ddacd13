"""The description of every address: Litestar's, completed by what it leaves out.

Litestar documents neither refusals nor our two forms of a page, and does not say that unknown fields are refused
(litestar#4575). A test holds the running server against this document.
"""

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.openapi import OpenAPIConfig

from backend.web.errors import PROBLEM
from backend.web.state import AppState

CONFIG = OpenAPIConfig(title="Medborger", version="1", path="/schema", render_plugins=[], use_handler_docstrings=True)

PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
        "reference": {"type": "string"},
    },
}
CONTEXT_SCHEMA = {
    "type": "object",
    "required": ["page", "keep", "here", "outbox", "late", "waiting", "frame"],
    "properties": {
        "page": {"type": "string"},
        "keep": {"enum": ["public", "phone", "never"]},
        "here": {"type": "string"},
        "outbox": {"type": "integer"},
        "late": {"type": "integer"},
        "waiting": {"type": "array"},
        "frame": {"type": "object"},
    },
}
REFUSALS = {"400", "401", "403", "404", "405", "408", "409", "413", "415", "422", "429", "500", "503", "507"}
REDIRECT = {"description": "To another page", "headers": {"location": {"schema": {"type": "string"}}}}
FORM = {"type": "object", "additionalProperties": {"type": "string"}}
TEXT, OBJECT = {"type": "string"}, {"type": "object"}
OTHER_KINDS = {
    "/sw.js": ("text/javascript", TEXT), "/was": ("text/html", TEXT), "/": ("text/html", TEXT),
    "/.well-known/security.txt": ("text/plain", {"type": "string"}),
    "/manifest.json": ("application/manifest+json", OBJECT), "/api/content/{lang}": ("application/json", OBJECT), "/api/search/{lang}": ("application/json", OBJECT),
}  # fmt: skip
"""Addresses whose answer, or the page they lead to, Litestar cannot know from the handler."""
CLOSED = {"Sent", "Saved", "SenderLetter", "SentText", "SentAction"}
"""Bodies that refuse a field they do not know."""


@get("/schema/openapi.json", name="openapi", include_in_schema=False)
async def show_openapi(request: Request) -> Response[bytes]:
    return Response(description(request.app), media_type="application/json", headers={"cache-control": "no-cache"})


@cache
def description(app: Litestar) -> bytes:
    made = app.state.describe()
    for path, item in made["paths"].items():
        for method, operation in item.items():
            complete(app.state.app, path, method, operation)
    for name, schema in made.get("components", {}).get("schemas", {}).items():
        if name.rpartition(".")[2] in CLOSED or name.rpartition("_")[2] in CLOSED:
            schema["additionalProperties"] = False
    return msgspec.json.encode(made)


def complete(app: AppState, path: str, method: str, operation: dict[str, Any]) -> None:
    page = path.startswith("/{lang}")
    for parameter in operation.get("parameters", []):
        parameter["schema"] = narrowed(app, parameter)
    answers = operation["responses"]
    if page:
        answers.update(page_answers(path, method))
    if path in OTHER_KINDS:
        kind, schema = OTHER_KINDS[path]
        answers["200"] = {"description": "As it is", "content": {kind: {"schema": schema}}}
    if page and method == "post":
        operation["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": FORM}}}
    for status in REFUSALS:
        answers[status] = refusal(page)


def narrowed(app: AppState, parameter: dict[str, Any]) -> dict[str, Any]:
    """Litestar knows these only as text; what is not among them is not found."""
    schemas = {
        "lang": {"type": "string", "enum": app.words.codes},
        "service": {"type": "string", "enum": list(app.services.newest)},
        "letter": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "key": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "ability": {"type": "string", "enum": sorted({a for d in app.settings.desks for a in d.abilities})},
    }
    if parameter["in"] == "path":
        return schemas.get(parameter["name"], parameter["schema"])
    return {"type": "string"} if parameter["in"] == "query" else parameter["schema"]


def page_answers(path: str, method: str) -> dict[str, Any]:
    """A page is its context or its HTML; a form ends in another page."""
    if path.endswith(".ics"):
        kinds = {kind: {"schema": {"type": "string"}} for kind in ("text/calendar", "text/html")}
        return {"200": {"description": "A calendar file, or the page to sign in on", "content": kinds}, "303": REDIRECT}
    both = {"text/html": {"schema": {"type": "string"}}, "application/json": {"schema": CONTEXT_SCHEMA}}
    return {"200": {"description": "The page, or its context", "content": both}, "303": REDIRECT}


def refusal(page: bool) -> dict[str, Any]:
    content: dict[str, Any] = {PROBLEM: {"schema": PROBLEM_SCHEMA}}
    if page:
        content |= {"text/html": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "object"}}}
    return {"description": "Refused: a problem document, or a page with the telephone number", "content": content}
