"""The demo's carrier of everything: one file a message, as it would have left. Nothing leaves the machine."""

import asyncio
from pathlib import Path

from backend.domain.notices import Message, Outcome
from backend.letters import reminders
from push.adapters import is_id
from push.adapters.email import ascii_address, mail
from push.adapters.paper import letter, lines, written


class Folder:
    """`sms/ID.txt`, `email/ID.eml`, `paper/ID.pdf` below `outbox`."""

    def __init__(self, outbox: Path, town: str, address: str, email: str, origin: str) -> None:
        self.outbox, self.town, self.address, self.email, self.origin = outbox, town, address, email, origin

    async def send(self, message: Message) -> Outcome:
        if not is_id(message.rung_id):
            return Outcome("failed", "rung-id")
        try:
            return await asyncio.to_thread(self.put, message)
        except OSError:
            return Outcome("retry", "disk")

    def put(self, message: Message) -> Outcome:
        kind = self.kind(message)
        file = self.outbox / kind / f"{message.rung_id}.{ENDINGS[kind]}"
        if not file.exists():
            data = self.data(kind, message)
            if data is None:
                return Outcome("failed", "address")
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            written(file, data)
        return Outcome("handed_over", "file", file.name)

    def kind(self, message: Message) -> str:
        """A helper is told by e-mail or SMS, whichever the address is."""
        if message.kind == "letter":
            return "paper"
        return "email" if message.kind == "email" or "@" in message.to else "sms"

    def data(self, kind: str, message: Message) -> bytes | None:
        if kind == "sms":
            return f"{message.to}\n\n{message.text}\n".encode()
        if kind == "email":
            to = ascii_address(message.to)
            return mail(message, to, self.email, self.town, self.origin).as_bytes() if to else None
        if not lines(message.to):
            return None
        return reminders.pdf(letter(message, self.town, f"{self.town}, {self.address}"))


ENDINGS = {"sms": "txt", "email": "eml", "paper": "pdf"}
