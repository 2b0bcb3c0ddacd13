"""My papers: photographed or chosen, named, found again, handed out, deleted and brought back. One page, and one for each paper."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from backend.domain import papers as kinds, texts
from backend.domain.errors import BadFile, Busy, NotFound, SignInNeeded
from backend.store import papers
from backend.store.papers import Paper
from backend.web import archives, forms
from backend.web.api import uploads
from backend.web.pages import unfinished
from backend.web.rendering.responder import Pages
from backend.web.rendering.words import Words
from i18n.catalogue import Catalogue

SEARCHED_FROM = 6
"""With fewer, all of them are seen at a glance."""
TOLD = {"kept", "already", "named", "back"}
WORDS = {
    "birth": "Birth certificate", "lease": "Lease", "contract": "Contract", "identity": "Passport or ID card", "payslip": "Payslip",
    "health": "Paper from a doctor", "school": "Paper from a school",
}  # fmt: skip
"""As `macros/papers.html` says them; a test compares."""


@get("/{lang:str}/papers", name="papers")
async def show_papers(pages: NamedDependency[Pages], q: FromQuery[str] = "", removed: FromQuery[str] = "") -> Response[bytes]:
    need_person(pages)
    return await show_list(pages, query=q[:100], removed=removed)


async def show_list(pages: Pages, query: str = "", removed: str = "", code: str = "", n: int = 0) -> Response[bytes]:
    held = await papers.list_all(pages.app.db, pages.actor)
    kept = [one for one in held if not one.removed_at]
    found = [one for one in kept if kinds.is_found(query, said_of(pages.app.words, one))]
    gone = [row(pages, one) for one in held if one.removed_at]
    view = {
        "papers": [row(pages, one) for one in found], "total": len(kept), "query": query, "searched": int(len(kept) >= SEARCHED_FROM),
        "removed": gone, "told": [one for one in gone if one["id"] == removed], "owner": pages.owner,
        "errors": [{"field": "file", "code": code, "say": "", "n": n, "date": ""}] if code else [],
    }  # fmt: skip
    plain = not (query or removed or code)
    return pages.show("papers", view, keep="phone" if plain else "never", status=422 if code else 200)


def need_person(pages: Pages) -> None:
    if not pages.owner:
        raise SignInNeeded("mine")


def row(pages: Pages, paper: Paper) -> dict[str, Any]:
    return {
        "id": paper.id, "name": paper.name, "about": paper.about, "kind": "pdf" if paper.kind == "application/pdf" else "photo",
        "at": local(pages, paper.added_at).isoformat(timespec="minutes"), "kb": max(1, paper.bytes >> 10),
    }  # fmt: skip


def local(pages: Pages, at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(pages.app.zone)


@post("/{lang:str}/papers", name="keep_paper", request_max_body_size=forms.FILE_BYTES)
async def keep_paper(request: Request, pages: NamedDependency[Pages]) -> Response[Any]:
    """The photo first, its name on the page that follows: a mistake in a name costs no photo."""
    fields, sent = await forms.read_with_file(request)
    if unfinished.is_of_another(pages, fields) or not pages.owner:
        return pages.go(f"sign-in?next=papers&reason={'other' if pages.owner else 'ended-file'}")
    upload = next(iter(sent.values()), None)
    if upload is None:
        return await show_list(pages, code="file-none")
    app = pages.app
    try:
        id, is_new = await papers.add(app.db, pages.actor, upload, upload.filename, pages.now, room(pages), uploads.payers(pages.actor, request))
    except BadFile as refused:
        return await show_list(pages, code=code_of(refused), n=refused.n)
    except Busy as busy:
        if busy.why != "converting":
            raise
        return await show_list(pages, code="file-busy")
    return pages.go(f"papers/{id}?told={'kept' if is_new else 'already'}")


@post("/{lang:str}/papers/sent", name="keep_sent_paper")
async def keep_sent_paper(request: Request, pages: NamedDependency[Pages]) -> Response[Any]:
    """What she sent with a service, kept here too."""
    fields = await forms.read(request)
    if unfinished.is_of_another(pages, fields) or not pages.owner:
        return pages.go(f"sign-in?next=mine&reason={'other' if pages.owner else 'ended'}")
    try:
        id, is_new = await papers.add_file(pages.app.db, pages.actor, forms.value(fields, "sent")[:64], pages.now, room(pages))
    except BadFile as refused:
        return await show_list(pages, code=code_of(refused), n=refused.n)
    return pages.go(f"papers/{id}?told={'kept' if is_new else 'already'}")


def room(pages: Pages) -> papers.Room:
    settings = pages.app.settings
    return papers.Room(settings.papers_mb * 2**20, settings.least_free_mb * 2**20)


def code_of(refused: BadFile) -> str:
    return "file-papers-no-room" if refused.why == "no-room" else uploads.code_of(refused.why)


@get("/{lang:str}/papers/{paper:str}", name="paper")
async def show_paper(pages: NamedDependency[Pages], paper: FromPath[str], told: FromQuery[str] = "") -> Response[Any]:
    need_person(pages)
    found = await papers.get(pages.app.db, pages.actor, paper)
    if found.removed_at:
        return pages.go(f"papers?removed={found.id}")
    return show_one(pages, found, told if told in TOLD else "")


def show_one(pages: Pages, paper: Paper, told: str = "", typed: str = "", about: str = "", code: str = "") -> Response[bytes]:
    view = {
        "paper": row(pages, paper), "told": told, "kinds": [*kinds.KINDS, "other"], "typed": typed or paper.name, "about": about or paper.about,
        "errors": [{"field": "name", "code": code, "say": "", "n": kinds.MOST_LETTERS, "date": ""}] if code else [],
    }  # fmt: skip
    return pages.show("paper", view, status=422 if code else 200)


@post("/{lang:str}/papers/{paper:str}", name="change_paper")
async def change_paper(request: Request, pages: NamedDependency[Pages], paper: FromPath[str]) -> Response[Any]:
    """Named, deleted, or brought back."""
    need_person(pages)
    fields, db = await forms.read(request), pages.app.db
    found = await papers.get(db, pages.actor, paper)
    act = forms.value(fields, "do")
    if act == "delete":
        await papers.remove(db, pages.actor, found.id, pages.now)
        return pages.go(f"papers?removed={found.id}")
    if act == "undo":
        await papers.restore(db, pages.actor, found.id, pages.now)
        return pages.go(f"papers/{found.id}?told=back")
    return await name_paper(pages, found, forms.value(fields, "name"), forms.value(fields, "about"))


async def name_paper(pages: Pages, paper: Paper, typed: str, about: str) -> Response[Any]:
    about = about if about in kinds.KINDS else ""
    code = "strange" if texts.is_strange(typed) else "too-long" if len(typed.strip()) > kinds.MOST_LETTERS else ""
    if code:
        return show_one(pages, paper, typed=typed[:1000], about=about, code=code)
    await papers.rename(pages.app.db, pages.actor, paper.id, kinds.tidy(typed), about, pages.now)
    return pages.go(f"papers/{paper.id}?told=named")


@get("/{lang:str}/papers/{paper:str}/paper.bin", name="download_paper")
async def download_paper(pages: NamedDependency[Pages], paper: FromPath[str]) -> Stream:
    need_person(pages)
    found, pieces = await papers.stream(pages.app.db, pages.actor, paper)
    name = archives.file_name(named(pages, found), found.kind)
    said = {"content-disposition": archives.disposition(name), "content-length": str(found.bytes), "cache-control": "no-store"}
    return Stream(pieces, media_type=found.kind, headers=said)


@get("/{lang:str}/papers/all.zip", name="download_papers")
async def download_papers(pages: NamedDependency[Pages]) -> Stream:
    need_person(pages)
    found = await papers.stream_all(pages.app.db, pages.actor)
    if not found:
        raise NotFound("paper")
    said = {"content-disposition": archives.disposition("papers.zip"), "cache-control": "no-store"}
    return Stream(archives.zipped(entries(pages, found)), media_type="application/zip", headers=said)


def entries(pages: Pages, found: list[tuple[Paper, Iterator[bytes]]]) -> Iterator[archives.Entry]:
    names = archives.distinct(archives.file_name(named(pages, one), one.kind) for one, _ in found)
    return ((name, local(pages, one.added_at), pieces) for name, (one, pieces) in zip(names, found, strict=True))


def named(pages: Pages, paper: Paper) -> str:
    """As its page is headed, for a file's name."""
    return paper.name or word(pages.app.words.catalogues[pages.lang], paper.about)


def said_of(words: Words, paper: Paper) -> list[str]:
    """What it is found by: its name, the file's, and what it is, in every language."""
    of_kind = [word(one, paper.about) for one in words.catalogues.values()] if paper.about else []
    return [paper.name, paper.file, *of_kind]


def word(words: Catalogue, about: str) -> str:
    return words.plain(WORDS.get(about, "Paper"))


ROUTES: list[Any] = [show_papers, keep_paper, keep_sent_paper, show_paper, change_paper, download_paper, download_papers]
