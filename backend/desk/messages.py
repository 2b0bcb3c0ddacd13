"""What residents have written: the list, one message with its thread, and its answer, which can be taken back for a minute.

The list names nobody. Whoever opens a message sees whose it is, and she sees that somebody has read it.
"""

from typing import Any
from urllib.parse import quote, urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from backend.desk import letter_preview
from backend.desk.cases import HEADERS
from backend.desk.case_views import PICTURES
from backend.desk.decisions import answered, field_rows
from backend.desk.page import Desk
from backend.domain.errors import MessageDone, TooLate
from backend.domain.letters import Letter, text_in
from backend.domain.moments import from_milliseconds
from backend.letters.known import Given
from backend.letters.templates import Incomplete
from backend.store import contacts, message_work, residents
from backend.store.letters import Held
from backend.store.message_work import Item, Place, Whole
from backend.store.messages import OTHER, Message
from backend.web import forms
from i18n import languages

TEMPLATE = "answer"


def subjects(desk: Desk) -> dict[str, str]:
    """Those whose messages are hers to read: id -> title, "" for what belongs to no service."""
    known = {id: one.title for (id, _), one in desk.app.services.versions.items()} | {OTHER: ""}
    return {id: title for id, title in known.items() if desk.staff.may("see-messages", id)}


@get("/messages", name="desk_messages")
async def show_messages(desk: NamedDependency[Desk], subject: FromQuery[str] = "", after: FromQuery[str] = "", done: FromQuery[str] = "") -> Response[bytes]:
    """`done`: the message whose answer has just been sent."""
    desk.need("see-messages")
    db, hers = desk.app.db, subjects(desk)
    subject = subject if subject in hers else ""
    items = await message_work.waiting(db, [subject] if subject else list(hers), int(after) if after.isdecimal() and len(after) < 19 else 0)
    counts = await message_work.counts(db, list(hers))
    more = f"/desk/messages?{urlencode({'subject': subject, 'after': items[-1].row})}" if len(items) == message_work.MOST else ""
    every = [("", "", sum(counts.values())), *((id, title, counts[id]) for id, title in hers.items())]
    sent = await message_work.place(db, desk.staff, done) if forms.hex_id(done) else None
    return desk.show("messages", {
        "rows": [row(desk, hers, one) for one in items], "more": more, "undo": undo(desk, sent) if sent else {},
        "subjects": [{"id": id, "title": title, "n": n, "here": int(id == subject), "href": f"/desk/messages?subject={id}" if id else "/desk/messages"} for id, title, n in every],
    })  # fmt: skip


def row(desk: Desk, hers: dict[str, str], one: Item) -> dict[str, Any]:
    return {
        "id": one.id, "title": hers[one.subject], "at": desk.app.local(from_milliseconds(one.sent_at)), "number": one.number,
        "is_reply": int(one.is_reply), "opened_by": one.opened_by,
    }  # fmt: skip


def undo(desk: Desk, here: Place) -> dict[str, Any]:
    """Of an answer that cannot be read yet, or of nothing to answer; {} where there is nothing to take back."""
    if not here.done_at or (here.answer and not here.seconds_left(desk.now)):
        return {}
    return {"id": here.id, "seconds": here.seconds_left(desk.now), "answered": int(bool(here.answer))}


@get("/messages/{message:str}", name="desk_message")
async def show_message(desk: NamedDependency[Desk], message: FromPath[str]) -> Response[bytes]:
    return await shown(desk, await message_work.place(desk.app.db, desk.staff, message), [])


async def shown(desk: Desk, here: Place, pairs: forms.Pairs, status: int = 200, **more: Any) -> Response[bytes]:
    """`pairs`: what was typed of the answer."""
    app, actor = desk.app, message_work.on(desk.actor, here)
    whole = await message_work.get(app.db, desk.actor, here, desk.now)
    person, contact = await residents.get(app.db, actor), await contacts.get(app.db, actor)
    reads = contact.lang or (person.language if person else "")
    template = app.letters.get("", TEMPLATE)
    read = answered(desk, template, pairs)
    letter, lacks = composed(desk, here, person.name if person else "", read[0]) if pairs and not read[1] else (None, {})
    catalogue = app.words.catalogues.get(reads)
    view = {
        "message": said(desk, whole.message) | {"id": here.id, "title": whole.message.written.title if here.letter else "", "subject": subjects(desk)[here.subject]},
        "name": person.name if person else "", "person": here.person, "reads": catalogue.about["name"] if catalogue else reads,
        "case": {"id": here.case, "number": here.number, "mine": int(desk.staff.may("see-cases", here.subject))} if here.case else {},
        "files": [each | {"is_picture": int(each["kind"] in PICTURES), "kb": max(1, each["bytes"] // 1024)} for each in whole.files],
        "thread": thread(desk, here, whole), "fields": field_rows(desk, template, read), "errors": read[1] if pairs else [], "lacks": lacks,
        "preview": letter_preview.html(desk, letter, reads) if letter else Markup(""),
        "done": {"by": here.done_by, "at": app.local(from_milliseconds(here.done_at)), "answered": int(bool(here.answer))} if here.done_at else {},
        "undo": undo(desk, here), "may_answer": int(desk.staff.may("answer-messages", here.subject)), "beaten": 0, "too_late": 0,
    }  # fmt: skip
    return desk.show("message", view | more, status=status)


def said(desk: Desk, one: Message) -> dict[str, Any]:
    """On a page in Arabic she may write Danish: the words themselves say where they begin."""
    return {"text": one.written.text, "lang": one.written.lang, "dir": "auto", "at": desk.app.local(from_milliseconds(one.received_at))}


def thread(desk: Desk, here: Place, whole: Whole) -> list[dict[str, Any]]:
    """What came before and after, oldest first: her messages and our letters."""
    ours = [(one.received_at, letter_row(desk, one)) for one in whole.letters]
    hers = [(one.received_at, said(desk, one) | {"kind": "message", "id": one.id, "title": "", "this": int(one.id == here.id)}) for one in whole.messages]
    return [each for _, each in sorted([*ours, *hers], key=lambda one: one[0])]


def letter_row(desk: Desk, one: Held) -> dict[str, Any]:
    lang, text = text_in(one.letter, desk.lang) if one.letter else ("", None)
    return {
        "kind": "letter", "id": one.id, "title": text.title if text else "", "text": "\n\n".join(text.body) if text else "", "lang": lang,
        "dir": "auto", "at": desk.app.local(from_milliseconds(one.received_at)), "this": 0,
    }  # fmt: skip


def composed(desk: Desk, here: Place, name: str, values: dict[str, Any]) -> tuple[Letter | None, dict[str, Any]]:
    """The answer in every language on offer; or in which language what lacks."""
    app = desk.app
    given = Given(
        name=name, today=app.today(), fields={id: value for id, value in values.items() if value != ""}, case=here.case, case_number=here.number,
        service="" if here.subject == OTHER else here.subject, received_on=app.local(from_milliseconds(here.sent_at))[:10], lang=desk.lang,
    )  # fmt: skip
    try:
        return app.letters.compose(app.letters.get("", TEMPLATE), given, [code for code in app.words.codes if code not in languages.PSEUDO]), {}
    except Incomplete as lacking:
        return None, {"lang": lacking.lang, "names": ", ".join(lacking.names)}


@post("/messages/{message:str}", name="desk_answer_message")
async def answer_message(request: Request[Any, Any, Any], desk: NamedDependency[Desk], message: FromPath[str]) -> Response[Any]:
    """`do`: "send", "preview" or "nothing". What was typed comes back where it did not work."""
    db = desk.app.db
    here = await message_work.place(db, desk.staff, message, "answer-messages")
    pairs = await forms.read(request)
    do = forms.value(pairs, "do")
    try:
        if do == "nothing":
            await message_work.nothing_to_answer(db, desk.actor, here, desk.now)
        else:
            values, wrong, _ = answered(desk, desk.app.letters.get("", TEMPLATE), pairs)
            person = await residents.get(db, message_work.on(desk.actor, here))
            letter, _ = (None, {}) if wrong else composed(desk, here, person.name if person else "", values)
            if letter is None or do != "send":
                return await shown(desk, here, pairs, 200 if letter else 422)
            await message_work.answer(db, desk.actor, here, letter, desk.now)
    except MessageDone:
        return await shown(desk, await message_work.place(db, desk.staff, message), pairs, 409, beaten=1)
    return desk.go(f"/desk/messages?done={message}")


@post("/messages/{message:str}/undo", name="desk_undo_answer")
async def undo_answer(desk: NamedDependency[Desk], message: FromPath[str]) -> Response[Any]:
    here = await message_work.place(desk.app.db, desk.staff, message, "answer-messages")
    try:
        await message_work.take_back(desk.app.db, desk.actor, here, desk.now)
    except TooLate:
        return await shown(desk, here, [], 409, too_late=1)
    return desk.go(f"/desk/messages/{message}")


@get("/messages/{message:str}/files/{file:str}", name="desk_message_file")
async def show_file(desk: NamedDependency[Desk], message: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    """Never opened in our own pages' name: an attachment, in a sandbox."""
    here = await message_work.place(desk.app.db, desk.staff, message)
    paper = await message_work.file(desk.app.db, desk.actor, here, file)
    named = f"attachment; filename*=UTF-8''{quote(paper.name, safe='')}"
    return Response(paper.data, media_type=paper.kind, headers=HEADERS | {"content-disposition": named})


ROUTES: list[Any] = [show_messages, show_message, answer_message, undo_answer, show_file]
