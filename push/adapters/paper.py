"""Letters: a PDF ready to print, and a job ticket beside it, in a folder that the printer fetches from.

    ready/ID.pdf, ready/ID.json    the ticket comes last, so that what has a ticket is whole
    taken/ID.json                  the printer moves the ticket here before it prints: from then on it is his
    done/ID.json, failed/ID.json   and here afterwards
    withdrawn/ID.json              moved here by us, while it was still ready

To move a file is one step in a file system: of the printer and of us, one gets it. A ticket names no person.
"""

import asyncio
import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from backend.domain.notices import Message, Outcome
from backend.letters import reminders
from i18n.languages import language
from push.adapters import is_id

PLACES = ("ready", "taken", "done", "failed", "withdrawn")
LINES = 6
"""That fit into the window."""


class Paper:
    """`sender` is the town's address in one line."""

    def __init__(self, folder: Path, town: str, sender: str) -> None:
        self.folder, self.town, self.sender = folder, town, sender

    async def send(self, message: Message) -> Outcome:
        if not is_id(message.rung_id):
            return Outcome("failed", "rung-id")
        if not 1 < len(lines(message.to)) <= LINES:
            return Outcome("failed", "address")
        try:
            return await asyncio.to_thread(self.put, message)
        except OSError:
            return Outcome("retry", "disk")

    def put(self, message: Message) -> Outcome:
        where = self.place(message.rung_id)
        if where in ("failed", "withdrawn"):
            return Outcome("failed", where)
        if not where:
            self.queue(message, reminders.pdf(letter(message, self.town, self.sender)))
        return Outcome("handed_over", "queued", message.rung_id)

    def queue(self, message: Message, pdf: bytes) -> None:
        for place in PLACES:
            (self.folder / place).mkdir(parents=True, exist_ok=True, mode=0o700)
        ready = self.folder / "ready"
        ticket = {
            "id": message.rung_id, "file": f"{message.rung_id}.pdf", "sha256": sha256(pdf).hexdigest(), "bytes": len(pdf), "paper": "A4",
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "post_before": message.not_after.isoformat(timespec="seconds") if message.not_after else "",
        }  # fmt: skip
        written(ready / ticket["file"], pdf)
        written(ready / f"{message.rung_id}.json", msgspec.json.encode(ticket))

    def place(self, rung_id: str) -> str:
        """Where its ticket is; "" nowhere."""
        return next((place for place in PLACES if (self.folder / place / f"{rung_id}.json").exists()), "")

    def withdraw(self, rung_id: str) -> bool:
        """True while nobody has fetched it: it is not printed any more."""
        if not is_id(rung_id):
            return False
        try:
            os.rename(self.folder / "ready" / f"{rung_id}.json", self.folder / "withdrawn" / f"{rung_id}.json")
        except FileNotFoundError:
            return False
        (self.folder / "ready" / f"{rung_id}.pdf").unlink(missing_ok=True)
        return True

    def answers(self) -> dict[str, bool]:
        """Rung id -> whether it was printed, of those the printer has finished with."""
        return {file.stem: place == "done" for place in ("done", "failed") for file in sorted((self.folder / place).glob("*.json"))}


def letter(message: Message, town: str, sender: str) -> reminders.Reminder:
    direction = language(message.lang).dir
    return reminders.Reminder(message.lang, direction, town, sender, lines(message.to), message.subject, reminders.paragraphs(message.text))


def lines(to: str) -> list[str]:
    return [line.strip() for line in to.splitlines() if line.strip()]


def written(file: Path, data: bytes) -> None:
    """Whole or not at all, readable by us alone, and there after a power cut."""
    part = file.with_name(f".{file.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.replace(part, file)
