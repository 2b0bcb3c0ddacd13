"""What the test push service holds: phones, their channels, and the messages that wait for them. In memory; no network."""

import secrets
from collections.abc import Callable

from msgspec import Struct


class Message(Struct, frozen=True):
    """One accepted POST. `data` is the sealed body; `expires_at` in seconds of the service's clock."""

    version: str
    channel: str
    data: bytes
    ttl_s: int
    expires_at: float
    topic: str = ""
    urgency: str = "normal"


class Channel(Struct):
    """One subscription. `key` is the sender's public key (base64url without =), "" for a subscription anyone may send to."""

    id: str
    token: str
    uaid: str
    key: str
    waiting: list[Message] = []


class Ack(Struct, frozen=True):
    """Firefox's answer to a message: 100 delivered, 101 could not be decrypted, 102 the worker failed."""

    channel: str
    version: str
    code: int


class Service:
    """`clock` gives seconds; `ahead_s` moves it, so that no test waits for a time to live."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.ahead_s = 0.0
        self.uaids: set[str] = set()
        self.channels: dict[str, Channel] = {}
        self.acks: list[Ack] = []

    @property
    def now_s(self) -> float:
        return self.clock() + self.ahead_s

    def greet(self, uaid: str) -> str:
        """The name of a phone: the one it has, or a new one where we do not know it."""
        if uaid not in self.uaids:
            uaid = secrets.token_hex(16)
            self.uaids.add(uaid)
        return uaid

    def forget_phones(self) -> None:
        """As after a loss of the service's data: a phone that says hello gets a new name and has no channel."""
        self.uaids.clear()
        self.channels.clear()

    def register(self, uaid: str, channel: str, key: str) -> Channel:
        made = Channel(channel, secrets.token_urlsafe(24), uaid, key.rstrip("="))
        self.channels[made.token] = made
        return made

    def unregister(self, uaid: str, channel: str) -> None:
        self.channels = {token: one for token, one in self.channels.items() if (one.uaid, one.id) != (uaid, channel)}

    def keep(self, channel: Channel, message: Message) -> None:
        """It waits until it is acknowledged. The newest of a topic takes the place of what was not yet (RFC 8030, 5.4)."""
        channel.waiting = [one for one in channel.waiting if not message.topic or one.topic != message.topic]
        channel.waiting.append(message)

    def due(self, uaid: str) -> list[Message]:
        """What waits for a phone, oldest first, without what its time to live has ended."""
        due = []
        for channel in self.channels.values():
            if channel.uaid == uaid:
                channel.waiting = [one for one in channel.waiting if one.expires_at > self.now_s]
                due += channel.waiting
        return due

    def acknowledge(self, uaid: str, ack: Ack) -> None:
        self.acks.append(ack)
        for channel in self.channels.values():
            if (channel.uaid, channel.id) == (uaid, ack.channel):
                channel.waiting = [one for one in channel.waiting if one.version != ack.version]
