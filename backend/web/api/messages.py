"""What she wrote while her phone had no network: received once, under the key her phone made, however often it is sent."""

from typing import Annotated, Any

from litestar import Request, Response, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from backend.domain.actors import Actor
from backend.domain.drafts import LONGEST
from backend.domain.errors import BadFile, KeyReused, SignInNeeded
from backend.domain.letters import Written
from backend.domain.moments import from_milliseconds
from backend.store import messages
from backend.store.messages import Message
from backend.web import errors, forms, owners
from backend.web.api.submissions import Key
from backend.web.pages import write
from backend.web.pages.post import subject
from backend.web.pages.write import Form
from backend.web.rendering.responder import Pages
from backend.web.state import AppState

Id = Annotated[str, Meta(max_length=64)]


class Sent(Struct, forbid_unknown_fields=True, kw_only=True):
    """An answer to a letter, a question about a case, or a first word under a subject. `files`: what the phone sent before, under
    these ids."""

    text: Annotated[str, Meta(max_length=LONGEST)]
    lang: Annotated[str, Meta(max_length=20)] = ""
    letter: Id = ""
    about: Id = ""
    case: Id = ""
    files: Annotated[list[Key], Meta(max_length=write.MOST_FILES)] = []


@put("/api/messages/{key:str}", name="receive_message", request_max_body_size=forms.FORM_BYTES)
async def receive_message(
    request: Request, key: FromPath[Key], data: JSONBody[Sent], actor: NamedDependency[Actor], app: NamedDependency[AppState]
) -> Response[dict[str, Any]]:  # fmt: skip
    """201 the first time; 200 and the same receipt when the phone, unsure, sends again. 422 "reply-closed" where the letter takes no
    answer (any more)."""
    owners.check(request, actor)
    if actor.is_guest:
        raise SignInNeeded("mine")
    if kept := await messages.earlier(app.db, actor, forms.key(key)):
        if kept.written.text != data.text or [one["id"] for one in kept.written.files] != data.files:
            raise KeyReused
        return received(app, data, kept, 200)
    if not data.text.strip():
        return errors.problem(422, "message-empty", "Nothing is written")
    lang = data.lang if app.words.offers(data.lang) else app.words.codes[0]
    pages = Pages(request, app, lang, actor, app.now())
    form = Form(data.letter, data.about, data.case, key, data.text, await write.described(pages, data.files))
    to, title = await write.address(pages, form)
    if to is None:
        return errors.problem(422, "reply-closed", "The letter takes no answer")
    if len(form.files) < len(data.files):
        raise BadFile("gone")
    written = Written(data.text, lang, pages.now.isoformat(timespec="seconds"), form.files, title or subject(pages, to.subject))
    return received(app, data, await messages.send(app.db, actor, key, to, written, pages.now), 201)


def received(app: AppState, data: Sent, kept: Message, status: int) -> Response[dict[str, Any]]:
    """`path`: where it stands now, without the language."""
    path = f"mine/cases/{data.case}" if data.case else f"post/{data.letter or kept.id}"
    return Response({"received_at": app.local(from_milliseconds(kept.received_at)), "path": path}, status_code=status)
