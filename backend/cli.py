"""The command `medborger`. Mistakes of the operator are answered in one plain sentence, never in a stack of lines."""

import argparse
import sys
from pathlib import Path

from backend import commands, key_commands, ladder_commands, letter_commands, notice_commands, person_commands, sender_commands, staff_commands
from backend.settings import BadSettings


def main(arguments: list[str] | None = None) -> int:
    said = sys.argv[1:] if arguments is None else arguments
    if said[:1] == ["i18n"]:
        return commands.i18n(said[1:])
    chosen = parser().parse_args(said)
    try:
        return chosen.act(chosen) or 0
    except (*commands.PLAIN, BadSettings) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser("medborger", description="The town hall on a phone.")
    verbs = whole.add_subparsers(required=True, metavar="COMMAND")

    demo = verb(verbs, "demo", commands.demo, "a made-up town to try: prints the address and people to sign in as")
    serve = verb(verbs, "serve", commands.serve, "the real thing: settings from MEDBORGER_* or --settings FILE")
    for one in (demo, serve):
        one.add_argument("--port", type=int)
        one.add_argument("--data", type=Path, metavar="DIR", help="everything the instance keeps, but its keys")
        one.add_argument("--cert", type=Path, metavar="FILE", help="certificate, so that a real phone can try it")
        one.add_argument("--key", type=Path, metavar="FILE", help="the certificate's key")
        one.add_argument("--host", help="the address to listen on; 0.0.0.0 for all")
        one.add_argument("--origin", help='what people type, for example "https://selv.example.dk"')
        one.add_argument("--services", type=Path, action="append", metavar="DIR", help="the municipality's own services")
    serve.add_argument("--settings", type=Path, metavar="FILE")
    serve.add_argument("--keys", type=Path, metavar="DIR", help="the secret keys; never inside the data folder")

    residents = group(verbs, "residents", "the person register")
    bring_in = verb(residents, "import", commands.residents_import, "read a CSV file; bad lines are reported, good ones kept")
    bring_in.add_argument("file", type=Path)
    bring_in.add_argument("--encoding", default="", metavar="NAME", help="of a file that is neither UTF-8 nor UTF-16, e.g. windows-1252")
    placed(bring_in, keys=True)

    activate = verb(verbs, "activate", commands.activate, "a one-time code that lets a person make their first passkey")
    activate.add_argument("person", help="person number, or the id the register gave")
    activate.add_argument("--by-letter", action="store_true", help="lives 14 days and asks for the date of birth")
    activate.add_argument("--lang", default="da", help="language of the page the QR opens")
    activate.add_argument("--origin", help="what people type, for example https://selv.example.dk")
    activate.add_argument("--port", type=int, help="where a running server listens")
    activate.add_argument("--cert", type=Path, metavar="FILE", help="the running server's own certificate")
    activate.add_argument("--paper", type=Path, metavar="FILE", help="write a page to print, with the code and its QR")
    placed(activate, keys=True)

    person = group(verbs, "person", "one person; a running server is asked")
    for name, act, about in (
        ("stop", person_commands.stop_phones, "a lost phone: every session ends, every passkey goes"),
        ("erase", person_commands.erase, "what is kept of a person can never be read again"),
        ("log", person_commands.show_log, "who did what with this person's data, newest first"),
    ):
        one = verb(person, name, act, about)
        one.add_argument("person", help="person number, or the id the register gave")
        one.add_argument("--origin", help="what people type, for example https://selv.example.dk")
        one.add_argument("--port", type=int, help="where a running server listens")
        one.add_argument("--cert", type=Path, metavar="FILE", help="the running server's own certificate")
        placed(one, keys=True)

    staff_commands.add_to(verbs, group, verb, placed)
    sender_commands.add_to(verbs, group, verb, placed)
    ladder_commands.add_to(verbs, group, verb, placed)
    notice_commands.add_to(verbs, group, verb, placed)
    letter_commands.add_to(verbs, group, verb, placed)

    services = group(verbs, "services", "self-services as files")
    check = verb(services, "check", commands.services_check, "explain every mistake with file, line and a suggestion")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a service (.toml), with the letters beside it, or a letter (.txt)")
    placed(check)

    receipt = group(verbs, "receipt", "receipts of what residents sent")
    verify = verb(receipt, "verify", commands.receipt_verify, "is it ours, and unchanged?")
    verify.add_argument("receipt", nargs="?", help="the text of the receipt, or - to read it")
    verify.add_argument("--proof", type=Path, metavar="FILE", help="what a resident saved: the receipt with answers and salt")
    verify.add_argument("--jwks", help="our public keys: a file, or the address of /.well-known/jwks.json")
    placed(verify, keys=True)

    backup = verb(verbs, "backup", commands.backup, "a copy of everything kept; works beside a running server")
    backup.add_argument("to", type=Path)
    backup.add_argument("--keep-days", type=days, metavar="N", help="then let go of copies older than this; the newest three stay")
    placed(backup)
    drill = verb(verbs, "drill", commands.drill_backup, "restore the newest copy into a scratch folder, try it, throw it away")
    drill.add_argument("folder", type=Path, help="where the copies are")
    drill.add_argument("--keys", type=Path, metavar="DIR", required=True)
    drill.add_argument("--erased", type=Path, metavar="FILE", help="people erased since: they stay erased")
    restore = verb(verbs, "restore", commands.restore, "bring a copy back into an empty data folder")
    restore.add_argument("source", type=Path)
    restore.add_argument("--erased", type=Path, metavar="FILE", help="people erased since: they stay erased")
    placed(restore)
    sound = verb(verbs, "check", commands.check, "is everything kept whole and readable?")
    sound.add_argument("--head", metavar="FILE|HEX", help="a head of the audit log from before: today's must go on from it")
    sound.add_argument("--keep-head", type=Path, metavar="FILE", help="write today's head there, if all is whole; best on another machine")
    placed(sound, keys=True)

    key_commands.add_to(verbs, group, verb, placed)

    build = verb(verbs, "build", commands.build, "compile the pages for the phone; refuses what it cannot")
    build.add_argument("--to", type=Path, metavar="DIR", help="write the modules there, to look at them")
    verbs.add_parser("i18n", help="sentences and languages: medborger i18n --help")
    return whole


def days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 3650:
        raise argparse.ArgumentTypeError(f"{text} is no number of days from 1 to 3650")
    return int(text)


def verb(verbs: argparse._SubParsersAction, name: str, act: object, about: str) -> argparse.ArgumentParser:
    one = verbs.add_parser(name, help=about, description=about)
    one.set_defaults(act=act)
    return one


def group(verbs: argparse._SubParsersAction, name: str, about: str) -> argparse._SubParsersAction:
    return verbs.add_parser(name, help=about, description=about).add_subparsers(required=True, metavar="VERB")


def placed(one: argparse.ArgumentParser, keys: bool = False) -> None:
    one.add_argument("--data", type=Path, metavar="DIR")
    if keys:
        one.add_argument("--keys", type=Path, metavar="DIR")


if __name__ == "__main__":
    sys.exit(main())
