"""Carriers of the tests' own, on this machine: a real SMTP server (aiosmtpd) and an HTTPS gateway for SMS, both of which do
as they are told, good or bad."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import trustme
from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@cache
def authority() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(of a server for localhost, of a client that trusts it)"""
    ca = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(server)
    client = ssl.create_default_context()
    ca.configure_trust(client)
    return server, client


@dataclass
class Post:
    """What the SMTP server does: an answer to a command, or "hang", "die", "accept and die" once the text has come."""

    recipient: str = "250 OK"
    sender: str = "250 OK"
    text: str = "250 OK"
    got: list[tuple[str, bytes]] = field(default_factory=list)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.text == "hang":
            await asyncio.Event().wait()
        if self.text == "die":
            server.transport.abort()
            return "250 OK"
        self.got.append((envelope.rcpt_tos[0], bytes(envelope.content or b"")))
        if self.text == "accept and die":
            asyncio.get_running_loop().call_later(0.01, server.transport.abort)
            return "250 OK"
        return self.text


class OnAFreePort(Controller):
    def _trigger_server(self) -> None:
        """The first knock goes to the port that the system gave."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Tls(OnAFreePort):
    """STARTTLS, and nothing without it."""

    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="localhost", tls_context=authority()[0], require_starttls=True)


class Wrapped(OnAFreePort):
    """TLS from the first sign."""

    def __init__(self, handler: Any, hostname: str, port: int) -> None:
        super().__init__(handler, hostname=hostname, port=port, ssl_context=authority()[0])


class Bare(OnAFreePort):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="localhost")


@contextmanager
def post_office(post: Post, kind: type[Controller] = Tls) -> Iterator[int]:
    """Its port."""
    server = kind(post, hostname="127.0.0.1", port=0)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


@dataclass
class Gateway:
    """What the gateway answers: a status and a body, or "hang", "die"."""

    status: int = 200
    body: Any = field(default_factory=lambda: {"id": "M1", "status": "accepted"})
    does: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.got.append(({key.lower(): value for key, value in request.headers.items()}, await request.read()))
        if self.does == "hang":
            await asyncio.Event().wait()
        if self.does == "die":
            request.transport.abort()
        body = self.body if isinstance(self.body, bytes) else web.json_response(self.body).body
        return web.Response(status=self.status, body=body, headers=self.headers)


@asynccontextmanager
async def gateway(answers: Gateway) -> AsyncIterator[str]:
    """Its address."""
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answers.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=authority()[0])
    await site.start()
    try:
        yield f"https://localhost:{runner.addresses[0][1]}/sms"
    finally:
        await runner.cleanup()
