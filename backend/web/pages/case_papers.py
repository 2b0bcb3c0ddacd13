"""Adding the paper that is missing: a page with the camera or a file, and the same for a phone that sends it later.

The form, or the phone, makes the key: sent twice it is one paper, and the first time of receipt is shown again.
"""

import secrets
from typing import Any

from litestar import Request, Response, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain import tasks
from backend.domain.actors import Actor
from backend.domain.errors import BadFile, Busy, NotFound, SignInNeeded
from backend.domain.moments import from_milliseconds
from backend.store import case_papers, cases, files, papers
from backend.store.case_papers import Sent
from backend.store.cases import Whole
from backend.web import forms, owners
from backend.web.api import uploads
from backend.web.api.submissions import Key
from backend.web.pages import kept_papers, papers as own_papers
from backend.web.pages.cases import head, held
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

ADDRESS = "/{lang:str}/mine/cases/{case:str}/paper"
NAME = "paper"


@get(ADDRESS, name="case_paper")
async def show_paper(pages: NamedDependency[Pages], case: FromPath[str], task: FromQuery[str] = "") -> Response[bytes]:
    whole = await held(pages, case)
    return await show(pages, whole, task, "ask" if asked(whole, task) else "closed", secrets.token_hex(16))


async def show(pages: Pages, whole: Whole, task: str, state: str, key: str, code: str = "", n: int = 0, at: str = "") -> Response[bytes]:
    """`state`: ask, sent or closed. `code`: why a file cannot be used."""
    error = {"field": NAME, "code": code, "say": "", "n": n, "date": ""} if code else {}
    wanted = asked(whole, task) or {"say": "", "text": "", "lang": "", "by": "", "name": ""}
    view = head(pages.app, whole.case) | {
        "state": state, "task": task, "key": key, "errors": [error] if error else [], "error": error, "at": at,
        "wanted": {name: wanted[name] for name in ("say", "text", "lang", "by", "name")}, "kept": await kept(pages) if state == "ask" else [],
    }  # fmt: skip
    return pages.show("case-paper", view, status=422 if code else 200)


async def kept(pages: Pages) -> list[dict[str, Any]]:
    """Her own papers, any of which may be what is asked for."""
    return [own_papers.row(pages, one) for one in await papers.list_all(pages.app.db, pages.actor) if not one.removed_at]


def asked(whole: Whole, task: str) -> dict[str, Any] | None:
    """What is still asked of her, and a paper is the answer to."""
    return next((one for one in whole.tasks if one["id"] == task and one["who"] == "me" and one["why"] in tasks.PAPERS), None)


@post(ADDRESS, name="add_case_paper", request_max_body_size=forms.FILE_BYTES)
async def add_case_paper(request: Request, pages: NamedDependency[Pages], case: FromPath[str], task: FromQuery[str] = "") -> Response[Any]:
    """The receipt of this paper, with its time; or the page again, with what is wrong."""
    pairs, sent = await forms.read_with_file(request)
    whole = await held(pages, case)
    key = forms.hex_id(forms.value(pairs, "key")) or secrets.token_hex(16)
    try:
        if paper := forms.value(pairs, "kept"):
            outcome = await use_kept(pages, whole, task, paper)
        else:
            outcome = await take(pages.app, pages.actor, request, whole, task, key, next(iter(sent.values()), None))
    except BadFile as refused:
        return await show(pages, whole, task, "ask", key, uploads.code_of(refused.why), refused.n)
    except Busy as busy:
        if busy.why != "converting":
            raise
        return await show(pages, whole, task, "ask", key, "file-busy")
    at = pages.app.local(from_milliseconds(outcome.at)) if outcome.at else ""
    return await show(pages, whole, task, "sent" if outcome.outcome == "done" else "closed", key, at=at)


async def use_kept(pages: Pages, whole: Whole, task: str, paper: str) -> Sent:
    """A copy of a paper of hers. Sent twice, the second finds nothing asked for any more."""
    wanted = asked(whole, task)
    if wanted is None:
        return Sent("closed")
    copy = await kept_papers.copied(pages, paper)
    return await case_papers.send(pages.app.db, pages.actor, whole.case.id, task, copy["id"], wanted["say"] or wanted["text"], pages.app.now())


@put("/api/cases/{case:str}/papers/{key:str}", name="put_case_paper", request_max_body_size=forms.FILE_BYTES)
async def put_case_paper(
    request: Request, case: FromPath[str], key: FromPath[Key], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[dict[str, Any]]:  # fmt: skip
    """Multipart with `task` and one file. 201 with the time of receipt, the same whenever it is sent again; 200 and "closed"
    where it is not asked for any more."""
    owners.check(request, actor)
    if actor.is_guest:
        raise SignInNeeded("mine")
    pairs, sent = await forms.read_with_file(request)
    whole = await cases.get(app.db, actor, case)
    outcome = await take(app, actor, request, whole, forms.value(pairs, "task"), forms.key(key), next(iter(sent.values()), None))
    said = {"outcome": outcome.outcome, "received_at": app.local(from_milliseconds(outcome.at)) if outcome.at else ""}
    return Response(said, status_code=201 if outcome.outcome == "done" else 200)


async def take(app: AppState, actor: Actor, request: Request, whole: Whole, task: str, key: str, upload: UploadFile | None) -> Sent:
    """Nothing is made safe and stored for what nobody asks for. Raises `BadFile`."""
    wanted = asked(whole, task)
    if not await files.earlier(app.db, actor, key):
        if wanted is None:
            return Sent("closed")
        if upload is None:
            raise BadFile("empty")
        await uploads.keep(app, actor, upload, request, key)
    say = (wanted["say"] or wanted["text"]) if wanted else ""
    try:
        return await case_papers.send(app.db, actor, whole.case.id, task, key, say, app.now())
    except NotFound:
        raise BadFile("empty") from None  # the upload was swept out meanwhile: she chooses it again
