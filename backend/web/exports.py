"""The archive of everything that is kept about somebody: pages to read in her language, the same for programs, and every photo and
paper, made while it is sent."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import ChoiceLoader
from msgspec import Struct

from backend.domain import access
from backend.domain.contacts import Contact
from backend.domain.letters import text_in
from backend.domain.moments import from_milliseconds
from backend.store import cases, exports, residents
from backend.store.exports import Everything
from backend.store.keyring import Tampered
from backend.web import archives
from backend.web.pages import cases as case_pages, letters as letter_pages, register, reminders
from backend.web.rendering.renderer import Tight, room
from backend.web.rendering.responder import Pages
from backend.web.rendering.words import TEMPLATES as PHONE_TEMPLATES, Words
from i18n.catalogue import EXPORT, FILES, load

TEMPLATES = Path(__file__).parent / "export_pages"
STYLE = TEMPLATES / "archive.css"
KINDS = ["about", "cases", "letters", "messages", "papers", "reminders", "access"]
END = re.compile(r"\.(jpe?g|png|gif|webp|bmp|heic|pdf)$", re.IGNORECASE)
"""What a file was called before it was made safe: all are JPEG or PDF now."""
log = logging.getLogger("medborger.web")
View = dict[str, Any]


class ExportPages:
    """The archive's own templates and sentences; what a letter or a case says is worded as on the residents' pages."""

    def __init__(self, words: Words, services: list[Path]) -> None:
        loader = ChoiceLoader([Tight(TEMPLATES), Tight(PHONE_TEMPLATES)])
        catalogues = {code: load(code, services, (*FILES, EXPORT)) for code in words.codes}
        self.rooms = {code: room(loader, one, words.offered) for code, one in catalogues.items()}  # type: ignore[arg-type]

    def html(self, name: str, view: View, lang: str) -> bytes:
        return self.rooms[lang].get_template(f"{name}.html").render(view | {"page": name}).encode()


class Held(Struct):
    """All that the pages are made of. `files`: where in the archive the bytes of a file or paper lie, by its id."""

    everything: Everything
    register: View
    cases: list[cases.Whole]
    files: dict[str, View]


async def gather(pages: Pages) -> Held:
    db, actor = pages.app.db, pages.actor
    found = await exports.gather(db, actor, pages.now)
    resident, living = await residents.household(db, actor, pages.today)
    whole = [await cases.get(db, actor, row["public_id"]) for row in found.rows["cases"]]
    return Held(found, register.view(pages.app, resident, living) if resident else register.EMPTY, whole, places(found))


def places(found: Everything) -> dict[str, View]:
    """A name nobody else in the archive has, for each."""
    rows = [(table, row, END.sub("", row.get("name") or row.get("file") or row["public_id"])) for table, row, _, _ in found.bytes]
    names = archives.distinct(f"{'papers' if table == 'paper' else 'files'}/{archives.file_name(name, row['kind'])}" for table, row, name in rows)
    return {row["public_id"]: {"path": path, "name": path.partition("/")[2], "table": table} for (table, row, _), path in zip(rows, names, strict=True)}


def entries(pages: Pages, held: Held) -> Iterator[archives.Entry]:
    """One kind at a time, so that no more than one is held as a page."""
    at, lang = pages.now.astimezone(pages.app.zone), pages.lang
    made = {"town": pages.app.settings.town, "made_at": at.isoformat(timespec="minutes")}
    yield "index.html", at, [pages.app.exports.html("index", made | {"kinds": KINDS}, lang)]
    yield "style.css", at, [STYLE.read_bytes()]
    for kind in KINDS:
        yield f"{kind}.html", at, [pages.app.exports.html(kind, made | VIEWS[kind](pages, held), lang)]
    for name, rows in tables(pages, held):
        yield f"json/{name}.json", at, [msgspec.json.format(msgspec.json.encode(rows))]
    yield from contents(pages, held, at)


def tables(pages: Pages, held: Held) -> Iterator[tuple[str, Any]]:
    yield from held.everything.rows.items()
    yield "household", held.register["people"]
    yield "letter", [letter_row(pages, one) for one in held.everything.letters]
    yield "access", days(pages, held)
    yield "log", [{"at": local(pages, one.at), "role": one.role, "act": one.verb, "object": one.object} for one in held.everything.log]


def letter_row(pages: Pages, one: Any) -> View:
    said = msgspec.to_builtins(one.letter) if one.letter else {"damaged": True}
    return {"id": one.id, "thread": one.thread, "received_at": local(pages, one.received_at), "opened_at": local(pages, one.opened_at) if one.opened_at else "", "own": one.values, "letter": said}


def contents(pages: Pages, held: Held, at: datetime) -> Iterator[archives.Entry]:
    """One that is missing or damaged is named at the end, and costs itself alone."""
    lost = []
    for _, row, name, key in held.everything.bytes:
        path = held.files[row["public_id"]]["path"]
        pieces = exports.stream(pages.app.db, name, key)
        try:
            first = next(pieces)
        except Tampered:
            log.error("%s of %s is not readable", path.partition("/")[0], row["public_id"])
            lost.append(path)
            continue
        yield path, at, chained(first, pieces)
    if lost:
        yield "not-readable.txt", at, ["\n".join(lost).encode()]


def chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


# What each page shows


def about(pages: Pages, held: Held) -> View:
    rows = held.everything.rows
    contact = msgspec.convert({k: v for row in rows["contact"] for k, v in row.items() if k != "changed_at"}, Contact)
    return held.register | {
        "ways": reminders.ways_of(contact),
        "phones": [{"name": row.get("name", ""), "at": local(pages, row["made_at"])} for row in rows["subscription"] if not row["ended_at"]],
        "sessions": [{"device": row["device"], "at": local(pages, row["began_at"])} for row in rows["session"]],
        "keys": [{"device": row["device"], "at": local(pages, row["made_at"])} for row in rows["passkey"]],
    }  # fmt: skip


def of_cases(pages: Pages, held: Held) -> View:
    drafts = [row for row in held.everything.rows["draft"] if not row.get("sent")]
    return {"cases": [case(pages, held, one) for one in held.cases], "drafts": [{"title": title(pages, row["service"]), "at": local(pages, row["updated_at"])} for row in drafts]}


def case(pages: Pages, held: Held, whole: cases.Whole) -> View:
    shown = case_pages.view(pages.app, whole)
    notes = [{"at": local(pages, one.at), "text": str(one.said.get("text", ""))} for one in whole.events if one.kind == "note"]
    times = [row for row in held.everything.rows["appointment"] if row["case_id"] == whole.case.id]
    return shown | {
        "notes": notes, "times": [{"at": row["starts_at"], "is_booked": row["is_booked"]} for row in times],
        "files": [held.files[one["id"]] for one in whole.files if one["id"] in held.files],
    }  # fmt: skip


def of_letters(pages: Pages, held: Held) -> View:
    return {"letters": [letter(pages, held, one) for one in held.everything.letters]}


def letter(pages: Pages, held: Held, one: Any) -> View:
    """In her language, and the text that counts by law where that is another."""
    if one.letter is None:
        return {"texts": [], "sender": "", "at": local(pages, one.received_at), "files": []}
    langs = dict.fromkeys((text_in(one.letter, pages.lang)[0], one.letter.original))
    return {
        "texts": [letter_pages.version(pages, one, lang) for lang in langs], "sender": one.letter.sender_name, "at": local(pages, one.received_at),
        "files": [held.files[each.id] for each in one.letter.documents if each.id in held.files],
    }  # fmt: skip


def of_messages(pages: Pages, held: Held) -> View:
    rows = [row for row in held.everything.rows["message"] if not row.get("damaged")]
    return {
        "messages": [
            {"title": row.get("title", ""), "text": row["text"], "at": local(pages, row["sent_at"]),
             "files": [held.files[one["id"]] for one in row.get("files", []) if one["id"] in held.files]}
            for row in rows
        ]
    }  # fmt: skip


def of_papers(pages: Pages, held: Held) -> View:
    found = list(held.files.values())
    return {"papers": [one for one in found if one["table"] == "paper"], "files": [one for one in found if one["table"] == "file"]}


def of_reminders(pages: Pages, held: Held) -> View:
    rows = held.everything.rows
    return {
        "sent": [
            {"at": local(pages, row["made_at"]), "way": row["kind"], "matter": matter(row["matter"] or ""), "state": row["state"]} for row in rows["rung"]
        ],
        "notices": [{"at": local(pages, row["created_at"]), "matter": matter(row["matter"]), "by": row["last_day"]} for row in rows["notice"]],
    }  # fmt: skip


def looks(pages: Pages, held: Held) -> View:
    return {"days": days(pages, held)}


def days(pages: Pages, held: Held) -> list[View]:
    return access.days(held.everything.log, lambda at: local(pages, at))


def matter(text: str) -> str:
    return text.partition("/")[0]


def title(pages: Pages, service: str) -> str:
    found = pages.app.services.newest.get(service)
    return found.title if found else ""


def local(pages: Pages, ms: int) -> str:
    return pages.app.local(from_milliseconds(ms))


VIEWS = {"about": about, "cases": of_cases, "letters": of_letters, "messages": of_messages, "papers": of_papers, "reminders": of_reminders, "access": looks}
