"""Wiring: settings -> store -> rooms -> Litestar. Only this file knows everyone."""

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import holidays
import msgspec
from litestar import Litestar
from litestar.datastructures import State

from backend import logs, settings as reading
from backend.desk import routes as desk_routes
from backend.desk.page import STYLE, Words as DeskWords
from backend.domain import definitions
from backend.domain.actors import SYSTEM
from backend.domain.notices import Town
from backend.identity.activation import ActivationCodes
from backend.identity.names import Names
from backend.identity.passkeys import Passkeys, Site
from backend.identity.sessions import Sessions
from backend.letters.known import Town as LetterTown
from backend.letters.receipts import Signer
from backend.letters.templates import Templates
from backend.settings import MOST_CONNECTIONS, Settings
from backend.store import definitions as kept_definitions, keyring, refusal_lines
from backend.store.database import Database
from backend.store.duties import Duty
from backend.store.guest_room import GuestRoom
from backend.store.housekeeping import Housekeeping
from backend.store.mailing_runner import Mailings
from backend.store.refusal_lines import RefusalLines
from backend.store.writer import EXIT_CODE
from backend.watchdog import Watchdog
from backend.web import dependencies, errors, metrics
from backend.web.api import appointments, content, drafts, health, messages, openapi, push, search, security_txt, senders as sender_letters, submissions, uploads
from backend.web.api.content import Content
from backend.web.build_cache import BuildCache
from backend.web.exports import ExportPages
from backend.web.forms import FORM_BYTES
from backend.web.middleware.gateway import Gateway
from backend.web.middleware.open_connections import Connections
from backend.web.middleware.rate_limits import RateLimits
from backend.web.middleware.refusals import Refusals
from backend.web.middleware.request_record import Requests
from backend.web.middleware.static_files import Files
from backend.web.pages import (
    about,
    access,
    activate,
    appointments as booked_times,
    case_papers,
    case_questions,
    cases,
    corrections,
    deletion,
    demo,
    devices,
    duplicate_drafts,
    export,
    help,
    home,
    journeys,
    kept_papers,
    letters,
    mine,
    notices,
    papers,
    post,
    register,
    reminders,
    senders,
    services,
    settings,
    sign_in,
    withdrawals,
    write,
)
from backend.web.rendering.words import Words, date_words
from backend.web.requests import CarefulRequest
from backend.web.service_registry import ServiceRegistry
from backend.web.state import AppState
from push.adapters.email import Email
from push.adapters.folder import Folder
from push.adapters.paper import Paper
from push.adapters.sms import Sms
from push.messages import Adapter
from push.sentences import Sender
from push.service import Place, PushService
from pwa import served

SWEEP_EVERY_S = 3600
SERVICES = Path(__file__).parent / "services"
log = logging.getLogger("medborger")

HANDLERS = [
    home.choose_language, home.show_home, services.find_service, services.show_start, services.start_over, services.show_newcomer,
    booked_times.show_appointment, booked_times.change_appointment, deletion.ask_deletion, deletion.delete, journeys.show_step, journeys.answer_step, duplicate_drafts.show_duplicate_draft, duplicate_drafts.choose_duplicate_draft, submissions.show_done,
    submissions.receive_submission, submissions.get_submission, submissions.get_proof, appointments.list_free_times,
    appointments.show_calendar_file, uploads.get_file, uploads.add_file, uploads.put_file, messages.receive_message, drafts.get_draft, drafts.save_draft,
    drafts.delete_draft, drafts.get_facts, mine.show_mine, cases.show_case, case_papers.show_paper, case_papers.add_case_paper,
    case_papers.put_case_paper, case_questions.show_question, case_questions.ask_question, withdrawals.ask_withdrawal, withdrawals.withdraw, corrections.ask_correction, corrections.correct, register.show_register, access.show_access, *export.ROUTES, settings.show_settings,
    post.show_post, post.arrange_post, write.show_write, write.show_unsent, write.send_message, letters.show_letter, letters.arrange_letter, letters.note_opened,
    settings.save_settings, settings.ask_whose_phone, settings.say_whose_phone, *devices.ROUTES,
    help.show_help, about.show_accessibility, about.standard_address, about.show_languages, about.show_offline,
    content.get_content, content.get_worker, content.get_manifest, health.show_health, health.show_liveness, health.show_readiness, health.show_keys,
    health.take_reports, security_txt.show_security, search.get_search_index, openapi.show_openapi,
]


def serve() -> Gateway:
    """What the server's worker process calls: settings come through its environment."""
    settings = reading.read(os.environ)
    logs.configure()
    gateway = create(settings)
    is_logging = settings.log_requests == "on" or (not settings.log_requests and not settings.demo)
    gateway.requests.line = logs.write_request if is_logging else None
    gateway.connections = Connections(settings.port, MOST_CONNECTIONS, gateway.addresses)
    gateway.connections.start()
    gateway.inner.state.app.watchdog = Watchdog({"writer": gateway.inner.state.app.db.writer.silent_s})
    return gateway


def create(settings: Settings, clock: Callable[[], datetime] | None = None) -> Gateway:
    cache = BuildCache(settings.cache or settings.data / "cache")
    files = Files(cache)
    app = build(settings, files, cache, clock or moved_clock(settings.clock))
    files.keep_old(settings.data / "released")
    cache.sweep()
    handlers = [
        *HANDLERS, *sign_in.routes(settings.demo), *demo.routes(settings.demo), *activate.routes(), *push.ROUTES, *reminders.ROUTES,
        *papers.ROUTES, *senders.ROUTES, *sender_letters.ROUTES, *kept_papers.ROUTES, notices.open_notice, desk_routes.router(settings.demo),
    ]  # fmt: skip
    inner = Litestar(
        handlers, dependencies=dependencies.PROVIDED, exception_handlers=errors.HANDLERS,
        state=State({"app": app, "describe": lambda: described(handlers)}), request_max_body_size=FORM_BYTES, request_class=CarefulRequest,
        openapi_config=None, logging_config=None, lifespan=[lambda _: living(app), lambda _: metrics.served(app, gateway, settings.metrics_host, settings.metrics_port)],
    )  # fmt: skip
    gateway = Gateway(inner, settings, files, app.refusals.requests, app.refusals)
    return gateway


def described(handlers: list[Any]) -> dict[str, Any]:
    """Litestar's description, made by an application that is never served: served, it would add addresses."""
    shown = [handler for handler in handlers if handler is not openapi.show_openapi]
    return Litestar(shown, dependencies=dependencies.PROVIDED, openapi_config=openapi.CONFIG).openapi_schema.to_schema()


@asynccontextmanager
async def living(app: AppState) -> AsyncIterator[None]:
    """While the server runs: ended sessions and old codes are swept out each hour; at the end the store closes."""
    keeper, duty = Housekeeping(app.db), Duty("sessions", SWEEP_EVERY_S)
    app.duties += [duty, keeper.checking, keeper.sweeping, app.push.sending, app.push.planning, app.push.spreading, app.mailings.duty]
    keeper.start()
    if app.watchdog:
        app.watchdog.start(asyncio.get_running_loop())
    lines = RefusalLines(app.db)
    app.refusals.also = lambda refusal: lines.note(refusal.code, refusal.network)
    mailing = asyncio.create_task(app.mailings.run())
    sweeping, writing = asyncio.create_task(sweep(app, duty)), asyncio.create_task(write_refusals(app, lines))
    for task in (sweeping, writing, mailing, *await app.push.start()):
        task.add_done_callback(end_with)
    try:
        yield
    finally:
        if app.watchdog:
            app.watchdog.stop()
        sweeping.cancel()
        writing.cancel()
        mailing.cancel()
        await app.push.stop()
        await lines.write(int(app.now().timestamp() * 1000))
        keeper.stop()
        app.db.close()


async def sweep(app: AppState, duty: Duty) -> None:
    while True:
        try:
            await app.sessions.sweep(app.now())
            await app.codes.sweep(app.now())
        except Exception as error:
            duty.missed(error)
        else:
            duty.done()
            level = logging.DEBUG if app.settings.demo else logging.INFO  # nobody keeps the head of a made-up town
            log.log(level, "audit head", extra={"said": {"head": app.db.writer.chain.hash.hex(), "last": app.db.writer.chain.last}})
        await asyncio.sleep(duty.wait_s)


async def write_refusals(app: AppState, lines: RefusalLines) -> None:
    while True:
        await asyncio.sleep(refusal_lines.EVERY_S)
        await lines.write(int(app.now().timestamp() * 1000))


def end_with(task: asyncio.Task[None]) -> None:
    """A task that was to run as long as the server and does not: the server ends too, and is started again."""
    if not task.cancelled():
        log.critical("%s ended; the process ends", task.get_coro(), exc_info=task.exception())
        os._exit(EXIT_CODE)


def build(settings: Settings, files: Files, cache: BuildCache, clock: Callable[[], datetime]) -> AppState:
    """The rooms, in the order in which they need each other."""
    zone = ZoneInfo(settings.timezone)
    settings = with_holidays(settings, clock())
    db = Database(settings.data, keyring.load(settings.key_folder))
    db.guest_room = GuestRoom(settings.guest_drafts_mb * 2**20, settings.least_free_mb * 2**20)
    db.access.clock = lambda: int(clock().timestamp() * 1000)
    words = Words(settings, served.templates(cache)[1])
    app = AppState(
        settings=settings, db=db, sessions=Sessions(db, clock()), names=Names(db), passkeys=Passkeys(db, site(settings)),
        codes=ActivationCodes(db), services=offered(settings, words, db, clock()), words=words,
        content=None, signer=Signer(db.keys.keys["receipt"], db.keys.published.values()), date_words=date_words(), clock=clock, zone=zone,
        refusals=Refusals(Requests()), duties=[],
    )  # fmt: skip
    app.mailings = Mailings(db, clock, settings.letters_at_once)
    app.sender_rates = RateLimits(settings)
    app.push = PushService(db, place(settings), app.services, words.catalogues, adapters(settings), clock)
    app.content = Content(app, files, served.worker_modules(words.codes, cache), served.page_scripts())
    app.letters = letter_templates(settings, app)
    app.exports = ExportPages(words, settings.services)
    app.desk = DeskWords(settings.services, files.add_hashed("desk.css", STYLE.read_bytes()), words.catalogues)
    return app


def letter_templates(settings: Settings, app: AppState) -> Templates:
    """Ours, and in their place the municipality's own. A mistake in one stops the start, with its line."""
    town = LetterTown(settings.town, settings.phone)
    return Templates.load([SERVICES, *settings.services], app.services.newest, app.words.catalogues, town)


def make_push(settings: Settings, db: Database) -> PushService:
    """For a command that has the store to itself; nothing is sent."""
    words = Words(settings, served.templates(BuildCache(settings.cache or settings.data / "cache"))[1])
    services = offered(settings, words, db, datetime.now(UTC))
    return PushService(db, place(settings), services, words.catalogues, {}, lambda: datetime.now(UTC))


def adapters(settings: Settings) -> dict[str, Adapter]:
    """What this town can send by, beside push; the demo writes files instead."""
    if settings.demo:
        folder = Folder(settings.data / "outbox", settings.town, settings.address, settings.email, settings.where)
        return dict.fromkeys(("sms", "email", "letter"), folder)
    found: dict[str, Adapter] = {}
    if settings.sms_url:
        found["sms"] = Sms(settings.sms_url, settings.sms_name, settings.sms_token, **({"body": settings.sms_body} if settings.sms_body else {}))
    if settings.smtp_host:
        found["email"] = Email(
            settings.smtp_host, settings.smtp_port, settings.smtp_from or settings.email, settings.town, settings.where,
            settings.smtp_security, settings.smtp_user, settings.smtp_password,
        )  # fmt: skip
    if settings.print_folder:
        found["letter"] = Paper(settings.print_folder, settings.town, f"{settings.town}, {settings.address}")
    return found


def place(settings: Settings) -> Place:
    """The town, as reminders name it and count its days."""
    sender = Sender(settings.town, settings.phone, settings.where, settings.timezone)
    town = Town(settings.timezone, frozenset(settings.closed_on), settings.print_days, settings.post_days)
    return Place(sender, town, settings.push_contact or f"mailto:{settings.email}", settings.push_test_origins)


def site(settings: Settings) -> Site:
    """Passkeys belong to the host name; the browser reports the origin without a usual port."""
    where = urlsplit(settings.where)
    usual = {"http": 80, "https": 443}[where.scheme]
    origin = f"{where.scheme}://{where.hostname}" if where.port == usual else settings.where
    return Site(where.hostname or "localhost", origin, settings.town)


def offered(settings: Settings, words: Words, db: Database, now: datetime) -> ServiceRegistry:
    """Today's services, every version that was ever served here, and a warning where a served one was edited."""
    newest = definitions.load([SERVICES, *settings.services])
    for service in kept_definitions.keep(db, SYSTEM, newest.values(), int(now.timestamp() * 1000)):
        log.warning("service %s was changed without a new version: drafts begun before may not fit", service)
    return ServiceRegistry(newest, kept_definitions.all_kept(db, SYSTEM), settings, words)


def with_holidays(settings: Settings, now: datetime) -> Settings:
    """Public holidays are closed days, this year and the next two."""
    days = holidays.country_holidays("DK", years=range(now.year, now.year + 3))
    closed = sorted({*settings.closed_on, *(day.isoformat() for day in days)})
    return msgspec.structs.replace(settings, closed_on=closed)


def moved_clock(by: str) -> Callable[[], datetime]:
    """The machine's clock, moved as the demo or a test asks ("+7d", "-1h")."""
    units = {"d": "days", "h": "hours", "m": "minutes"}
    if not by:
        return lambda: datetime.now(UTC)
    found = re.fullmatch(r"([+-]?\d{1,5})([dhm])", by)
    if found is None:
        raise reading.BadSettings(f'The clock cannot be moved by "{by}". Write for example +7d or -1h.')
    shift = timedelta(**{units[found[2]]: int(found[1])})
    return lambda: datetime.now(UTC) + shift
