"""Environment or TOML -> one frozen Struct. Every name here is documented in README.md; a test compares."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from backend.settings import checks, sources
from backend.settings.sources import PREFIX, BadSettings, environment_values, file_values

MOST_CONNECTIONS = 16_384
"""At once. The server takes no further one before one has ended."""


class Hours(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Open on weekday `day` (1 = Monday) from "HH:MM" to "HH:MM"."""

    day: int
    from_: str
    to: str


class Desk(Struct, frozen=True, forbid_unknown_fields=True):
    """A place people can come to. `abilities` are what a service's appointment may ask for."""

    id: str
    name: str
    address: str
    phone: str
    abilities: list[str]
    hours: list[Hours]
    slot_minutes: int = 15
    places: int = 1


OFFICE_HOURS = [
    Hours(1, "09:00", "16:00"),
    Hours(2, "09:00", "16:00"),
    Hours(3, "09:00", "16:00"),
    Hours(4, "09:00", "17:30"),
    Hours(5, "09:00", "14:00"),
]

TOWN_HALL = Desk(
    "town-hall", "Rådhuset", "Torvet 1, 9999 Havneby", "+4533663366", ["passport"], OFFICE_HOURS
)
LIBRARY = Desk(
    "library", "Biblioteket", "Havnegade 12, 9999 Havneby", "+4533663367", ["passport"],
    [Hours(2, "10:00", "18:00"), Hours(4, "10:00", "18:00"), Hours(6, "10:00", "14:00")],
)  # fmt: skip


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    data: Path = Path("data")
    """The folder that holds everything the instance keeps, but its keys."""
    keys: Path | None = None
    """The folder of the secret keys; never inside `data`, the demo's sample keys excepted."""
    cache: Path | None = None
    """A folder for what is made from the code at one start and read at the next. Empty = `cache` in `data`."""
    host: str = "127.0.0.1"
    port: int = 8017
    origin: str = ""
    """What people type: "https://selv.example.dk". Empty = http://localhost:PORT."""
    cert: Path | None = None
    key: Path | None = None
    demo: bool = False
    town: str = "Havneby"
    phone: str = "+4533663366"
    email: str = "borgerservice@havneby.example"
    security_contact: str = ""
    """Where a finder of a fault writes to, as "mailto:…" or "https://…". Empty = `email`."""
    address: str = "Torvet 1, 9999 Havneby"
    timezone: str = "Europe/Copenhagen"
    hours: list[Hours] = field(default_factory=lambda: list(OFFICE_HOURS))
    closed_on: list[str] = []
    """Days ("2026-12-24") the phone is not answered, beside the public holidays."""
    push_contact: str = ""
    """Whom push services write to if something is wrong, as "mailto:…". Empty = `email`."""
    push_test_origins: list[str] = []
    """Demo and tests only: push services of one's own, as "http://127.0.0.1:8030"."""
    print_days: int = 1
    post_days: int = 3
    """Working days until a letter is printed, and from then to the door: when it must leave to arrive in time."""
    drafts_offered: bool = False
    """Offer languages no person has checked yet; every page then says so."""
    services: list[Path] = []
    """Folders with the municipality's own services: DIR/*.toml and DIR/<lang>/services.po."""
    confirmed: list[str] = []
    """Figures the municipality has confirmed, as "passport/fee"."""
    withdrawn: list[str] = []
    """Old versions of services nobody may finish any longer, as "passport@1"."""
    desks: list[Desk] = field(default_factory=lambda: [TOWN_HALL, LIBRARY])
    guest_files_mb: int = 1000
    """What all guests together may have stored: files not yet sent, and those sent in the last day."""
    letters_at_once: int = 10_000
    """How many mailboxes one commit of a letter to many fills at most; how many, the disk's speed decides."""
    guest_drafts_mb: int = 200
    """What all guests together may have written and not sent."""
    papers_mb: int = 100
    """What one resident may keep in her own archive of papers."""
    least_free_mb: int = 1000
    """Room on the disk that is kept for submissions: below it no file is taken, and guests have a tenth of their room for drafts."""
    proxies: list[str] = []
    """Addresses or networks (10.0.0.0/8) of proxies whose word is believed on who is behind them."""
    forwarded_header: Literal["x-forwarded-for", "forwarded"] = "x-forwarded-for"
    """The header those proxies write. The other one is the visitor's own word, and is not read."""
    reads_per_minute: int = 1200
    writes_per_minute: int = 240
    secrets_per_minute: int = 20
    metrics_port: int = 0
    """Prometheus figures at http://METRICS_HOST:PORT/metrics, apart from the town's own port. 0 = none."""
    metrics_host: str = "127.0.0.1"
    log_requests: Literal["", "on", "off"] = ""
    """A line in the log for each request. Empty = on, in the demo off."""
    sms_url: str = ""
    """The gateway that sends SMS, as "https://…". Empty = no SMS."""
    sms_token: Path | None = None
    """The file with what the gateway knows us by."""
    sms_sender: str = ""
    """What phones show as the sender: at most 11 letters and digits, or a number. Empty = the town."""
    sms_body: str = ""
    """The JSON the gateway wants, with {id}, {to}, {digits}, {sender} and {text} in it. Empty = a plain one."""
    smtp_host: str = ""
    """The server that sends e-mail. Empty = no e-mail."""
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls"] = "starttls"
    smtp_user: str = ""
    smtp_password: Path | None = None
    """The file with the password."""
    smtp_from: str = ""
    """Whom e-mail comes from. Empty = `email`."""
    print_folder: Path | None = None
    """Where letters wait for the printer. Empty = no letters, and a person calls instead."""
    clock: str = ""
    """Demo and tests only: move the clock, as "+7d" or "-1h"."""
    pseudo: bool = False
    """Tests only: offer the two made-up languages too."""
    worker: Literal["on", "off"] = "on"
    """"off" answers /sw.js with a worker that removes itself and leaves drafts and outbox alone."""

    @property
    def where(self) -> str:
        """The origin, without a slash at the end."""
        scheme = "https" if self.cert else "http"
        return self.origin.rstrip("/") or f"{scheme}://localhost:{self.port}"

    @property
    def key_folder(self) -> Path:
        return self.keys or self.data / "demo-keys"

    @property
    def sms_name(self) -> str:
        """The sender phones show: the setting, or as much of the town as fits."""
        plain = self.town.translate(str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"}))
        return self.sms_sender or "".join(sign for sign in plain if sign.isascii() and sign.isalnum())[:11] or "Medborger"


KINDS = {one.name: one.type for one in msgspec.structs.fields(Settings)}
LISTS = {name for name, kind in KINDS.items() if "list[" in str(kind)}


def read(env: Mapping[str, str] = os.environ, file: Path | None = None, **given: Any) -> Settings:
    """What the command line says goes before the environment, the environment before the file. Raises `BadSettings` with a
    sentence for every mistake there is, not for the first alone."""
    named = sources.unquoted(env.get(PREFIX + "SETTINGS", ""))
    values = file_values(file or (Path(named) if named else None)) | environment_values(env, KINDS)
    values |= {name: value for name, value in given.items() if value is not None}
    values = checks.tidied(values, LISTS)
    found = [f"There is no setting `{name}`.{checks.close(name, KINDS)}" for name in values if name not in KINDS]
    known = {name: value for name, value in values.items() if name in KINDS}
    for name, value in known.items():
        found += mistakes(name, value)
    found += checks.lonely(known)
    if found:
        raise BadSettings("\n".join(found))
    return msgspec.convert(known, Settings, strict=False, dec_hook=path)


def mistakes(name: str, value: Any) -> list[str]:
    """Of the wrong kind, or without sense."""
    try:
        made = msgspec.convert(value, KINDS[name], strict=False, dec_hook=path)
    except msgspec.ValidationError as error:
        return [f"`{name}` cannot be used: {error}"]
    return list(checks.mistakes({name: msgspec.to_builtins(made, enc_hook=str)}))


def as_environment(settings: Settings) -> dict[str, str]:
    """The same settings for a child process (the server's worker reads its settings from there)."""
    said = msgspec.to_builtins(settings, enc_hook=str)
    return {
        PREFIX + name.upper(): value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in said.items()
        if value is not None
    }


def path(kind: type, value: Any) -> Any:
    if issubclass(kind, Path) and isinstance(value, (str, Path)):
        return Path(value)
    raise NotImplementedError(kind)
