"""SMS, e-mail and letters: a rung becomes a message in the recipient's language, and an adapter hands it over."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from backend.domain.contacts import sms_number
from backend.domain.moments import from_milliseconds
from backend.domain.notices import Message
from push.adapters import Adapter
from push.rung import Carried, Describe, Job, back_off
from push.sentences import About
from push.texts import Texts, Written


class Messages:
    """`adapters`: "sms", "email", "letter" -> who hands it over; a kind without one has failed before it is tried."""

    def __init__(self, adapters: Mapping[str, Adapter], texts: Texts, about: Describe) -> None:
        self.adapters, self.texts, self.about = adapters, texts, about

    async def carry(self, job: Job, now: datetime) -> Carried:
        adapter = self.adapters.get(job.rung.kind)
        if adapter is None:
            return Carried("failed", "no-adapter")
        message = self.message(job, now)
        if message is None:
            return Carried("failed", "no-address")
        outcome = await adapter.send(message)
        if outcome.state == "retry":
            again = back_off(job.rung.attempt, now)
            return Carried("due", outcome.code, next_at=again) if again < from_milliseconds(job.rung.not_after) else Carried("expired", outcome.code)
        return Carried("handed_over" if outcome.state == "handed_over" else "failed", outcome.code, outcome.ref)

    def message(self, job: Job, now: datetime) -> Message | None:
        """None: she has no number, address or house any more."""
        lang = self.texts.words(job.recipient.language).code
        told = [self.about(row, lang) for row in job.told]
        to = address(job)
        if not to:
            return None
        written = self.written(job, lang, told, now)
        subject, text = ("", written) if isinstance(written, str) else (written.subject, written.text)
        return Message(job.rung.public_id, job.rung.kind, lang, to, text, subject, from_milliseconds(job.rung.not_after))

    def written(self, job: Job, lang: str, told: Sequence[About], now: datetime) -> Written | str:
        if job.rung.kind == "sms":
            return self.texts.sms(lang)
        if job.rung.kind == "email":
            return self.texts.email(lang, told, job.told[0].public_id, now)
        return self.texts.letter(lang, told, now)


def address(job: Job) -> str:
    contact, resident = job.recipient.contact, job.recipient.resident
    if job.rung.kind == "sms":
        return sms_number(contact, resident.phone if resident else "")
    if job.rung.kind == "email":
        return contact.email
    if resident is None or not resident.street:
        return ""
    return "\n".join(line for line in (resident.name, resident.street, f"{resident.postcode} {resident.town}".strip()) if line)
