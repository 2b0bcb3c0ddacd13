"""Every refusal's status and title, in one table; and the answer at either door: a problem document or a page.

Titles are for developers who read the JSON; the sentences residents read stand in the template `error.html`,
found by the code.
"""

import logging
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException, ValidationException
from litestar.exceptions.http_exceptions import ClientException

from backend.domain import errors
from backend.domain.actors import guest
from backend.web import cookies as jar
from backend.web.middleware.headers import SAFE, wants_json
from backend.web.middleware.request_bodies import ClientGone, TooSlow

log = logging.getLogger("medborger.web")

TABLE: dict[type[errors.Refused], tuple[int, str]] = {
    errors.Refused: (400, "The request was refused"),
    errors.NotFound: (404, "There is nothing here for you"),
    errors.SignInNeeded: (401, "Sign in first"),
    errors.KeyNeeded: (401, "This needs the key of a sender"),
    errors.StepUpNeeded: (401, "Sign in again: the last time is too long ago"),
    errors.Forbidden: (403, "The request came from somewhere else"),
    errors.Invalid: (422, "The answers do not fit"),
    errors.KeyReused: (422, "This key was used for other answers"),
    errors.DraftMoved: (409, "Another device saved first"),
    errors.CaseMoved: (409, "Somebody else acted on this case first"),
    errors.MessageDone: (409, "Somebody else has answered this message first"),
    errors.TooLate: (409, "It can no longer be taken back"),
    errors.VersionGone: (422, "This version of the service is withdrawn"),
    errors.SlotTaken: (409, "That time is taken"),
    errors.BadFile: (422, "The file cannot be used"),
    errors.TooMany: (429, "Too many requests"),
    errors.CodeRefused: (422, "The code cannot be used"),
    errors.PasskeyRefused: (401, "The passkey cannot be used here"),
    errors.Busy: (503, "Nothing can be saved right now"),
}
FULL = {"disk-full", "read-only", "guests-full"}
"""Reasons of `Busy` for which 507 is the truer word."""

PROBLEM = "application/problem+json"


def status_of(error: errors.Refused) -> int:
    if isinstance(error, errors.Busy) and error.why in FULL:
        return 507
    return TABLE[type(error)][0]


def refused(request: Request, error: errors.Refused) -> Response:
    """An expected refusal, as a page or as a problem document."""
    request.app.state.app.refusals.note(request.scope, error.code)
    said = headers_of(error)
    if at_api(request):
        return problem(status_of(error), error.code, TABLE[type(error)][1], said, **carried(error))
    if isinstance(error, (errors.SignInNeeded, errors.StepUpNeeded)):
        return to_sign_in(request, error)
    return page(request, status_of(error), error.code, said)


def headers_of(error: errors.Refused) -> dict[str, str]:
    if isinstance(error, errors.KeyNeeded):
        return {"www-authenticate": "Bearer"}
    after = error.carries.get("retry_after_s", 0)
    return {"retry-after": str(after)} if after else {}


def carried(error: errors.Refused) -> dict[str, Any]:
    return {name: value for name, value in error.carries.items() if value is not None}


def problem(status: int, code: str, title: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """RFC 9457. `type` is stable and means the same for ever; `code` is its last part."""
    body = {"type": f"urn:medborger:problem:{code}", "title": title, "status": status, "code": code, **more}
    said = {"cache-control": "no-store", "vary": "Accept, Accept-Encoding", **(headers or {})}
    return Response(msgspec.json.encode(body), status_code=status, media_type=PROBLEM, headers=said)


def at_api(request: Request) -> bool:
    return request.scope["path"].startswith(("/api/", "/schema/")) or wants_json(request.headers.get("accept", ""))


def to_sign_in(request: Request, error: errors.Refused) -> Response:
    """A person on a page is led to sign in, and back to the same step; of a receipt the key stands in the query."""
    lang, _, here = request.scope["path"].lstrip("/").partition("/")
    if asked := request.scope["query_string"].decode("latin-1"):
        here = f"{here}?{asked}"
    reason = "too-long" if isinstance(error, errors.StepUpNeeded) else "ended" if has_ended(request) else error.detail
    query = f"next={quote(here)}" + (f"&reason={reason}" if reason in ("to-send", "to-start", "mine", "too-long", "ended") else "")
    return Response(b"", status_code=303, media_type="text/plain", headers={"location": f"/{quote(lang)}/sign-in?{query}", "cache-control": "no-store"})


def has_ended(request: Request) -> bool:
    """Whoever was signed in here is told that all is kept, not that we must know her before we begin."""
    return request.app.state.app.sessions.has_ended(request.cookies.get(jar.SESSION, ""))


def page(request: Request, status: int, code: str, headers: dict[str, str] | None = None, reference: str = "") -> Response:
    """The calm page with the telephone number, in the language of the address or the one remembered."""
    from backend.web.rendering.responder import Pages  # pages import codes and errors' table is needed before them

    app = request.app.state.app
    lang = app.words.pick(request.scope["path"].split("/")[1], request.headers.get("accept-language", ""))
    pages = Pages(request, app, lang, guest(), app.now())
    saved = int(request.method in SAFE)
    view = {"status": status, "code": code, "saved": saved, "reference": reference, "back": ""}
    return pages.show("error", view, status=status, headers=headers)


def http_error(request: Request, error: HTTPException) -> Response:
    """What Litestar itself refuses: no such address, wrong method, too large, wrong shape."""
    status, code, title = named(error)
    if isinstance(error, ClientGone):
        return Response(b"", status_code=status, media_type="text/plain")
    if status >= 500:
        return unknown(request, error)
    request.app.state.app.refusals.note(request.scope, code)
    said = {"connection": "close"} if status == TooSlow.status_code else {}
    said |= {"allow": error.headers["Allow"]} if error.headers and "Allow" in error.headers else {}
    if at_api(request):
        extra = {"errors": shape_errors(error)} if status == 422 else {}
        return problem(status, code, title, said, **extra)
    return page(request, status, code, said)


def named(error: HTTPException) -> tuple[int, str, str]:
    if isinstance(error, NotFoundException):
        return 404, "not-found", "There is nothing here for you"
    if isinstance(error, MethodNotAllowedException):
        return 405, "method", "This address does not do that"
    if error.status_code == TooSlow.status_code:
        return 408, "too-slow", "The request came too slowly"
    if error.status_code == 413:
        return 413, "too-large", "The request is too large"
    if isinstance(error, (ValidationException, ClientException)) and error.status_code == 400:
        return 422, "shape", "The request does not have the shape this address expects"
    return error.status_code, "server" if error.status_code >= 500 else "refused", "The request was refused"


def shape_errors(error: HTTPException) -> list[dict[str, str]]:
    """`[{"field", "code"}]`; what was wrong in words only as far as msgspec says it of our own fields."""
    found = error.extra if isinstance(error.extra, list) else []
    named = [{"field": str(one.get("key", "")), "code": "shape", "detail": str(one.get("message", ""))} for one in found]
    return named or [{"field": "", "code": "shape", "detail": ""}]


def unknown(request: Request, error: Exception) -> Response:
    """The last resort: a plain sentence and a code for the person, the rest for the log (no values, no query)."""
    reference = request.scope.get("request_id", "")
    said = {"id": reference, "method": request.method, "route": route_of(request)}
    log.error("failed: %s", type(error).__name__, exc_info=error, extra={"said": said})
    if at_api(request):
        return problem(500, "server", "Something went wrong on our side", reference=reference)
    return page(request, 500, "server", reference=reference)


def route_of(request: Request) -> str:
    """The pattern, never the path: a path may hold a key."""
    return request.scope.get("path_template", "") or "-"


def too_deep(request: Request, error: RecursionError) -> Response:
    """Answers in answers in answers, a thousand times: no page of ours makes that."""
    return http_error(request, ValidationException("nested too deeply"))


HANDLERS = {errors.Refused: refused, HTTPException: http_error, RecursionError: too_deep, Exception: unknown}
