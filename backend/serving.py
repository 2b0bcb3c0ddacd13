"""`medborger demo` and `medborger serve`: checks before anything else, then the server, kept running."""

import argparse
import asyncio
import errno
import os
import resource
import signal
import socket
import ssl
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from granian import Granian
from granian.http import HTTP1Settings

from backend import logs, settings as reading
from backend.domain.actors import SYSTEM, resident
from backend.identity import demo as town
from backend.letters import demo as demo_letters
from backend.settings import MOST_CONNECTIONS, BadSettings, Settings
from backend.store import keyring, letters, startup_checks
from backend.store.database import Database
from backend.web.middleware.addresses import Addresses
from i18n import catalogue

HEADER_MS = 75_000 if sys.platform == "linux" else 10_000
"""Granian's one limit for a request's head and for an idle connection between two. On Linux the worker itself ends
connections that never asked much sooner (`web/middleware/open_connections.py`); elsewhere this must be short for both."""
HEAD_BYTES = 64 * 1024
"""Of a request's head, and of what one connection may keep in memory before anybody looks at it."""
FILES = 65_536
OTHER_FILES = 512
STEADY_S = 60
LONGEST_PAUSE_S = 60
PORTS_TRIED = 20
OPEN_RATES = 100
"""The demo's limits are this many times wider: all its visitors come from one machine."""


def demo(said: argparse.Namespace) -> int:
    chosen = settings_of(said, demo=True, keys=None)
    check_certificate(chosen)
    check_proxies(chosen)
    if said.port is None:
        chosen = reading.read({}, **{**as_said(chosen), "port": next_free(chosen.host, chosen.port)})
    check_port(chosen)
    wide = {name: getattr(chosen, name) * OPEN_RATES for name in ("reads_per_minute", "writes_per_minute", "secrets_per_minute")}
    chosen = reading.read({}, **{**as_said(chosen), **wide})
    keyring.make(chosen.key_folder)
    db = Database(chosen.data, keyring.load(chosen.key_folder))
    try:
        if town.seed(db, datetime.now(UTC)):
            write_letters(db, datetime.now(UTC))
        people = town.people(db, datetime.now(UTC).date().isoformat())
    finally:
        db.close()
    print(f"Medborger, a made-up town: {chosen.where}")
    print("Sign in as one of these, or look around without:")
    for one in people:
        print(f"  {one.name}, {one.age}")
    print(f"The other side of the counter: {chosen.where}/desk (Anne Berg decides sick pay, Dorte Friis is the service centre)")
    print(f"Reminders, SMS, e-mail and letters: {chosen.where}/en/demo lets a week go by and shows what would have left.", flush=True)
    return run(chosen)


def write_letters(db: Database, now: datetime) -> None:
    """What lies in the three people's mailboxes when the demo begins."""
    whom = {one.name: one.id for one in town.people(db, now.date().isoformat())}
    words = {lang: catalogue.load(lang) for lang in demo_letters.LANGUAGES}
    for one in demo_letters.waiting(now, words):
        new = asyncio.run(letters.sealed_for(db, whom[one.to], one.letter, one.sent_at))
        db.write_now(letters.add, SYSTEM, new=new)
        if one.is_read:
            db.write_now(letters.open_letter, resident(whom[one.to]), public_id=new.public_id, now=new.available_at)


def serve(said: argparse.Namespace) -> int:
    chosen = settings_of(said, demo=False, file=said.settings)
    refuse_unsafe(chosen)
    db = Database(chosen.data, keyring.load(chosen.key_folder))
    try:
        town.refuse_demo(db)
    finally:
        db.close()
    print(f"Medborger for {chosen.town}: {chosen.where}", flush=True)
    return run(chosen)


def settings_of(said: argparse.Namespace, **more: object) -> Settings:
    given = {name: getattr(said, name, None) for name in ("port", "data", "cert", "key", "host", "origin", "services", "keys")}
    return reading.read(os.environ, **{**given, **more})


def as_said(chosen: Settings) -> dict[str, object]:
    return {name: getattr(chosen, name) for name in chosen.__struct_fields__}


def check_proxies(chosen: Settings) -> None:
    """In words and here: the worker would only die of it, again and again."""
    Addresses(chosen.proxies, chosen.forwarded_header)
    if chosen.where.startswith("https://") and not chosen.cert and not chosen.proxies:
        print("A proxy must speak https in front of this, and `proxies` names none: all its visitors would share one limit.", file=sys.stderr, flush=True)


def refuse_unsafe(chosen: Settings) -> None:
    """What must be settled before a resident trusts this server with anything; each in one sentence."""
    startup_checks.check_library()
    if chosen.keys is None:
        raise BadSettings("There are no keys. Make them with: medborger keys make DIR, and say --keys DIR or MEDBORGER_KEYS=DIR.")
    if chosen.keys.name == "demo-keys":
        raise BadSettings(f"{chosen.keys} holds the demo's sample keys. Make your own with: medborger keys make DIR")
    startup_checks.check_keys(chosen.data, chosen.keys)
    if chosen.clock:
        raise BadSettings("The clock is moved (MEDBORGER_CLOCK). That is for the demo and for tests only.")
    if chosen.push_test_origins:
        raise BadSettings("`push_test_origins` names push services of one's own. That is for the demo and for tests only.")
    if not chosen.origin:
        raise BadSettings('Say what people type to get here: --origin "https://selv.example.dk".')
    if not chosen.origin.startswith(("https://", "http://localhost")):
        raise BadSettings(f"{chosen.origin} is not https: nobody may type what is private there.")
    check_certificate(chosen)
    check_proxies(chosen)
    check_port(chosen)


def check_port(chosen: Settings) -> None:
    """The server would share a port with another one, and each would answer some of the people."""
    if not is_free(chosen.host, chosen.port):
        raise BadSettings(f"Another program answers on port {chosen.port} already. Stop it, or choose another with --port.")


def next_free(host: str, port: int) -> int:
    return next((one for one in range(port, port + PORTS_TRIED) if is_free(host, one)), port)


def is_free(host: str, port: int) -> bool:
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return True
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise BadSettings(f"Nothing can listen on {host}, port {port} ({error.strerror}).") from None


def check_certificate(chosen: Settings) -> None:
    """Tried here, where it can be said in words: the server itself would say "[SSL] PEM lib"."""
    if bool(chosen.cert) != bool(chosen.key):
        raise BadSettings("--cert and --key belong together: say both, or neither behind a proxy that speaks https.")
    if chosen.cert is None or chosen.key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chosen.cert, chosen.key, password="")
    except (OSError, ValueError) as error:
        why = f"The certificate {chosen.cert} with the key {chosen.key} cannot be used ({error})."
        raise BadSettings(f"{why} Both are PEM files that belong together, the key without a password.") from None


def run(chosen: Settings) -> int:
    """Granian starts a worker again by itself; two deaths within seconds end it, and then we wait and start it."""
    os.environ.update(reading.as_environment(chosen))
    most_files()
    pause_s = 1
    while True:
        began = time.monotonic()
        crashed = one_run(chosen)
        if not crashed:
            return 0
        pause_s = 1 if time.monotonic() - began > STEADY_S else min(LONGEST_PAUSE_S, pause_s * 2)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)  # Granian's own handlers would swallow them while we wait
        print(f"The server stopped by itself. It is started again in {pause_s} s.", file=sys.stderr, flush=True)
        time.sleep(pause_s)


def one_run(chosen: Settings) -> bool:
    """True if it ended by itself and not because somebody asked."""
    server = Granian(
        "backend.app:serve", factory=True, address=chosen.host, port=chosen.port, interface="asgi", workers=1, http="1",
        loop="uvloop", log_level="warning", respawn_failed_workers=True, websockets=False, backlog=4096,
        backpressure=most_connections(), log_dictconfig=logs.OF_THE_SERVER,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MS, max_buffer_size=HEAD_BYTES), ssl_cert=chosen.cert, ssl_key=chosen.key,
        workers_kill_timeout=10,
    )  # fmt: skip
    try:
        server.serve()
    except SystemExit as ended:
        return bool(ended.code)
    return False


def most_files() -> None:
    """A phone keeps its connection: many phones are many open files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def most_connections() -> int:
    """Granian stops taking connections at this number. Each is an open file, and the store needs some too."""
    return max(64, min(MOST_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - OTHER_FILES))


def data_of(said: argparse.Namespace) -> Path:
    """For the verbs that work on a data folder: --data, else the settings."""
    return reading.read(os.environ, data=said.data).data
