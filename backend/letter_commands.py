"""`medborger letters`: one letter to a list or to everybody, tried dry first. Beside a running server it asks that one."""

import argparse
import asyncio
import csv
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from backend import settings as reading
from backend.domain.errors import NotFound
from backend.domain.letters import ANSWERS, Letter, filled, text_in
from backend.domain.mailings import OUTCOMES, SENT, Line, Unreadable
from backend.identity import mailing_acts, recipient_file
from backend.identity.ask_server import Server, ask
from backend.identity.mailing_acts import MailingAct, MailingDone, Readable, Refused
from backend.identity.operator_requests import OPERATOR
from backend.identity.register_fields import WHY
from backend.ladder_commands import where
from backend.letters import letter_files
from backend.letters.letter_files import BadLetter, Written
from backend.settings import BadSettings, Settings
from backend.store import keyring
from backend.store.database import Database
from backend.store.mailing_runner import Mailings, Shown
from backend.store.startup_checks import Unsafe
from i18n import languages
from push.calls import harmless

A_PIECE = 5_000
"""Lines of a list in one question."""
PREVIEWS = 10
PER_HOUR = 60_000
COLUMNS = ("line", "outcome", "what it means", "person")
Ask = Callable[[MailingAct], MailingDone]


def send(said: argparse.Namespace) -> int:
    chosen = chosen_by(said)
    try:
        written = read_letter(said.template, chosen)
    except BadLetter as error:
        print("\n".join(f"{said.template}: {line}" for line in str(error).splitlines()), file=sys.stderr)
        return 1
    if said.all == bool(said.recipients):
        print("Say to whom: a list of recipients, or --all.", file=sys.stderr)
        return 1
    if said.all and written.fields:
        print(f"The letter has fields that differ for each recipient ({', '.join(written.fields)}): it needs a list.", file=sys.stderr)
        return 1
    return with_store(chosen, lambda ask: (try_it if said.dry_run else send_it)(ask, said, written, chosen))


def try_it(ask: Ask, said: argparse.Namespace, written: Written, chosen: Settings) -> int:
    counts: Counter[str] = Counter()
    if said.all:
        counts.update(ask(MailingAct(act="try-all")).counts)
        for lang in list(written.letter.texts)[:PREVIEWS]:
            preview(written.letter, lang, {}, f"in {lang}")
    else:
        counts, shown = try_list(ask, said, written)
        for line, lang in shown:
            preview(written.letter, lang, line.fields, f"line {line.number}")
    print_counts(counts)
    print("Nothing was sent. Leave out --dry-run to send it.")
    return 0


def try_list(ask: Ask, said: argparse.Namespace, written: Written) -> tuple[Counter[str], list[tuple[Line, str]]]:
    """How many would have which outcome, and the first that would get it, with their language."""
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    shown: list[tuple[Line, str]] = []
    for piece in pieces(recipient_file.read(said.recipients, written.fields, said.encoding)):
        by_number = {line.number: line for line in piece}
        for number, outcome, lang in ask(MailingAct(act="try", lines=as_said(piece))).tried:
            line = by_number[number]
            if isinstance(line, Line) and outcome in SENT:
                outcome = "twice" if line.cpr in seen else outcome
                seen.add(line.cpr)
                if outcome in SENT and len(shown) < PREVIEWS:
                    shown.append((line, lang))
            counts[outcome] += 1
    return counts, shown


def preview(letter: Letter, lang: str, values: dict[str, str], whose: str) -> None:
    read_in, text = text_in(letter, lang)
    text = filled(text, values)
    print(f"--- {whose}, read in {read_in} ---\n{text.title}")
    for name in ANSWERS:
        print(f"  {name}: {getattr(text.summary, name)}")
    print("\n".join(f"    {part}" for part in text.body) + "\n")


def send_it(ask: Ask, said: argparse.Namespace, written: Written, chosen: Settings) -> int:
    at = moment(said.at, chosen)
    name = said.name or sha256(msgspec.json.encode(written.letter)).hexdigest()
    if not said.all:
        next(recipient_file.read(said.recipients, written.fields, said.encoding), None)  # its header, before anything is begun
    digest = "" if said.all else recipient_file.digest(said.recipients)
    done = ask(MailingAct(act="start", letter=written.letter, name=name, digest=digest, is_list=not said.all, starts_at=at, per_hour=said.per_hour))
    if done.wrong:
        print("Another letter was sent under this name. Give it a --name of its own.", file=sys.stderr)
        return 1
    if done.state == "filling":
        begun = done.cursor
        for piece in pieces(recipient_file.read(said.recipients, written.fields, said.encoding)):
            if piece[-1].number > begun:
                ask(MailingAct(act="lines", id=done.id, lines=as_said(piece), upto=piece[-1].number))
        done = ask(MailingAct(act="begin", id=done.id))
    return tell(ask, done)


def tell(ask: Ask, done: MailingDone) -> int:
    one = next(one for one in ask(MailingAct()).all if one.id == done.id)
    print(line_of(one))
    if one.state == "cancelled":
        print("It was cancelled. To send it after all, give it another --name.", file=sys.stderr)
        return 1
    return 0


def show(said: argparse.Namespace) -> int:
    def told(ask: Ask) -> int:
        for one in ask(MailingAct()).all:
            print(line_of(one))
        return 0

    return with_store(chosen_by(said), told)


def line_of(one: Shown) -> str:
    total, when = one.total, datetime.fromtimestamp(one.starts_at / 1000, UTC).isoformat(timespec="minutes")
    to = "everybody" if one.audience == "all" else "a list"
    return (
        f"{one.id}  {one.state}, {one.done:.0%}, to {to} from {when}: {one.title}\n"
        f"    {total.to_mailbox} in the mailbox, {total.to_paper} on paper too, {total.refused} refused, {total.left} left, of {total.total}"
    )


def change(said: argparse.Namespace) -> int:
    def changed(ask: Ask) -> int:
        try:
            done = ask(MailingAct(act=said.state, id=said.mailing))
        except NotFound:
            print("No such letter is being sent.", file=sys.stderr)
            return 1
        print(f"It is {done.state}.")
        return 0 if done.state == said.state else 1

    return with_store(chosen_by(said), changed)


def report(said: argparse.Namespace) -> int:
    def written(ask: Ask) -> int:
        try:
            return write_report(ask, said.mailing, said.file)
        except NotFound:
            print("No such letter is being sent.", file=sys.stderr)
            return 1

    return with_store(chosen_by(said), written)


def write_report(ask: Ask, mailing: str, file: Path) -> int:
    """A row for each line of the list, or each person in the register; semicolons and a mark at the start, for a spreadsheet."""
    counts: Counter[str] = Counter()
    after = 0
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        out.writerow(COLUMNS)
        while some := ask(MailingAct(act="outcomes", id=mailing, after=after)).outcomes:
            for one in some:
                out.writerow([harmless(str(cell)) for cell in (one.at, one.outcome, meaning(one.outcome), one.person)])
                counts[one.outcome] += 1
            after = some[-1].at
    print_counts(counts)
    print(f"{counts.total()} rows: {file}")
    return 0


def print_counts(counts: Counter[str]) -> None:
    for outcome, count in counts.most_common():
        print(f"{count:>8}  {meaning(outcome)}")
    refused = sum(count for outcome, count in counts.items() if outcome not in (*SENT, "ready"))
    print(f"{counts.total():>8}  in all: {counts['mailbox']} mailbox, {counts['paper']} paper, {refused} refused")


def meaning(outcome: str) -> str:
    field, _, why = outcome.partition("/")
    return OUTCOMES.get(outcome) or f"refused: {field or 'the line'} {WHY.get(why, why)}"


# ---- what all of them need --------------------------------------------------------------------------------------


def read_letter(file: Path, chosen: Settings) -> Written:
    today = datetime.now(ZoneInfo(chosen.timezone)).date().isoformat()
    return letter_files.read(file.read_text("utf-8-sig"), languages.offered(chosen.demo or chosen.drafts_offered), list(languages.languages()), chosen.town, today)


def moment(said: str, chosen: Settings) -> int:
    """Epoch ms of "2027-03-01 09:00", wall time in the town; 0 for now."""
    if not said:
        return 0
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise BadSettings(f'--at {said} is no moment. Write for example --at "2027-03-01 09:00".') from None
    return int((found if found.tzinfo else found.replace(tzinfo=ZoneInfo(chosen.timezone))).timestamp() * 1000)


def pieces(lines: Iterable[Line | Unreadable]) -> Iterator[list[Line | Unreadable]]:
    stream = iter(lines)
    while piece := list(islice(stream, A_PIECE)):
        yield piece


def as_said(piece: list[Line | Unreadable]) -> list[Readable | Refused]:
    return [
        Readable(one.number, one.cpr, one.fields, one.is_checked) if isinstance(one, Line) else Refused(one.number, one.field, one.why) for one in piece
    ]  # fmt: skip


def chosen_by(said: argparse.Namespace) -> Settings:
    return reading.read(os.environ, data=said.data, keys=said.keys, origin=said.origin, port=said.port, cert=said.cert)


def with_store(chosen: Settings, act: Callable[[Ask], int]) -> int:
    """By the store itself if it is free, and then all that is due is sent before this ends; else by the server that has it."""
    keys = keyring.load(chosen.key_folder)
    try:
        db = Database(chosen.data, keys)
    except Unsafe as held:
        server = Server(chosen.where, f"{'https' if chosen.cert else 'http'}://localhost:{chosen.port}", chosen.cert)

        def asked(wanted: MailingAct) -> MailingDone:
            return msgspec.json.decode(ask(keys.newest(OPERATOR), server, "/api/errands/mailings", wanted, datetime.now(UTC), held), type=MailingDone)

        return act(asked)
    try:
        many = Mailings(db, lambda: datetime.now(UTC), chosen.letters_at_once)

        def done(wanted: MailingAct) -> MailingDone:
            return asyncio.run(here(many, wanted))

        return act(done)
    finally:
        db.close()


async def here(many: Mailings, wanted: MailingAct) -> MailingDone:
    done = await mailing_acts.perform(many, wanted, many.clock())
    if done.state == "running":
        await many.send_due()  # no server runs that would
    return done


def add_to(verbs: argparse._SubParsersAction, group, verb, placed) -> None:  # noqa: ANN001 - helpers of `cli.py`
    letters = group(verbs, "letters", "one letter to a list, or to everybody")
    sending = verb(letters, "send", send, "send a letter; with --dry-run say what would be sent, with ten previews")
    sending.add_argument("template", type=Path, help="TOML, as docs/letters.md describes it")
    sending.add_argument("recipients", type=Path, nargs="?", help="CSV with a column cpr, and one for each field of the letter")
    sending.add_argument("--all", action="store_true", help="to everybody in the register")
    sending.add_argument("--dry-run", action="store_true")
    sending.add_argument("--at", default="", metavar="TIME", help='not before then, for example "2027-03-01 09:00"')
    sending.add_argument("--name", default="", help="nobody gets the letter of a name twice; by itself the letter is its name")
    sending.add_argument("--per-hour", type=int, default=PER_HOUR, metavar="N", help="how many are told by push, SMS or e-mail in an hour")
    sending.add_argument("--encoding", default="", metavar="NAME", help="of a list that is neither UTF-8 nor UTF-16, e.g. windows-1252")
    where(sending, placed)
    where(verb(letters, "list", show, "what is being sent, and how far it has come"), placed)
    for name, state, about in (("pause", "paused", "stop for now"), ("resume", "running", "go on"), ("cancel", "cancelled", "send it to nobody more")):
        one = verb(letters, name, change, about)
        one.add_argument("mailing", help="the id that `letters list` prints")
        one.set_defaults(state=state)
        where(one, placed)
    reporting = verb(letters, "report", report, "what became of each line of the list, as a file for a spreadsheet")
    reporting.add_argument("mailing", help="the id that `letters list` prints")
    reporting.add_argument("file", type=Path)
    where(reporting, placed)
