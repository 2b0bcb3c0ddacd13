"""The mailbox: letters in the inbox, the archive and folders of one's own; what she wrote herself; and the search."""

from typing import Any
from urllib.parse import quote, urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from backend.domain.errors import Invalid, SignInNeeded
from backend.domain.letters import filled, text_in
from backend.domain.moments import from_milliseconds, milliseconds
from backend.store import folders, letter_search, letters, messages
from backend.store.folders import Folder
from backend.store.letters import Held
from backend.store.messages import OTHER, Message
from backend.web import forms
from backend.web.rendering.responder import Pages

SENT = "sent"
"""The folder of what she wrote herself."""
TOLD = {"made", "renamed", "removed", "sent"}


@get("/{lang:str}/post", name="post")
async def show_post(
    pages: NamedDependency[Pages], folder: FromQuery[str] = "", before: FromQuery[str] = "", q: FromQuery[str] = "", told: FromQuery[str] = ""
) -> Response[bytes]:
    need_person(pages)
    return await show(pages, folder[:64], before[:64], q, told if told in TOLD else "")


async def show(pages: Pages, folder: str, before: str = "", asked: str = "", told: str = "", error: dict[str, Any] | None = None, typed: str = "") -> Response[bytes]:
    own = await folders.list_all(pages.app.db, pages.actor)
    listed = await rows(pages, folder, before, asked)
    view = {
        "folder": folder, "name": next((one.name for one in own if one.id == folder), ""), "folders": folder_rows(own),
        "told": told, "query": asked, "error": error or {}, "typed": typed,
        "unread": await pages.app.db.read(letters.count_unread, pages.actor, now=milliseconds(pages.now)),
    }  # fmt: skip
    return pages.show("post", view | listed, keep="phone" if not asked and not before else "never", status=422 if error else 200, ask_phone=2)


async def rows(pages: Pages, folder: str, before: str, asked: str) -> dict[str, Any]:
    """`older`: the address of the next page, without the language; "" for none. `more`: a search found more than is shown."""
    db, actor = pages.app.db, pages.actor
    if asked.strip():
        found, more = await letter_search.find(db, actor, asked, pages.now)
        return {"letters": [letter_row(pages, one) for one in found], "written": [], "older": "", "searched": 1, "more": int(more)}
    if folder == SENT:
        written = await messages.page(db, actor, before)
        older = next_page(folder, written[-1].id) if len(written) == letters.PAGE else ""
        return {"letters": [], "written": [message_row(pages, one) for one in written], "older": older, "searched": 0, "more": 0}
    place = await db.read(folders.find_row, actor, id=folder)
    held = await letters.page(db, actor, pages.now, place, before)
    older = next_page(folder, held[-1].id) if len(held) == letters.PAGE else ""
    return {"letters": [letter_row(pages, one) for one in held], "written": [], "older": older, "searched": 0, "more": 0}


def next_page(folder: str, last: str) -> str:
    return "post?" + urlencode(({"folder": folder} if folder else {}) | {"before": last})


def letter_row(pages: Pages, held: Held) -> dict[str, Any]:
    """`by`: the nearest last day of what is still to do; `to_do`: how many things."""
    shown = {"id": held.id, "at": local(pages, held.received_at), "unread": int(not held.opened_at), "to_do": len(held.to_do)}
    if held.letter is None:
        return shown | {"is_broken": 1, "sender": "", "title": "", "lang": "", "dir": "", "by": "", "is_legal": 0}
    lang, text = text_in(held.letter, pages.lang)
    left = [held.letter.actions[at] for at in held.to_do]
    return shown | {
        "is_broken": 0, "sender": held.letter.sender_name, "title": filled(text, held.values).title, **tongue(pages, lang),
        "by": min((one.by or one.starts_at[:10] for one in left if one.by or one.starts_at), default=""), "is_legal": int(held.letter.is_legal),
    }  # fmt: skip


def message_row(pages: Pages, one: Message) -> dict[str, Any]:
    return {"id": one.id, "at": local(pages, one.received_at), "title": one.written.title, "subject": subject(pages, one.subject)}


def subject(pages: Pages, id: str) -> str:
    """The service's title, "" for something else."""
    service = pages.app.services.newest.get(id)
    return service.title if service else ""


def subject_of(pages: Pages, service: str) -> str:
    """Under which one can write about it."""
    return service if service in pages.app.services.newest else OTHER


def tongue(pages: Pages, lang: str) -> dict[str, str]:
    """How a text in that language is marked on this page: {"lang", "dir"}."""
    about = pages.app.words.catalogues.get(lang)
    return {"lang": lang, "dir": about.dir if about else "auto"}


def local(pages: Pages, ms: int) -> str:
    return pages.app.local(from_milliseconds(ms))


def need_person(pages: Pages) -> None:
    if not pages.owner:
        raise SignInNeeded("mine")


@post("/{lang:str}/post", name="arrange_post")
async def arrange_post(request: Request, pages: NamedDependency[Pages]) -> Response[Any]:
    """`do` is "make", "rename" or "remove"; of a name that will not do, the page again with what was typed."""
    need_person(pages)
    fields = await forms.read(request)
    act, folder, name = forms.value(fields, "do"), forms.value(fields, "folder")[:64], forms.value(fields, "name")
    db, actor = pages.app.db, pages.actor
    try:
        if act == "make":
            return pages.go(f"post?folder={await folders.make(db, actor, name, pages.now)}&told=made")
        if act == "rename":
            await folders.rename(db, actor, folder, name)
            return pages.go(f"post?folder={quote(folder)}&told=renamed")
        if act == "remove":
            await folders.remove(db, actor, folder)
            return pages.go("post?told=removed")
    except Invalid as refused:
        return await show(pages, folder, error=refused.errors[0], typed=name[:200])
    return pages.go("post")


def folder_rows(own: list[Folder]) -> list[dict[str, str]]:
    return [{"id": one.id, "name": one.name} for one in own]


async def news(pages: Pages) -> list[dict[str, str]]:
    """Letters not read yet, for the front page."""
    unread = await letters.unread(pages.app.db, pages.actor, pages.now)
    return [
        {"kind": "letter", "title": "", "about": one.letter.sender_name if one.letter else "", "path": f"post/{one.id}", "at": local(pages, one.received_at)}
        for one in unread
    ]  # fmt: skip
