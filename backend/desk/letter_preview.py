"""A letter as the resident will see it: her language, the words of her page."""

from typing import Any

from markupsafe import Markup

from backend.desk.page import Desk
from backend.domain.letters import ANSWERS, Letter, parts, text_in


def html(desk: Desk, letter: Letter, lang: str) -> Markup:
    """With the sentences of her page; every value is escaped in the template."""
    code = lang if lang in desk.app.desk.rooms else letter.original
    return Markup(desk.app.desk.render("letter-preview", view(desk, letter, code), code, desk.app.content.assets))  # noqa: S704


def view(desk: Desk, letter: Letter, lang: str) -> dict[str, Any]:
    at, text = text_in(letter, lang)
    words = desk.app.words.catalogues.get(at)
    return {
        "sender": letter.sender_name, "is_legal": int(letter.is_legal), "is_mandatory": int(letter.is_mandatory), "is_foreign": int(at != lang),
        "text": {
            "lang": at, "dir": words.dir if words else "auto", "title": text.title, **{name: getattr(text.summary, name) for name in ANSWERS},
            "blocks": [{"kind": one.kind, "text": one.text, "points": one.items} for one in parts(text.body)],
        },
        "actions": [
            {"kind": one.kind, "by": one.by, "say": one.say.get(at, ""), "lang": at, "dir": words.dir if words else "auto"} for one in letter.actions
        ],
    }  # fmt: skip
