"""One letter to many: written in every language, tried without sending, begun, paused, cancelled, and reported line by line.

The same mailings as `medborger letters`. A list is taken in when it is tried, and nothing of it is sent before it is begun.
"""

import asyncio
import csv
import io
import tempfile
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import structs

from backend.desk import letter_preview
from backend.desk.page import Desk
from backend.domain.errors import KeyReused, NotFound
from backend.domain.letters import FIELD, TOWN, Letter, filled
from backend.domain.mailings import OUTCOMES, SENT, Line, Unreadable
from backend.identity import recipient_file
from backend.identity.register_file import BadFile
from backend.letters.letter_files import ORIGINAL, PARTS, made
from backend.store.mailing_runner import Shown
from backend.web import forms
from i18n import languages

MOST_BYTES = 24 * 2**20
"""Of a list: a million lines."""
PREVIEWS = 10
PER_HOUR = 60_000
LONGEST = 40_000
STATES = {"begin", "paused", "running", "cancelled"}
Lines = list[Line | Unreadable]


def offered(desk: Desk) -> list[str]:
    return [ORIGINAL, *(code for code in desk.app.words.codes if code != ORIGINAL and code not in languages.PSEUDO)]


@get("/send", name="desk_send")
async def show_send(desk: NamedDependency[Desk]) -> Response[bytes]:
    desk.need("send-bulk")
    return desk.show("send", {"all": [row(desk, one) for one in await desk.app.mailings.list_all()]})


def row(desk: Desk, one: Shown) -> dict[str, Any]:
    total = one.total
    return {
        "id": one.id, "title": one.title, "is_all": int(one.audience == "all"), "state": one.state, "at": desk.app.local(datetime.fromtimestamp(one.starts_at / 1000, UTC)),
        "is_ahead": int(one.state == "running" and one.starts_at > desk.now.timestamp() * 1000), "percent": int(one.done * 100),
        "total": total.total, "mailbox": total.to_mailbox, "paper": total.to_paper, "refused": total.refused, "left": total.left,
    }  # fmt: skip


@get("/send/write", name="desk_write_to_many")
async def show_write(desk: NamedDependency[Desk]) -> Response[bytes]:
    desk.need("send-bulk")
    return written(desk, {}, [])


def written(desk: Desk, typed: dict[str, str], errors: list[dict[str, str]], status: int = 200, **tried: Any) -> Response[bytes]:
    """`errors`: {"field", "code", "text"}. `tried`: counts and previews."""
    langs = [desk.app.words.catalogues[code] for code in offered(desk)]
    return desk.show("send-write", {
        "langs": [{"code": one.code, "dir": one.dir, "name": one.about["name"], "parts": [{"id": part, "name": f"{part}_{one.code}", "value": typed.get(f"{part}_{one.code}", "")} for part in PARTS]} for one in langs],
        "to": typed.get("to", "list"), "at": typed.get("at", ""), "errors": errors, "wrong": [one["field"] for one in errors], "counts": [], "previews": [], "mailing": "",
    } | tried, status=status)  # fmt: skip


@post("/send/write", name="desk_try_letter", request_max_body_size=MOST_BYTES)
async def try_letter(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """`do`: "try", or for everybody "send". What was typed stays; a browser forgets only the file."""
    desk.need("send-bulk")
    pairs, uploaded = await forms.read_with_file(request)
    typed = {name: value[:LONGEST] for name, value in pairs}
    texts = {lang: {part: typed.get(f"{part}_{lang}", "") for part in PARTS} for lang in offered(desk)}
    texts = {lang: said for lang, said in texts.items() if lang == ORIGINAL or any(value.strip() for value in said.values())}
    fields = sorted({name for said in texts.values() for value in said.values() for name in FIELD.findall(value)})
    errors = [{"field": f"{part}_{lang}", "code": "empty", "text": ""} for lang, said in texts.items() for part in PARTS if not said[part].strip()]
    at = moment(desk, typed.get("at", ""))
    errors += [] if at is not None else [{"field": "at", "code": "at", "text": ""}]
    is_all = typed.get("to") == "all"
    errors += [{"field": "to", "code": "fields", "text": ", ".join(fields)}] if is_all and fields else []
    lines: Lines = []
    if not is_all and not errors:
        lines, digest, error = await read_list(uploaded.get("list"), fields)
        errors += [error] if error else []
    if errors:
        return written(desk, typed, errors, 422)
    letter = Letter(TOWN, desk.app.settings.town, ORIGINAL, {lang: made(said) for lang, said in texts.items()}, is_mandatory=True)
    name = sha256(msgspec.json.encode(letter)).hexdigest()
    if is_all:
        return await to_everybody(desk, letter, name, typed, at)
    return await to_list(desk, letter, name, digest, lines, typed, at)


def moment(desk: Desk, said: str) -> datetime | None:
    """Of a field for a day and a time; now for an empty one, None for what is none."""
    if not said:
        return desk.now
    try:
        return max(datetime.fromisoformat(said).replace(tzinfo=desk.app.zone), desk.now)
    except ValueError:
        return None


async def read_list(file: Any, fields: list[str]) -> tuple[Lines, str, dict[str, str]]:
    """(lines, digest of the file, what is wrong)"""
    if file is None:
        return [], "", {"field": "list", "code": "no-list", "text": ""}
    data = await file.read()
    with tempfile.NamedTemporaryFile(suffix=".csv") as kept:
        Path(kept.name).write_bytes(data)
        try:
            lines = await asyncio.to_thread(lambda: list(recipient_file.read(Path(kept.name), fields)))
        except BadFile as error:
            return [], "", {"field": "list", "code": "list", "text": str(error)}
    return lines, sha256(data).hexdigest(), {} if lines else {"field": "list", "code": "no-list", "text": ""}


async def to_everybody(desk: Desk, letter: Letter, name: str, typed: dict[str, str], at: datetime | None) -> Response[Any]:
    many = desk.app.mailings
    if typed.get("do") == "send":
        await many.start(desk.actor, letter, name=name, is_list=False, starts_at=at, per_hour=PER_HOUR)
        return desk.go("/desk/send")
    previews = [{"whose": desk.app.words.catalogues[lang].about["name"], "line": 0, "html": letter_preview.html(desk, letter, lang)} for lang in letter.texts]
    return written(desk, typed, [], counts=counted(await many.judge_all()), previews=previews[:PREVIEWS], mailing="all")


async def to_list(desk: Desk, letter: Letter, name: str, digest: str, lines: Lines, typed: dict[str, str], at: datetime | None) -> Response[Any]:
    """Taken in now, begun with one more tap. One that was sent, or dropped, is not begun again under the same words."""
    many = desk.app.mailings
    counts, shown = await tried(desk, lines)
    try:
        begun = await many.start(desk.actor, letter, name=name, digest=sha256(f"{digest}/{typed.get('at', '')}".encode()).hexdigest(), starts_at=at, per_hour=PER_HOUR)
    except KeyReused:
        raise NotFound("mailing") from None
    if begun.state != "filling":
        return written(desk, typed, [{"field": "list", "code": "sent", "text": ""}], 409)
    await many.add_lines(desk.actor, begun.public_id, lines, lines[-1].number)
    return written(desk, typed, [], counts=counted(counts), previews=[preview(desk, letter, line, lang) for line, lang in shown], mailing=begun.public_id)


async def tried(desk: Desk, lines: Lines) -> tuple[Counter[str], list[tuple[Line, str]]]:
    """How many would have which outcome; and the first who would get it, each with the language."""
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    shown: list[tuple[Line, str]] = []
    for line, (_, outcome, lang) in zip(lines, await desk.app.mailings.judge(lines), strict=True):
        if isinstance(line, Line) and outcome in SENT:
            outcome = "twice" if line.cpr in seen else outcome
            seen.add(line.cpr)
            if outcome in SENT and len(shown) < PREVIEWS:
                shown.append((line, lang))
        counts[outcome] += 1
    return counts, shown


def preview(desk: Desk, letter: Letter, line: Line, lang: str) -> dict[str, Any]:
    texts = {code: filled(text, line.fields) for code, text in letter.texts.items()}
    return {"whose": "", "line": line.number, "html": letter_preview.html(desk, structs.replace(letter, texts=texts), lang or letter.original)}


def counted(counts: Any) -> list[dict[str, Any]]:
    """The most first. What could not be read in the list stands together as "unreadable"."""
    found: Counter[str] = Counter()
    for outcome, n in counts.items():
        found["unreadable" if "/" in outcome else outcome] += n
    return [{"outcome": outcome, "n": n} for outcome, n in found.most_common() if n]


@post("/send/{mailing:str}", name="desk_steer_mailing")
async def steer(request: Request[Any, Any, Any], desk: NamedDependency[Desk], mailing: FromPath[str]) -> Response[None]:
    desk.need("send-bulk")
    do = forms.value(await forms.read(request), "do")
    if do not in STATES:
        raise NotFound("state")
    many = desk.app.mailings
    await (many.begin(desk.actor, mailing) if do == "begin" else many.set_state(desk.actor, mailing, do))
    return desk.go("/desk/send")


@get("/send/{mailing:str}/report", name="desk_mailing_report")
async def show_report(desk: NamedDependency[Desk], mailing: FromPath[str]) -> Response[bytes]:
    """What became of each line, for a spreadsheet. It names nobody: the line of the list is the key."""
    desk.need("send-bulk")
    stream = io.StringIO()
    out = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    out.writerow(("line", "outcome", "what it means"))
    async for one in desk.app.mailings.report(mailing):
        out.writerow((one.at, one.outcome, OUTCOMES.get(one.outcome, "refused: this line cannot be read")))
    headers = {"content-disposition": f'attachment; filename="report-{mailing[:8]}.csv"', "cache-control": "no-store"}
    return Response(stream.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


ROUTES: list[Any] = [show_send, show_write, try_letter, steer, show_report]
