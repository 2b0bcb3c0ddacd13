"""A form that was opened while somebody was signed in, and posted when she is not: what she typed is kept for her alone,
and she is asked to sign in and go on where she was."""

from typing import Any

from litestar import Response

from backend.domain import answers, drafts as shapes
from backend.domain.drafts import Draft
from backend.domain.journeys import Step
from backend.domain.services import Service
from backend.store import unfinished
from backend.web import forms
from backend.web.rendering.responder import Pages

MOST_ID = 64


def is_of_another(pages: Pages, fields: forms.Pairs) -> bool:
    """Does the form name an owner who is not the one signed in now? A guest's form names none: it is whoever's goes on."""
    return forms.value(fields, "owner") not in ("", pages.owner)


async def keep(pages: Pages, service: str, question: str, row: str, fields: forms.Pairs, has_file: bool) -> Response[Any]:
    """Never a file: it is asked for again, in words."""
    act, _, what = forms.value(fields, "do").partition(":")
    reason = "other" if pages.owner else "ended-file" if has_file else "ended"
    if draft := typed(pages, service, question, row[:MOST_ID], fields):
        if not pages.actor.session:
            await pages.begin_session()
        await unfinished.keep(pages.app.db, pages.actor, forms.value(fields, "owner")[:MOST_ID], draft, pages.now)
    path = f"sign-in?next={pages.request.scope['path'][len(pages.lang) + 2 :]}&reason={reason}"
    return pages.go_in(what if act == "lang" else pages.lang, path)


def typed(pages: Pages, service: str, question: str, row: str, fields: forms.Pairs) -> Draft | None:
    """A draft with nothing but what stands in this form, under the newest version that asks this. None: nothing is typed
    on that page."""
    of = newest_with(pages, service, question)
    if of is None:
        return None
    raw = answers.typed(of, Step("question", question, row, ""), fields, {})
    id = forms.hex_id(forms.value(fields, "draft"))
    draft = shapes.fitted(Draft(id=id, service=of.id, version=of.version, raw=raw, lang=pages.lang), of)
    return draft if draft.raw and id else None


def newest_with(pages: Pages, service: str, question: str) -> Service | None:
    """The question may have gone from the newest version while she wrote. Raises `NotFound` for no service of ours."""
    newest = pages.app.services.get(service)
    older = [one for one in pages.app.services.versions.values() if one.id == service]
    known = [newest, *sorted(older, key=lambda one: -one.version)]
    return next((one for one in known if any(q.id == question for q in one.questions)), None)
