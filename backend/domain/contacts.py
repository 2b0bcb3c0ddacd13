"""How a resident wants to be told."""

import re
from typing import Literal

from msgspec import Struct

PHONE = re.compile(r"\+?[0-9]{8,15}")
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\"]{2,}")
HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Contact(Struct, frozen=True, omit_defaults=True):
    """What stands here by default holds for who has chosen nothing. Hours are wall time in the town, "20:00"."""

    phone: str = ""
    """For SMS and for a call: digits, with "+" and the country's number where it is not the town's own."""
    email: str = ""
    first: Literal["sms", "email"] = "sms"
    is_paper: bool = False
    """Letters on paper instead of messages: the person is exempt, or wants it so."""
    may_call: bool = True
    quiet_from: str = "20:00"
    quiet_to: str = "08:00"
    lang: str = ""
    """'' = the language the person used last."""
    is_chosen: bool = False
    """The person has said how: an empty number then means no SMS, and the register's is not used instead."""
    asked_again_on: str = ""
    """After "No thanks" nothing is offered before this day."""


def sms_number(contact: Contact, registered: str) -> str:
    """The register's number serves until the person has chosen."""
    return contact.phone or ("" if contact.is_chosen else registered)
