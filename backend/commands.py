"""What the operator's verbs do. Each opens what it needs, does one thing, and says in words what came of it."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import msgspec

from backend import key_commands, serving, settings as reading
from backend.domain import definitions
from backend.domain.errors import NotFound
from backend.domain.lint.report import Mistakes
from backend.domain.services import Service
from backend.identity import activation_sheet, issue_code, register
from backend.identity.activation import Made
from backend.identity.demo import WrongTown
from backend.identity.issue_code import NoAnswer
from backend.identity.register_file import BadFile
from backend.letters import receipts, templates as letter_templates, wording as letter_wording
from backend.letters.template_files import FOLDER as LETTERS
from backend.settings import BadSettings, Settings
from backend.store import backup as copies, definitions as kept_definitions, drill, erasures, keyring, rotation
from backend.store.database import FILE, Database
from backend.store.keyring import KeysWrong
from backend.store.startup_checks import Unsafe
from i18n import catalogue, commands as languages
from i18n.languages import languages as codes, offered as codes_offered
from i18n.messages import Asked
from pwa import served
from pwa.source import Refused
from pwa.texts import asked_in

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "pwa" / "templates"
DESK = ROOT / "backend" / "desk" / "templates"
EXPORT = ROOT / "backend" / "web" / "export_pages"
SHIPPED = ROOT / "backend" / "services"
SENT = ROOT / "push"

demo = serving.demo
serve = serving.serve

PLAIN = (Unsafe, NoAnswer, KeysWrong, WrongTown, BadFile, copies.BackupWrong, rotation.BrokenChain, Mistakes, Refused, OSError)
"""Errors whose text is already a sentence for the operator."""


def opened(said: argparse.Namespace) -> Database:
    """The store, for itself alone: the lock file stops a second process."""
    chosen = reading.read(os.environ, data=said.data, keys=said.keys)
    return Database(chosen.data, keyring.load(chosen.key_folder))


def residents_import(said: argparse.Namespace) -> int:
    db = opened(said)
    try:
        done = register.residents_import(db, said.file, encoding=said.encoding)
    finally:
        db.close()
    for bad in done.bad:
        print(f"{said.file}: {bad}", file=sys.stderr)
    print(f"{done.lines} lines: {done.added} new, {done.changed} changed, {done.same} as before, {done.bad_lines} refused.")
    if done.unlisted:
        print(f"{done.unlisted} known residents are not in this file; they are kept.")
    return 1 if done.bad_lines else 0


def activate(said: argparse.Namespace) -> int:
    """Prints the code once; it is kept nowhere. The QR carries it behind a #, so that it reaches no log."""
    chosen = reading.read(os.environ, data=said.data, keys=said.keys, origin=said.origin, port=said.port, cert=said.cert)
    offered = codes_offered(chosen.demo or chosen.drafts_offered)
    if said.lang not in offered:
        raise BadSettings(f"{said.lang} is not offered here. Say --lang with one of: {', '.join(offered)}.")
    try:
        made = issue_code.code_for(
            chosen.data, chosen.key_folder, chosen.where, said.person, datetime.now(UTC),
            by_letter=said.by_letter, cert=chosen.cert, server=f"{'https' if chosen.cert else 'http'}://localhost:{chosen.port}",
        )  # fmt: skip
    except NotFound:
        print("Nobody in the register has that number.", file=sys.stderr)
        return 1
    letter = "?letter=1" if made.needs_born else ""
    address = f"{chosen.where}/{said.lang}/activate{letter}#{made.code}"
    until = made.ends_at.astimezone(ZoneInfo(chosen.timezone)).strftime("%d.%m.%Y %H:%M")
    print(f"{made.name}\n\n    {made.code}\n\n{address}\nOpens one passkey, until {until}.")
    if made.needs_born:
        print("It also asks for the date of birth.")
    print("\n".join(activation_sheet.terminal(address)))
    if said.paper:
        said.paper.write_text(on_paper(chosen, said.lang, made, address, until), "utf-8")
        print(f"To print: {said.paper}")
    return 0


def on_paper(chosen: Settings, lang: str, made: Made, address: str, until: str) -> str:
    words = catalogue.load(lang)
    return activation_sheet.paper(
        made, address, town=chosen.town, phone=chosen.phone, until=until, t=words.t, lang=words.code, dir=words.dir
    )


def services_check(said: argparse.Namespace) -> int:
    """Also against what this town has served: a version somebody may have begun to fill in is never edited."""
    store = serving.data_of(said) / FILE
    if said.data and not store.exists():
        print(f"Nothing was served from {said.data} yet: there is no published version to compare with.", file=sys.stderr)
    files = [file for file in said.files if file.suffix != ".txt"]
    found = definitions.check(files, kept_definitions.published(store))
    if not found:
        found = letter_templates.check(*with_letters(said.files))
    for mistake in found:
        print(f"{mistake.file}:{mistake.line}: {mistake.text} {mistake.hint}".rstrip())
    if not found:
        print("No mistakes found.")
    return 1 if found else 0


def with_letters(files: list[Path]) -> tuple[list[Path], dict[str, Service]]:
    """(the letter templates among the files, and those beside the services, the services that they may be of)."""
    named = [file for file in files if file.suffix == ".txt"]
    own = [file for file in files if file.suffix != ".txt"]
    beside = [letter for file in own for letter in sorted((file.parent / LETTERS / file.stem).glob("*.txt"))]
    folders = {letter.resolve().parent.parent.parent for letter in named} - {SHIPPED}
    held = definitions.load([SHIPPED])
    for file in [*own, *(toml for folder in sorted(folders) for toml in sorted(folder.glob("*.toml")))]:
        service = definitions.read(file.read_text("utf-8"), str(file))
        held[service.id] = service
    return list(dict.fromkeys([*named, *beside])), held


def receipt_verify(said: argparse.Namespace) -> int:
    if (said.receipt is None) == (said.proof is None):
        raise Unsafe("Give either the text of a receipt or --proof FILE.")
    text = sys.stdin.read() if said.receipt == "-" else said.receipt
    keys = public_keys(said)
    try:
        payload = receipts.prove(said.proof.read_bytes(), keys) if said.proof else receipts.verify(text, keys)
    except receipts.NotValid:
        print("Not valid: this receipt is not ours, or it was changed" + (", or so were the answers." if said.proof else "."), file=sys.stderr)
        return 1
    print(f"Valid. Case {payload['case']}, received {payload['at']}.\n" + ("It is for these answers." if said.proof else f"SHA-256 of the answers and their salt: {payload['sha256']}"))
    return 0


def public_keys(said: argparse.Namespace) -> dict:
    """From --jwks (a file or an address), else from the keys of this machine."""
    if said.jwks and said.jwks.startswith(("https://", "http://localhost")):
        try:
            with urlopen(said.jwks, timeout=10) as answer:  # noqa: S310 - the operator names the address
                return jwks_in(answer.read(), said.jwks)
        except URLError as error:
            raise Unsafe(f"{said.jwks} does not answer: {error.reason}") from None
    if said.jwks:
        return jwks_in(Path(said.jwks).read_bytes(), said.jwks)
    chosen = reading.read(os.environ, data=said.data, keys=said.keys)
    kept = keyring.load(chosen.key_folder)
    return receipts.Signer(kept.keys["receipt"], kept.published.values()).jwks()


def jwks_in(text: bytes, where: str) -> dict:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise Unsafe(f"{where} holds no public keys: it should be what /.well-known/jwks.json answers.")
    return found


def backup(said: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    print("Backed up to", copies.backup(serving.data_of(said), said.to, now))
    if said.keep_days is not None:
        for gone in drill.let_go(said.to, said.keep_days, now):
            print("Let go of", gone)
    return 0


def drill_backup(said: argparse.Namespace) -> int:
    erased = erasures.listed(said.erased) if said.erased else []
    copy, manifest = drill.drill(said.folder, keyring.load(said.keys), erased)
    rows = sum(table.rows for table in manifest.tables.values())
    print(f"{copy.name} was restored, compared and opened: {rows} rows, {len(manifest.content)} files. It was thrown away again.")
    return 0


def restore(said: argparse.Namespace) -> int:
    erased = erasures.listed(said.erased) if said.erased else []
    manifest = copies.restore(said.source, serving.data_of(said), erased)
    print(f"Restored: {sum(table.rows for table in manifest.tables.values())} rows, checked against the copy.")
    return 0


def check(said: argparse.Namespace) -> int:
    chosen = reading.read(os.environ, data=said.data, keys=said.keys)
    keys = keyring.load(chosen.key_folder) if chosen.key_folder.is_dir() else None
    problems = copies.check(chosen.data, keys, head_in(said.head) if said.head else b"")
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print("All is whole." if keys else "All is whole. Without the keys it was not tried whether they fit.")
        if keys:
            key_commands.tell_older(chosen.data, keys)
        head = copies.head_of(chosen.data)
        print(f"Head of the audit log: {head or 'none yet'}")
        if said.keep_head and head:
            kept = said.keep_head.with_name(said.keep_head.name + ".partial")
            copies.flushed_write(kept, head.encode() + b"\n")
            kept.replace(said.keep_head)
    return 1 if problems else 0


def head_in(said: str) -> bytes:
    """64 hex digits, or a file that holds them, as an earlier check printed or kept them."""
    text = said if len(said) == 64 else Path(said).read_text("ascii", "replace").strip()
    try:
        head = bytes.fromhex(text)
    except ValueError:
        head = b""
    if len(head) != 32:
        raise Unsafe(f"{said} is no head of the audit log: that is 64 hex digits, or a file with them.")
    return head


def build(said: argparse.Namespace) -> int:
    for name, text in served.made_modules(codes(), served.templates()[0]).items():
        print(f"{name}: {len(text.encode())} bytes")
        if said.to:
            (said.to / name).parent.mkdir(parents=True, exist_ok=True)
            (said.to / name).write_text(text, "utf-8")
    return 0


def letters(folder: Path) -> list[Asked]:
    """The sentences of the letter templates in a folder; beside ours, what paper says around them."""
    return [*letter_wording.asked(folder), *(letter_wording.of_code() if folder == SHIPPED else [])]


def i18n(arguments: list[str]) -> int:
    return languages.main(arguments, lambda: asked_in(TEMPLATES), SHIPPED, SENT, letters, lambda: asked_in(DESK), lambda: asked_in(EXPORT))
