"""Letters for who gets paper: one file a day, or one letter by itself; what was printed, and what came back."""

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import structs

from backend.desk.page import Desk
from backend.domain import letters as domain
from backend.domain.errors import NotFound
from backend.domain.moments import milliseconds
from backend.letters.paper import Printable, letter_pdf, printable
from backend.store import print_jobs
from backend.store.print_jobs import Sheet
from backend.web import forms

SHOWN = 100
DAYS = 35


@get("/print", name="desk_print")
async def show_print(desk: NamedDependency[Desk]) -> Response[bytes]:
    desk.need("print")
    db, now = desk.app.db, milliseconds(desk.now)
    counts = await db.read(print_jobs.counts, desk.actor, now=now)
    lists = {state: [row(desk, job) for job in await db.read(print_jobs.in_state, desk.actor, state=state, now=now, most=SHOWN)] for state in ("waiting", "no-address", "returned")}
    batches = await db.read(print_jobs.batches, desk.actor, since=print_jobs.age(desk.now, DAYS))
    made = [{"id": one.id, "state": one.state, "letters": one.letters, "at": local(desk, one.changed_at)} for one in batches]
    return desk.show("print", {"waiting": counts.get("waiting", 0), "jobs": lists["waiting"], "lost": [*lists["no-address"], *lists["returned"]], "batches": made})


def row(desk: Desk, job: print_jobs.Job) -> dict[str, Any]:
    return {"id": job.id, "state": job.state, "at": local(desk, job.not_before)}


def local(desk: Desk, at: int) -> str:
    return desk.app.local(datetime.fromtimestamp(at / 1000, UTC))


@post("/print", name="desk_take_to_print")
async def take_to_print(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[None]:
    """All that waits, or the one named, goes into a file of its own; two clerks at once share no letter."""
    desk.need("print")
    job = forms.hex_id(forms.value(await forms.read(request), "job"))
    batch = f"{desk.now.astimezone(desk.app.zone):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    taken = await desk.app.db.write(print_jobs.take, desk.actor, batch=batch, now=milliseconds(desk.now), job=job)
    return desk.go(f"/desk/print#{batch}" if taken else "/desk/print")


@get("/print/{batch:str}/file", name="desk_print_file")
async def show_file(desk: NamedDependency[Desk], batch: FromPath[str]) -> Response[bytes]:
    """The PDF. Who has no address that fits the window is left out of it, and stands on the page instead."""
    desk.need("print")
    sheets = await print_jobs.sheets(desk.app.db, desk.actor, batch)
    ready = [(one, as_printable(desk, one)) for one in sheets]
    for one, made in ready:
        if made is None:
            await desk.app.db.write(print_jobs.set_state, desk.actor, job=one.job, state="no-address", now=milliseconds(desk.now))
    pages = [made for _, made in ready if made]
    if not pages:
        raise NotFound("batch")
    pdf = await asyncio.to_thread(letter_pdf, pages)
    return Response(pdf, media_type="application/pdf", headers={"content-disposition": f'attachment; filename="letters-{batch}.pdf"', "cache-control": "no-store"})


def as_printable(desk: Desk, one: Sheet) -> Printable | None:
    app, resident, letter = desk.app, one.resident, one.held.letter
    if resident is None or letter is None or not resident.street:
        return None
    texts = {lang: domain.filled(text, one.held.values) for lang, text in letter.texts.items()}
    words = app.words.catalogues.get(one.language) or app.words.catalogues[letter.original]
    to = [resident.name, resident.street, f"{resident.postcode} {resident.town}"]
    on = local(desk, one.held.received_at)[:10]
    try:
        return printable(
            structs.replace(letter, texts=texts), words, app.words.catalogues[letter.original], to=to, town=app.settings.town,
            sender=f"{app.settings.town}, {app.settings.address}", phone=app.settings.phone, on=on,
        )  # fmt: skip
    except ValueError:
        return None


@post("/print/{batch:str}", name="desk_end_print")
async def end_print(request: Request[Any, Any, Any], desk: NamedDependency[Desk], batch: FromPath[str]) -> Response[None]:
    desk.need("print")
    state = forms.value(await forms.read(request), "state")
    if state not in ("printed", "waiting"):
        raise NotFound("state")
    await desk.app.db.write(print_jobs.end_batch, desk.actor, batch=batch, state=state, now=milliseconds(desk.now))
    return desk.go("/desk/print")


ROUTES: list[Any] = [show_print, take_to_print, show_file, end_print]
