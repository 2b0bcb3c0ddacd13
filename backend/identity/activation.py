"""Activation codes: made at the desk, typed or scanned once, and good for one act: a passkey on this phone.

Twelve signs of 31 are 59 bits. Argon2id keeps the code out of a stolen database, a keyed hash finds it.
"""

import asyncio
import hmac
import logging
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from msgspec import Struct, structs

from backend.domain import days, texts
from backend.domain.actors import NOBODY, SYSTEM, Actor
from backend.domain.errors import CodeRefused, NotFound
from backend.domain.moments import milliseconds
from backend.domain.residents import Resident
from backend.identity.attempt_limits import Limit
from backend.store import activations, residents, staff, tampering
from backend.store.activations import Activation
from backend.store.database import Database

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31: no 0 and O, no 1, I and L."""
LENGTH = 12
AT_DESK = timedelta(minutes=60)
BY_LETTER = timedelta(days=14)
KEPT = timedelta(days=35)
"""How long a void code still stands in the table, for questions at the desk."""
DESK = Actor("desk")
CODE = "code"
"""Why the desk reads: to make somebody a code, and to greet whoever types it."""

log = logging.getLogger("medborger.identity")
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's smallest set (2026: 19 MiB, two rounds): the code is random, not chosen by a person."""
NOBODYS = hasher.hash(secrets.token_hex(16))
"""Checked when there is no such code, so that a wrong one takes as long as a right one."""
one_at_a_time = ThreadPoolExecutor(1, thread_name_prefix="argon2")


class Made(Struct, frozen=True):
    """`code` as it is printed: ABCD-EFGH-JKLM. It is kept nowhere."""

    code: str
    person: str
    name: str
    ends_at: datetime
    needs_born: bool


class Owner(Struct, frozen=True):
    """Whom a right code is for."""

    activation: str
    person: str
    name: str


def make(db: Database, who: str, now: datetime, by_letter: bool = False, by: Actor = DESK) -> Made:
    """`who` is a person number or a public id; `by`: the staff member who makes it. Raises `NotFound`, also where the row that
    bears the number is not as we wrote it."""
    person = public_id_of(db, who)
    if person == NOBODY:
        raise NotFound("person")
    looking = structs.replace(by, subject=person, why=CODE)
    row = db.read_now(residents.sealed_person, looking, public_id=person)
    if row is None:
        raise NotFound("person")
    resident = residents.opened(db.keys, row)
    if not is_born_as(who, resident.born):
        log.critical("person/%s stands under a number of another birthday: the register was changed outside Medborger", person)
        raise NotFound("person")
    return made(db, looking, person, resident.name, now, by_letter)


def make_for_staff(db: Database, staff: str, name: str, now: datetime) -> Made:
    """`staff`: the account's public id. For the desk's own door only: it opens nothing of a resident's."""
    return made(db, SYSTEM, staff, name, now, by_letter=False)


def made(db: Database, actor: Actor, person: str, name: str, now: datetime, by_letter: bool) -> Made:
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    ends_at = now + (BY_LETTER if by_letter else AT_DESK)
    new = activations.New(
        secrets.token_hex(16), person, db.keys.mac("hmac-session", marked(code)), hasher.hash(code), by_letter,
        milliseconds(now), milliseconds(ends_at),
    )  # fmt: skip
    db.write_now(activations.add, actor, new=new.signed(db.keys))
    return Made(printed(code), person, name, ends_at, by_letter)


def is_born_as(who: str, born: str) -> bool:
    """The number's first six digits are the birthday (a replacement number adds 60 to the day). Two rows whose numbers were
    swapped in the database would else give one person's access to the other; what is sealed cannot be swapped."""
    digits = number_in(who)
    if not digits or not days.number(born):
        return True
    day = int(digits[:2]) - 60 if int(digits[:2]) > 60 else int(digits[:2])
    return f"{day:02}{digits[2:6]}" == f"{born[8:10]}{born[5:7]}{born[2:4]}"


def public_id_of(db: Database, who: str) -> str:
    digits = number_in(who)
    if not digits:
        return who
    found = db.read_now(residents.find_by_cpr, DESK, cpr_macs=db.keys.look_ups(digits))
    if not found.is_authentic(db.keys):
        tampering.met_now(db, f"{residents.TABLE}/{found.public_id}", db.access.clock())
        raise NotFound("person")
    return found.public_id


def number_in(who: str) -> str:
    """Ten digits, "" for a public id."""
    digits = re.sub("[ ./-]", "", texts.digits(who))
    return digits if len(digits) == 10 and digits.isascii() and digits.isdigit() else ""


class ActivationCodes:
    """Checks what is typed. One for the whole server."""

    def __init__(self, db: Database, limit: Limit | None = None) -> None:
        self.db = db
        self.limit = limit or Limit(per_minute=240, burst=60)

    async def owner(self, typed: str, born: str, now: datetime, *, of_staff: bool = False) -> Owner:
        """`of_staff`: at the desk's own door, where residents' codes open nothing, as staff's do not here. `born` is an ISO day, or "". Raises `CodeRefused` for whatever is wrong, and takes as long; `TooMany` when all
        the town tries codes there are not. Whoever holds one there is gets in all the same: else a dozen addresses that
        guess would keep out everybody."""
        code = plain(typed)
        macs = self.db.keys.macs("hmac-session", marked(code))
        found = await self.db.read(activations.find, SYSTEM, code_macs=macs)
        if found is None or not found.is_open(milliseconds(now)):
            self.limit.take()
        is_right = await in_its_thread(found.code_hash if found else NOBODYS, code)
        if found is None or not is_right or not found.is_open(milliseconds(now)):
            raise CodeRefused("code")
        if not found.is_authentic(self.db.keys):
            await tampering.met(self.db, f"activation/{found.public_id}", milliseconds(now))
            raise CodeRefused("code")
        member = await self.db.read(staff.find, SYSTEM, id=found.person)
        if bool(member) != of_staff:
            raise CodeRefused("door")
        if member:
            return Owner(found.public_id, found.person, self.name_of(member))
        resident = await self.resident(found)
        if found.needs_born:
            await self.check_born(found, born if days.number(born) else "", resident.born, milliseconds(now))
        return Owner(found.public_id, found.person, resident.name)

    async def check_born(self, found: Activation, said: str, born: str, now: int) -> None:
        """A guess is paid for before it is compared, or any number of them made at once would all be compared.
        What is no date is no guess, and a right one gets its try back."""
        if not said:
            raise CodeRefused("born")
        await self.db.write(activations.take_try, SYSTEM, public_id=found.public_id, now=now)
        if not is_same_day(said, born):
            raise CodeRefused("born")
        await self.db.write(activations.give_try_back, SYSTEM, public_id=found.public_id)

    def name_of(self, member: staff.Row) -> str:
        if member.ended_at is not None or not member.is_authentic(self.db.keys):
            raise CodeRefused("person")
        return member.name

    async def resident(self, found: Activation) -> Resident:
        row = await self.db.read(residents.sealed_person, Actor("system", subject=found.person, why=CODE), public_id=found.person)
        if row is None:
            raise CodeRefused("person")
        return residents.opened(self.db.keys, row)

    async def sweep(self, now: datetime) -> None:
        await self.db.bulk(activations.drop_old, SYSTEM, before=milliseconds(now - KEPT), kept=int(KEPT.total_seconds() * 1000))


async def in_its_thread(code_hash: str, code: str) -> bool:
    """19 MiB for 20 ms: beside the event loop, and never two at once."""
    return await asyncio.get_running_loop().run_in_executor(one_at_a_time, is_right, code_hash, code)


def is_right(code_hash: str, code: str) -> bool:
    try:
        return hasher.verify(code_hash, code)
    except VerifyMismatchError:
        return False


def is_same_day(said: str, born: str) -> bool:
    return hmac.compare_digest(said.encode(), born.encode())


def plain(typed: str) -> str:
    """Small letters, spaces, hyphens and the digits of other scripts are how people type it."""
    return "".join(sign for sign in texts.digits(typed[:64]).upper() if sign in ALPHABET)


def marked(code: str) -> bytes:
    """The key makes other hashes too: this says which kind."""
    return b"code\0" + code.encode()


def printed(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
