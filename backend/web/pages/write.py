"""Writing to the authority: an answer to a letter, a question about a case, or a first word under a subject.

Nothing typed is lost: whatever stops it, the form comes back with it, and of an ended session it waits for its writer.
"""

import secrets
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromQuery
from msgspec import Struct

from backend.domain.drafts import LONGEST, MESSAGE as DRAFT, Draft
from backend.domain.errors import BadFile, Busy, NotFound
from backend.domain.letters import Written, filled, text_in
from backend.store import drafts, files, letters, messages, unfinished
from backend.store.messages import OTHER, To
from backend.web import forms
from backend.web.api import uploads
from backend.web.pages import post as mailbox
from backend.web.pages.letters import reply
from backend.web.pages.unfinished import MOST_ID, is_of_another
from backend.web.rendering.responder import Pages

MOST_FILES = 10
HERE = "post/write"


class Form(Struct):
    """What stands in the form. `files`: as `files.described` says."""

    letter: str
    about: str
    case: str
    key: str
    text: str = ""
    files: list[dict[str, Any]] = []

    @property
    def path(self) -> str:
        named = {"letter": self.letter, "about": self.about, "case": self.case}
        return f"{HERE}?" + urlencode({name: value for name, value in named.items() if value})


@get("/{lang:str}/post/write", name="write")
async def show_write(
    pages: NamedDependency[Pages], letter: FromQuery[str] = "", about: FromQuery[str] = "", case: FromQuery[str] = ""
) -> Response[bytes]:
    mailbox.need_person(pages)
    form = Form(letter[:64], about[:64], case[:64], secrets.token_hex(16))
    return await show(pages, await restored(pages, form))


async def restored(pages: Pages, form: Form) -> Form:
    """With what she had typed here and not sent."""
    kept = await drafts.get(pages.app.db, pages.actor, DRAFT)
    if kept is None or kept.raw.get("path") != form.path:
        return form
    ids = [id for id in kept.raw.get("files", "").split(",") if id]
    return Form(form.letter, form.about, form.case, kept.id, kept.raw.get("text", ""), await described(pages, ids))


async def described(pages: Pages, ids: list[str]) -> list[dict[str, Any]]:
    """Those that are hers and still there."""
    found = []
    for id in ids[:MOST_FILES]:
        try:
            found.append(await files.described(pages.app.db, pages.actor, id))
        except NotFound:
            continue
    return found


async def show(pages: Pages, form: Form, errors: list[dict[str, Any]] | None = None) -> Response[bytes]:
    """`state`: "subject" to choose what it is about, "form", or "closed" where the letter takes no answer (any more)."""
    view = {"state": "form", "about": "", "title": "", "by": "", "subjects": [], "instead": ""}
    if form.letter:
        held, _ = await letters.get(pages.app.db, pages.actor, form.letter, pages.now)
        view |= of_letter(pages, held)
    elif form.case:
        view["about"] = mailbox.subject(pages, await pages.app.db.read(messages.service_of_case, pages.actor, public_id=form.case))
    elif form.about not in subjects(pages):
        view |= {"state": "subject", "subjects": [{"id": id, "title": title} for id, title in subjects(pages).items()]}
    else:
        view["about"] = subjects(pages)[form.about]
    view |= {
        "letter": form.letter, "subject": form.about, "case": form.case, "key": form.key, "owner": pages.owner, "text": form.text,
        "files": [{"id": one["id"], "name": one["name"]} for one in form.files], "errors": errors or [], "more": int(len(form.files) < MOST_FILES),
    }  # fmt: skip
    return pages.show("write", view, status=422 if errors else 200, switch="form" if view["state"] == "form" else "link")


def of_letter(pages: Pages, held: letters.Held) -> dict[str, Any]:
    """`instead`: the subject under which she can write where the letter takes no answer."""
    if held.letter is None:
        raise NotFound("letter")
    _, text = text_in(held.letter, pages.lang)
    may = reply(pages, held.letter)
    return {
        "title": filled(text, held.values).title, "by": may["by"],
        "state": "form" if may["may"] == "yes" else f"closed-{may['may']}", "instead": may["about"],
    }  # fmt: skip


def subjects(pages: Pages) -> dict[str, str]:
    """What one can write about: the town's services, and anything else, which has no title of its own."""
    return {id: service.title for id, service in pages.app.services.newest.items()} | {OTHER: ""}


@post("/{lang:str}/post/write", name="send_message", request_max_body_size=forms.FILE_BYTES)
async def send_message(request: Request, pages: NamedDependency[Pages]) -> Response[Any]:
    """`do` is "send", "photo" (one more), "without:ID" (a photo less) or "lang:CODE"."""
    fields, sent = await forms.read_with_file(request)
    form = read(fields)
    if is_of_another(pages, fields) or not pages.owner:
        return await keep_for_owner(pages, fields, form, bool(sent))
    act, _, what = forms.value(fields, "do").partition(":")
    ids = [value for name, value in fields if name == "file" and value != (what if act == "without" else "")]
    if act == "send" and (kept := await messages.earlier(pages.app.db, pages.actor, form.key)):
        if kept.written.text == form.text:
            return done(pages, form, kept.id)
        form.key = sha256(f"{form.key}/{form.text}".encode()).hexdigest()[:32]  # she went back and wrote on: another message
    form.files = await described(pages, ids)
    errors = gone(ids, form) + await take_photo(pages, form, sent)
    if act == "lang":
        await keep(pages, form)
        return pages.go_in(what, form.path)
    if act != "send" or errors:
        return await show(pages, form, errors)
    return await send(pages, form)


def read(fields: forms.Pairs) -> Form:
    said = {name: forms.value(fields, name)[:64] for name in ("letter", "about", "case")}
    key = forms.hex_id(forms.value(fields, "key")) or secrets.token_hex(16)
    return Form(**said, key=key, text=forms.value(fields, "text").replace("\r\n", "\n"))


def gone(ids: list[str], form: Form) -> list[dict[str, Any]]:
    return [problem("photo", "photo-gone")] if len(form.files) < len(ids[:MOST_FILES]) else []


def problem(field: str, code: str, n: int = 0) -> dict[str, Any]:
    return {"field": field, "code": code, "say": "", "n": n, "date": ""}


async def take_photo(pages: Pages, form: Form, sent: dict[str, UploadFile]) -> list[dict[str, Any]]:
    upload = sent.get("photo")
    if upload is None:
        return []
    if len(form.files) >= MOST_FILES:
        return [problem("photo", "file-too-many")]
    try:
        form.files.append(await uploads.keep(pages.app, pages.actor, upload, pages.request))
    except BadFile as refused:
        return [problem("photo", uploads.code_of(refused.why), refused.n)]
    except Busy as busy:
        if busy.why != "converting":
            raise
        return [problem("photo", "file-busy")]
    return []


async def send(pages: Pages, form: Form) -> Response[Any]:
    if not form.text.strip():
        return await show(pages, form, [problem("text", "message-empty")])
    if len(form.text) > LONGEST:
        return await show(pages, form, [problem("text", "message-long", LONGEST)])
    to, title = await address(pages, form)
    if to is None:
        return await show(pages, form, [problem("text", "reply-closed")])
    written = Written(form.text, pages.lang, pages.now.isoformat(timespec="seconds"), form.files, title)
    try:
        kept = await messages.send(pages.app.db, pages.actor, form.key, to, written, pages.now)
    except BadFile:
        form.files = []
        return await show(pages, form, [problem("photo", "photo-gone")])
    await drafts.delete(pages.app.db, pages.actor, DRAFT)
    return done(pages, form, kept.id)


async def address(pages: Pages, form: Form) -> tuple[To | None, str]:
    """What it is about, and its title; None where the letter takes no answer."""
    if form.letter:
        held, _ = await letters.get(pages.app.db, pages.actor, form.letter, pages.now)
        if held.letter is None or reply(pages, held.letter)["may"] != "yes":
            return None, ""
        _, text = text_in(held.letter, pages.lang)
        return To(mailbox.subject_of(pages, held.letter.service), form.letter), filled(text, held.values).title
    if form.case:
        service = await pages.app.db.read(messages.service_of_case, pages.actor, public_id=form.case)
        return To(mailbox.subject_of(pages, service), case=form.case), ""
    return To(form.about if form.about in subjects(pages) else OTHER), ""


def done(pages: Pages, form: Form, id: str) -> Response[Any]:
    return pages.go(f"post/{form.letter or id}?told=sent")


async def keep(pages: Pages, form: Form) -> None:
    """Her words until she is back: a draft of its own, in place of an older one."""
    await drafts.delete(pages.app.db, pages.actor, DRAFT)
    await drafts.put(pages.app.db, pages.actor, as_draft(form), pages.now)


def as_draft(form: Form) -> Draft:
    raw = {"path": form.path, "text": form.text[: 2 * LONGEST], "files": ",".join(one["id"] for one in form.files)}
    return Draft(id=form.key, service=DRAFT, version=1, raw=raw)


async def keep_for_owner(pages: Pages, fields: forms.Pairs, form: Form, has_file: bool) -> Response[Any]:
    """Nobody, or another, is signed in now: it waits in this browser for whoever wrote it."""
    ids = [value for name, value in fields if name == "file"]
    form.files = [{"id": id} for id in map(forms.hex_id, ids) if id][:MOST_FILES]
    owner = forms.value(fields, "owner")[:MOST_ID]
    if owner and (form.text.strip() or form.files):  # an empty form must not take the place of what she has begun
        if not pages.actor.session:
            await pages.begin_session()
        await unfinished.keep(pages.app.db, pages.actor, owner, as_draft(form), pages.now)
    reason = "other" if pages.owner else "ended-file" if has_file else "ended"
    return pages.go("sign-in?" + urlencode({"next": form.path, "reason": reason}))


@get("/{lang:str}/post/unsent", name="unsent")
async def show_unsent(pages: NamedDependency[Pages], key: FromQuery[str] = "") -> Response[Any]:
    """What waited on her phone, asked for where it does not lie any more: what was received, else all that is hers."""
    mailbox.need_person(pages)
    kept = await messages.earlier(pages.app.db, pages.actor, key) if forms.hex_id(key) else None
    return pages.go(f"post/{kept.id}" if kept else "mine")
