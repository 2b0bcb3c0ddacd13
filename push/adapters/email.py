"""E-mail by SMTP, always encrypted on its way: STARTTLS, or TLS from the start. Bare text.

`Message-ID` comes from the rung's id. What was accepted stays accepted, whatever the server does after its 250; a server
that falls silent before it may have taken the message, so it is sent again under the same id, which mail servers know.
"""

import asyncio
import re
import smtplib
import socket
import ssl
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from backend.domain.contacts import EMAIL
from backend.domain.notices import Message, Outcome
from push.adapters import is_id

Security = Literal["starttls", "tls"]
STEP_S, ALL_S = 20.0, 60.0
"""For one answer of the server, and for all of it: a server that drips signs never comes to an end."""
NO_SUCH_ADDRESS = re.compile(rb"(?<![\d.])5\.1\.(1|2|3|6|10)(?![\d.])")
"""Enhanced codes (RFC 3463) that are about the address itself: it will never be there."""


class Email:
    """`origin` without a slash at the end; the link to stop reminders leads there."""

    def __init__(
        self, host: str, port: int, sender: str, town: str, origin: str, security: Security = "starttls", user: str = "",
        password: Path | None = None, step_s: float = STEP_S, all_s: float = ALL_S, ssl_context: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.host, self.port, self.security = host, port, security
        self.sender, self.town, self.origin = sender, town, origin
        self.user, self.password = user, password
        self.step_s, self.all_s = step_s, all_s
        self.ssl_context = ssl_context or ssl.create_default_context()

    async def send(self, message: Message) -> Outcome:
        if not is_id(message.rung_id):
            return Outcome("failed", "rung-id")
        to = ascii_address(message.to)
        if to is None:
            return Outcome("failed", "address")
        made = mail(message, to, self.sender, self.town, self.origin)
        under_way: list[smtplib.SMTP] = []
        work = asyncio.ensure_future(asyncio.to_thread(self.deliver, made, to, under_way))
        try:
            return await asyncio.wait_for(asyncio.shield(work), self.all_s)
        except TimeoutError:
            for client in under_way:
                cut_off(client)
            return await work

    def deliver(self, made: EmailMessage, to: str, under_way: list[smtplib.SMTP]) -> Outcome:
        """In a thread of its own."""
        client = self.client()
        under_way.append(client)
        try:
            return self.handed_over(client, made, to)
        except Exception as error:
            return judged(error)
        finally:
            leave(client)

    def client(self) -> smtplib.SMTP:
        """Not connected yet, so that it can be cut off while it waits for the first line."""
        encrypted = self.security == "tls"
        made = smtplib.SMTP_SSL(timeout=self.step_s, context=self.ssl_context) if encrypted else smtplib.SMTP(timeout=self.step_s)
        made._host = self.host  # for the certificate: smtplib takes it from its constructor alone, which connects too
        return made

    def handed_over(self, client: smtplib.SMTP, made: EmailMessage, to: str) -> Outcome:
        stage(client.connect(self.host, self.port), "greeting")
        if self.security == "starttls":
            client.starttls(context=self.ssl_context)
        if self.user and self.password:
            client.login(self.user, self.password.read_text("utf-8").strip())
        client.ehlo_or_helo_if_needed()
        stage(client.mail(self.sender), "sender")
        stage(client.rcpt(to), "recipient")
        code, said = client.data(made.as_bytes(policy=SMTP))
        stage((code, said), "data")
        return Outcome("handed_over", str(code), made["Message-ID"].strip("<>"))


class Refused(Exception):
    """The server's answer at a stage: "sender", "recipient", "data"."""

    def __init__(self, code: int, said: bytes, where: str) -> None:
        self.code, self.said, self.where = code, said, where


def stage(answer: tuple[int, bytes], where: str) -> None:
    code, said = answer
    if not 200 <= code < 300:
        raise Refused(code, said, where)


def judged(error: Exception) -> Outcome:
    """4xx: later. 5xx: this message cannot be sent; about our own sender or sign-in, which somebody mends: later too."""
    if isinstance(error, Refused):
        if 400 <= error.code < 500 or error.where in ("greeting", "sender"):
            return Outcome("retry", str(error.code))
        is_gone = error.where == "recipient" and NO_SUCH_ADDRESS.search(error.said)
        return Outcome("gone" if is_gone else "failed", str(error.code))
    if isinstance(error, smtplib.SMTPDataError):  # before the text: the server wants no text now
        return judged(Refused(error.smtp_code, b"", "data"))
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return Outcome("retry", "timeout")
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return Outcome("retry", "connection")
    if isinstance(error, smtplib.SMTPResponseException):
        return Outcome("retry", str(error.smtp_code))
    if isinstance(error, FileNotFoundError | PermissionError):
        return Outcome("retry", "password")
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return Outcome("retry", "tls")
    return Outcome("retry", "connection" if isinstance(error, OSError | smtplib.SMTPException) else "fault")


def leave(client: smtplib.SMTP) -> None:
    """A goodbye that goes wrong changes nothing."""
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        client.close()


def cut_off(client: smtplib.SMTP) -> None:
    """Wakes the thread that waits for the server."""
    try:
        if client.sock:
            client.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def ascii_address(to: str) -> str | None:
    """The domain as mail servers write it. None for what is no address, or cannot be written so."""
    if not EMAIL.fullmatch(to):
        return None
    name, _, domain = to.rpartition("@")
    try:
        return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return None


def mail(message: Message, to: str, sender: str, town: str, origin: str) -> EmailMessage:
    """No out-of-office answer wanted; a link to choose or stop reminders, as mail programs show it."""
    name, _, domain = sender.rpartition("@")
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(town, name, domain)
    made["To"] = Address("", *to.rsplit("@", 1))
    made["Subject"] = message.subject
    made["Date"] = format_datetime(datetime.now(UTC))
    made["Message-ID"] = f"<{message.rung_id}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made["Content-Language"] = message.lang
    made["List-Unsubscribe"] = f"<{origin}/{message.lang}/mine/reminders>"
    made.set_content(message.text + "\n", charset="utf-8")
    return made
