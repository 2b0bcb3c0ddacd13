"""One letter: the five answers first, then what to press, then the letter itself; and what belongs to it."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.domain.actors import Actor
from backend.domain.errors import NotFound, SignInNeeded
from backend.domain.letters import ANSWERS, Action, Letter, filled, is_to_do, parts, text_in
from backend.store import folders, letters, messages
from backend.store.letters import ARCHIVE, Held
from backend.store.messages import Message
from backend.web import forms, owners
from backend.web.middleware.headers import wants_json
from backend.web.pages import post as mailbox
from backend.web.pages.post import need_person
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

TOLD = {"moved", "done", "not-done", "sent"}


@get("/{lang:str}/post/{letter:str}", name="letter")
async def show_letter(
    pages: NamedDependency[Pages], letter: FromPath[str], told: FromQuery[str] = "", back: FromQuery[str] = ""
) -> Response[bytes]:
    """The page opens the letter; its JSON, which a phone may fetch ahead, does not: then `POST …/opened` says so."""
    need_person(pages)
    try:
        held, thread = await letters.get(pages.app.db, pages.actor, letter, pages.now)
    except NotFound:
        return await show_message(pages, letter, told)
    if held.letter is None:
        return pages.show("letter", broken(pages, held))
    if is_read(pages.request) and not held.opened_at:
        await letters.opened(pages.app.db, pages.actor, letter, pages.now)
    written = await messages.of_thread(pages.app.db, pages.actor, held.thread)
    own = await folders.list_all(pages.app.db, pages.actor)
    at = "archive" if held.folder == ARCHIVE else next((one.id for one in own if one.row == held.folder), "")
    undo = {"told": told if told in TOLD else "", "back": back[:64]}
    return pages.show("letter", view(pages, held) | undo | {"folder": at, "folders": mailbox.folder_rows(own), "thread": thread_rows(pages, thread, written, held.id)}, keep="phone")


def is_read(request: Request[Any, Any, Any]) -> bool:
    """Does a person have it before her? Not a context fetched as JSON, nor a page a browser fetches before anybody presses."""
    fetched_ahead = "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", ""))
    return not fetched_ahead and not wants_json(request.headers.get("accept", ""))


def view(pages: Pages, held: Held) -> dict[str, Any]:
    letter = held.letter
    lang, text = text_in(letter, pages.lang)
    return {
        "id": held.id, "is_broken": 0, "sender": letter.sender_name, "number": letter.number, "received_at": mailbox.local(pages, held.received_at),
        "opened": int(bool(held.opened_at)), "is_mandatory": int(letter.is_mandatory), "is_legal": int(letter.is_legal),
        "text": version(pages, held, lang), "original": version(pages, held, letter.original) if lang != letter.original else {},
        "is_foreign": int(lang != pages.lang),
        "actions": actions(pages, held),
        "documents": [{"id": one.id, "name": one.name} for one in letter.documents], "reply": reply(pages, letter),
    }  # fmt: skip


def broken(pages: Pages, held: Held) -> dict[str, Any]:
    text = {"lang": "", "dir": "", "name": "", "title": "", "blocks": []} | dict.fromkeys(ANSWERS, "")
    return {
        "id": held.id, "is_broken": 1, "sender": "", "number": "", "received_at": mailbox.local(pages, held.received_at), "opened": 1, "is_mandatory": 0,
        "is_legal": 0, "text": text, "original": {}, "is_foreign": 0, "actions": [], "documents": [], "reply": {"may": "", "by": "", "about": ""}, "told": "",
        "back": "", "folder": "", "folders": [], "thread": [],
    }  # fmt: skip


def version(pages: Pages, held: Held, lang: str) -> dict[str, Any]:
    text = filled(held.letter.texts[lang], held.values)
    words = pages.app.words.catalogues.get(lang)
    return {
        **mailbox.tongue(pages, lang), "name": words.about["name"] if words else lang, "title": text.title,
        **{name: getattr(text.summary, name) for name in ANSWERS}, "blocks": [{"kind": one.kind, "text": one.text, "points": one.items} for one in parts(text.body)],
    }  # fmt: skip


def actions(pages: Pages, held: Held) -> list[dict[str, Any]]:
    """In the letter's order. The first that leads somewhere and is not done has the page's one large button."""
    rows = [action_row(pages, held, place, one) for place, one in enumerate(held.letter.actions)]
    first = next((row["place"] for row in rows if row["href"] and not row["is_done"]), -1)
    return [row | {"is_first": int(row["place"] == first)} for row in rows]


def action_row(pages: Pages, held: Held, place: int, action: Action) -> dict[str, Any]:
    """`href`: where the button leads, "" where there is nothing but "I have done it"; `say`: the sender's own words on it."""
    lang = next((one for one in (pages.lang, held.letter.original) if one in action.say), "")
    href = f"/{pages.lang}/{quote(action.path, safe='/?&=')}" if action.path else action.url if action.url.startswith("https://") else ""
    return {
        "place": place, "kind": action.kind, "href": href, "is_away": int(not action.path), "say": action.say.get(lang, ""),
        **({"lang": "", "dir": ""} if not lang else mailbox.tongue(pages, lang)), "by": action.by, "at": action.starts_at, "where": action.place,
        "is_to_do": int(is_to_do(action)), "is_done": int(is_to_do(action) and place not in held.to_do),
        "is_late": int(bool(action.by) and action.by < pages.today),
    }  # fmt: skip


def reply(pages: Pages, letter: Letter) -> dict[str, str]:
    """`may`: "yes", "late" or "no"; `by`: the last day to answer; `about`: the subject to write under where it takes no answer."""
    about = mailbox.subject_of(pages, letter.service)
    if not letter.may_reply:
        return {"may": "no", "by": "", "about": about}
    return {"may": "late" if letter.reply_by and letter.reply_by < pages.today else "yes", "by": letter.reply_by, "about": about}


def thread_rows(pages: Pages, held: list[Held], written: list[Message], here: str) -> list[dict[str, Any]]:
    """What came before and after, in order: letters, and what she wrote. Nothing where the letter stands alone."""
    came = [(one.received_at, letter_in_thread(pages, one)) for one in held]
    went = [(one.received_at, message_in_thread(pages, one)) for one in written]
    rows = [row for _, row in sorted(came + went, key=lambda row: row[0])]
    return [row | {"here": int(row["id"] == here)} for row in rows] if len(rows) > 1 else []


def letter_in_thread(pages: Pages, held: Held) -> dict[str, Any]:
    row = mailbox.letter_row(pages, held)
    return {"kind": "letter", "id": row["id"], "at": row["at"], "title": row["title"], "lang": row["lang"], "dir": row["dir"], "files": []}


def message_in_thread(pages: Pages, one: Message) -> dict[str, Any]:
    files = [{"id": file["id"], "name": file["name"]} for file in one.written.files]
    return {"kind": "message", "id": one.id, "at": mailbox.local(pages, one.received_at), "title": one.written.text, "lang": "", "dir": "auto", "files": files}


async def show_message(pages: Pages, id: str, told: str) -> Response[bytes]:
    """What she wrote herself lies at the same kind of address."""
    one = await messages.get(pages.app.db, pages.actor, id)
    thread = await thread_of(pages, one)
    row = message_in_thread(pages, one)
    view = {name: row[name] for name in ("id", "at", "title", "files")} | {"about": one.written.title, "subject": mailbox.subject(pages, one.subject), "thread": thread}
    return pages.show("message", view | {"told": "sent" if told == "sent" else ""}, keep="phone")


async def thread_of(pages: Pages, one: Message) -> list[dict[str, Any]]:
    held = await letters.of_thread(pages.app.db, pages.actor, one.thread, pages.now)
    return thread_rows(pages, held, await messages.of_thread(pages.app.db, pages.actor, one.thread), one.id)


@post("/{lang:str}/post/{letter:str}", name="arrange_letter")
async def arrange_letter(request: Request, pages: NamedDependency[Pages], letter: FromPath[str]) -> Response[Any]:
    """`do` is "move:FOLDER", "done:N" or "not-done:N"."""
    need_person(pages)
    act, _, what = forms.value(await forms.read(request), "do").partition(":")
    if act == "move":
        before = await folders.move(pages.app.db, pages.actor, letter, what[:64], pages.now)
        return pages.go(f"post/{letter}?told=moved&back={before or 'inbox'}")
    if act in ("done", "not-done") and what.isascii() and what.isdecimal() and len(what) < 3:
        await letters.done(pages.app.db, pages.actor, letter, int(what), act == "done", pages.now)
        return pages.go(f"post/{letter}?told={act}")
    return pages.go(f"post/{letter}")


@post("/api/letters/{letter:str}/opened", name="letter_opened", status_code=204)
async def note_opened(
    request: Request, letter: FromPath[str], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> None:  # fmt: skip
    """A phone showed it to her: the opened receipt, once."""
    owners.check(request, actor)
    if actor.is_guest:
        raise SignInNeeded("mine")
    await letters.opened(app.db, actor, letter, app.now())

