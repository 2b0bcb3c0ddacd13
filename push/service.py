"""Everything that sends, put together for one town, and what the pages may ask of it. Only `app.py` makes one."""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

from msgspec import Struct

from backend.domain.actors import SYSTEM, Actor
from backend.domain.errors import Invalid
from backend.domain.moments import from_milliseconds, milliseconds
from backend.domain.notices import Channel, Town
from backend.domain.services import Service
from backend.store import campaigns as kept_campaigns, notices, origin_gates, recipients, rungs, subscriptions
from backend.store.database import Database
from backend.store.duties import Duty
from i18n.catalogue import Catalogue
from push import calls, campaigns, ladder, sentences, subscriptions as given
from push.campaigns import Told
from push.engine import Engine
from push.gates import Gates
from push.keys import Vapid
from push.messages import Adapter, Messages
from push.nightly import Pass
from push.phones import Phones
from push.recipients import history, opened
from push.rung import TEST
from push.seal import Sealer
from push.subscriptions import Subscription
from push.sentences import About, Sender
from push.texts import Texts
from push.wire import Wire

LOOK_AT_NIGHT_S = 600.0
SPREAD_S = 15.0
TEST_LIFE = timedelta(minutes=5)


class Services(Protocol):
    """The town's services, also those of old versions."""

    newest: dict[str, Service]
    versions: dict[tuple[str, int], Service]


class Place(Struct, frozen=True):
    """Where and as whom: `origin` without a slash at the end; `contact` is "mailto:…", for push services; `closed` days of the
    town hall, beside the public holidays."""

    sender: Sender
    town: Town
    contact: str
    test_origins: Sequence[str] = ()
    tls: ssl.SSLContext | None = None


class Upcoming(Struct, frozen=True):
    """What will come if nothing is done, for the page on reminders: `about` and the next dates, each with its channel."""

    id: str
    about: About
    matter: str
    service: str
    steps: list[tuple[Channel, datetime]]


class PushService:
    """`start()` inside the server's event loop, `stop()` at its end. `adapters`: "sms", "email", "letter" where the town has them."""

    def __init__(
        self, db: Database, place: Place, services: Services, words: Mapping[str, Catalogue], adapters: Mapping[str, Adapter],
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.db, self.place, self.services, self.town_clock = db, place, services, clock
        self.ahead = timedelta()
        self.vapid = Vapid(db.keys.keys["vapid"], place.contact)
        self.sealer, self.texts = Sealer(self.vapid), Texts(place.sender, words)
        self.sending, self.planning = Duty("sender", 60.0, grace_s=120.0), Duty("nightly-plan", 24 * 3600.0)
        self.spreading = Duty("campaigns", 60.0, grace_s=600.0)
        self.adapters = dict(adapters)
        self.engine = Engine(db, {}, place.town, self.clock, self.sending)
        self.nightly = Pass(db, services.newest, services.versions, sorted(place.town.closed), self.clock, self.engine.zone)
        self.told = Told(lambda id: db.read_now(kept_campaigns.find, SYSTEM, public_id=id))
        self.tasks: list[asyncio.Task[None]] = []
        self.moved = asyncio.Event()

    # ---- its life --------------------------------------------------------------------------------------------

    async def start(self) -> list[asyncio.Task[None]]:
        """The loops; should one end, the server ends with it."""
        now = self.clock()
        shut = await self.db.read(origin_gates.all_shut, SYSTEM, now=milliseconds(now))
        self.wire = Wire(self.place.test_origins, tls=self.place.tls)
        phones = Phones(
            self.db, self.sealer.seal, self.wire, self.texts, self.about, Gates({origin: from_milliseconds(until) for origin, until in shut.items()}),
            self.place.sender.origin, self.db.keys.newest(rungs.PURPOSE),
        )  # fmt: skip
        messages = Messages(self.adapters, self.texts, self.about)
        self.engine.carrying.carriers = {"push": phones, TEST: phones, **dict.fromkeys(self.adapters, messages)}
        self.tasks = [asyncio.create_task(act()) for act in (self.engine.run, self.plan_each_night, self.spread_campaigns)]
        return self.tasks

    async def plan_each_night(self) -> None:
        while True:
            try:
                await self.nightly.run()
            except Exception as error:
                self.planning.missed(error)
            else:
                self.planning.done()
            self.engine.woken.set()
            self.moved.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.moved.wait(), min(self.planning.wait_s, LOOK_AT_NIGHT_S))

    async def spread_campaigns(self) -> None:
        while True:
            try:
                if await campaigns.spread(self.db, self.clock()):
                    self.engine.woken.set()
            except Exception as error:
                self.spreading.missed(error)
            else:
                self.spreading.done()
            await asyncio.sleep(SPREAD_S)

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.tasks:
            await self.engine.carrying.stop()
            await self.wire.close()

    def clock(self) -> datetime:
        return self.town_clock() + self.ahead

    def move_on(self, by: timedelta) -> None:
        """For the demo: reminders live so much later from now on, until the next start. Nothing else does."""
        self.ahead += by
        self.moved.set()
        self.engine.woken.set()

    # ---- what pages ask --------------------------------------------------------------------------------------

    @property
    def key(self) -> tuple[str, str]:
        """(id, public key) that a browser subscribes with today."""
        return self.vapid.newest, self.vapid.public(self.vapid.newest)

    def check(self, endpoint: str, p256dh: str, auth: str) -> tuple[Subscription, str]:
        """With the origin of its push service. Raises `Invalid`, whose detail says what is wrong with it."""
        try:
            return given.check(endpoint, p256dh, auth, self.place.test_origins)
        except given.BadSubscription as error:
            raise Invalid(error.reason) from None

    def id_of(self, public: str) -> str:
        """Of a key of ours; "" for another's."""
        return next((id for id, one in self.vapid.publics.items() if one == public), "")

    async def send_test(self, actor: Actor, public_id: str) -> str:
        """A message to one of her phones now; the id under which `rungs.state` tells whether it was shown. "" = no such phone."""
        now = self.clock()
        person, rows = await self.db.read(subscriptions.find_own, actor)
        phone = next((row for row in rows if row.public_id == public_id), None)
        if phone is None:
            return ""
        ms = milliseconds(now)
        new = rungs.New(person.id, rungs.new_id(), TEST, ms, ms + int(TEST_LIFE.total_seconds() * 1000), ms, "due", phones=[phone.id])
        await self.db.write(rungs.add, actor, new=new)
        self.engine.woken.set()
        return new.public_id

    async def upcoming(self, actor: Actor, lang: str = "da") -> list[Upcoming]:
        """All that is open for her, the soonest first."""
        now = self.clock()
        person, _ = await self.db.read(subscriptions.find_own, actor)
        rows = await self.db.read(notices.of_person, SYSTEM, person=person.id)
        looked = await self.db.read(recipients.look, SYSTEM, rows=rows)
        if not rows:
            return []
        whom = self.engine.reached(opened(self.db.keys, looked.recipients[person.id], self.engine.zone, now).person)
        shown = [
            Upcoming(row.public_id, self.about(row, lang), row.matter, row.service, ladder.outlook(notice, tried, whom, self.place.town, now))
            for row, (notice, tried) in zip(rows, history(looked, rows), strict=True) if not notice.ended
        ]  # fmt: skip
        return sorted(shown, key=lambda one: one.steps[0][1] if one.steps else datetime.max.replace(tzinfo=now.tzinfo))

    async def campaign(self, act: str, text: str, id: str) -> dict[str, Any]:
        """{"wrong"} where the file has mistakes; {"count"} how many would be told, by language; {"id"} of what is being sent;
        and always {"all"}. Raises `NotFound`."""
        said: dict[str, Any] = {}
        today = self.clock().astimezone(self.engine.zone).date().isoformat()
        if act in ("count", "send"):
            names = {code: words.language.name for code, words in self.texts.catalogues.items()}
            try:
                written = campaigns.read(text, names, today)
            except campaigns.BadCampaign as error:
                return {"wrong": str(error)}
            said["count"] = await campaigns.count(self.db, written)
            if act == "send":
                said["id"] = await campaigns.start(self.db, written, self.clock())
        elif act:
            await self.db.write(kept_campaigns.set_state, SYSTEM, public_id=id, state=act, now=milliseconds(self.clock()))
        return said | {"all": await self.campaigns()}

    async def campaigns(self) -> list[dict[str, Any]]:
        rows = await self.db.read(kept_campaigns.list_all, SYSTEM)
        counts = {row.id: await self.db.read(kept_campaigns.counts, SYSTEM, public_id=row.public_id) for row in rows}
        return [
            {"id": row.public_id, "title": self.told.text(kept_campaigns.matter(row.public_id), "da")[0], "state": row.state, "until": row.last_day,
             "per_hour": row.per_hour, "made": row.made, "counts": counts[row.id]} for row in rows
        ]  # fmt: skip

    async def call_list(self, by: Actor | None = None) -> list[calls.Line]:
        """For the clerk, in Danish. `by`: the staff member who reads it at the desk."""
        return await calls.listed(self.db, self.about, self.texts.words("da").plain_say, by)

    def about(self, row: notices.Row, lang: str) -> About:
        if row.rule == kept_campaigns.RULE:
            return About(row.rule, row.kind, last_day=row.last_day, own=self.told.text(row.matter, lang))
        service = self.services.versions.get((row.service, row.version)) or self.services.newest.get(row.service)
        return sentences.about(service, row.rule, row.kind, row.shape, row.last_day, row.starts_at)
