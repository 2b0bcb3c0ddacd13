"""Passkeys: made after an activation code (or by somebody who has just signed in), used without typing a name."""

import json
import secrets
from datetime import datetime
from typing import Any

from msgspec import Struct
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)  # fmt: skip
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)  # fmt: skip

from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import PasskeyRefused
from backend.domain.moments import milliseconds
from backend.identity import challenges
from backend.identity.activation import Owner
from backend.identity.challenges import Kind, Spent
from backend.store import activations, passkeys, tampering
from backend.store.database import Database
from backend.store.passkeys import New, Passkey

Json = dict[str, Any]
TIMEOUT_MS = 4 * 60_000
VERIFIED = UserVerificationRequirement.REQUIRED


class Site(Struct, frozen=True):
    """Where the passkeys belong: `id` is the host name alone, `origin` what the browser reports."""

    id: str
    origin: str
    name: str


class Passkeys:
    """One for the whole server."""

    def __init__(self, db: Database, site: Site) -> None:
        self.db, self.site = db, site
        self.spent = Spent()

    # Making one

    async def to_make_first(self, owner: Owner, now: datetime) -> Json:
        """Options for whoever holds a right code: the challenge carries which."""
        return await self.to_make("first", owner.activation, owner.person, owner.name, now)

    async def to_make_another(self, actor: Actor, name: str, now: datetime) -> Json:
        """For somebody who has just signed in; the caller asks `Sessions.need_strong` first."""
        return await self.to_make("another", actor.person, actor.person, name, now)

    async def to_make(self, kind: Kind, about: str, person: str, name: str, now: datetime) -> Json:
        own = await self.db.read(passkeys.list_own, Actor("resident", person, person))
        options = generate_registration_options(
            rp_id=self.site.id, rp_name=self.site.name, user_id=bytes.fromhex(person),
            user_name=name, user_display_name=name, timeout=TIMEOUT_MS,
            challenge=challenges.make(self.db.keys, kind, bytes.fromhex(about), milliseconds(now)),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential) for one in own],
        )  # fmt: skip
        return as_json(options)

    async def make(self, actor: Actor, credential: Json, now: datetime, device: str = "") -> str:
        """Whose the new passkey is. The challenge says whether a code is used for it or a fresh sign-in."""
        challenge, at = challenge_in(credential), milliseconds(now)
        kind, about = self.spent.check(self.db.keys, challenge, {"first", "another"}, at)
        new = self.verified(credential, challenge, actor.person, now, device)
        if kind == "another" and (actor.is_guest or about != actor.person):
            raise PasskeyRefused("challenge")
        self.spent.spend(challenge, at)
        if kind == "first":
            return await self.db.write(activations.use, SYSTEM, public_id=about, passkey=new, now=at, keys=self.db.keys)
        return await self.db.write(passkeys.add, actor, new=new.signed(self.db.keys))

    async def make_for_staff(self, credential: Json, now: datetime, device: str = "") -> str:
        """The public id of the account whose code was used for it; only a code makes a key for the desk."""
        challenge, at = challenge_in(credential), milliseconds(now)
        _, about = self.spent.check(self.db.keys, challenge, {"first"}, at)
        new = self.verified(credential, challenge, "", now, device)
        self.spent.spend(challenge, at)
        return await self.db.write(activations.use, SYSTEM, public_id=about, passkey=new, now=at, keys=self.db.keys)

    def verified(self, credential: Json, challenge: bytes, person: str, now: datetime, device: str) -> New:
        try:
            found = verify_registration_response(
                credential=credential, expected_challenge=challenge, expected_rp_id=self.site.id,
                expected_origin=self.site.origin, require_user_verification=True,
            )  # fmt: skip
        except Exception as error:  # whatever a forged answer breaks in the library is a refusal, never a fault
            raise PasskeyRefused("answer") from error
        return New(
            secrets.token_hex(16), person, found.credential_id, found.credential_public_key, found.sign_count,
            found.credential_backed_up, milliseconds(now), device,
        )  # fmt: skip

    # Having them

    async def own(self, actor: Actor) -> list[Passkey]:
        """The person's own, oldest first."""
        return await self.db.read(passkeys.list_own, actor)

    async def drop(self, actor: Actor, public_id: str, now: datetime) -> None:
        """One's own; the caller asks `Sessions.need_strong` first. Raises `NotFound` for any other."""
        await self.db.write(passkeys.drop, actor, public_id=public_id, at=milliseconds(now))

    # Using one

    def to_sign_in(self, now: datetime) -> Json:
        """No name is asked for: the phone offers the passkeys it has for this town."""
        challenge = challenges.make(self.db.keys, "sign-in", challenges.NOBODY, milliseconds(now))
        options = generate_authentication_options(
            rp_id=self.site.id, challenge=challenge, timeout=TIMEOUT_MS, user_verification=VERIFIED
        )
        return as_json(options)

    async def sign_in(self, credential: Json, now: datetime) -> str:
        """Whose passkey it is. Raises `PasskeyRefused`, the same for an unknown one as for a wrong answer."""
        challenge, at = challenge_in(credential), milliseconds(now)
        self.spent.check(self.db.keys, challenge, {"sign-in"}, at)
        known = await self.db.read(passkeys.find, SYSTEM, credential=bytes_in(credential, "rawId"))
        if known is None or not belongs(credential, known):
            raise PasskeyRefused("unknown")
        if not known.is_authentic(self.db.keys):
            await tampering.met(self.db, f"passkey/{known.public_id}", at)
            raise PasskeyRefused("unknown")
        try:
            found = verify_authentication_response(
                credential=credential, expected_challenge=challenge, expected_rp_id=self.site.id,
                expected_origin=self.site.origin, credential_public_key=known.public_key,
                credential_current_sign_count=known.uses, require_user_verification=True,
            )  # fmt: skip
        except Exception as error:
            raise PasskeyRefused("answer") from error
        self.spent.spend(challenge, at)
        used = {"uses": found.new_sign_count, "synced": found.credential_backed_up, "used_at": at}
        await self.db.write(passkeys.use, SYSTEM, public_id=known.public_id, **used)
        return known.person


def belongs(credential: Json, known: Passkey) -> bool:
    """The phone also says whose passkey it thinks it is."""
    return bytes_in(credential, "response", "userHandle").hex() == known.person


def challenge_in(credential: Json) -> bytes:
    """The challenge as the browser reports it. It proves itself, so it need not be remembered."""
    try:
        said = json.loads(bytes_in(credential, "response", "clientDataJSON"))
        return base64url_to_bytes(said["challenge"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise PasskeyRefused("answer") from error


def bytes_in(credential: Json, *path: str) -> bytes:
    value: Any = credential
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, str):
        raise PasskeyRefused("answer")
    try:
        return base64url_to_bytes(value)
    except ValueError as error:
        raise PasskeyRefused("answer") from error


def as_json(options: Any) -> Json:
    """As the page's script takes it; PRF is the script's own wish, for the server never learns what it gives."""
    return json.loads(options_to_json(options))
