"""Sealing a message for a phone: against what the cryptography alone costs, and against others. One core, time of the processor."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from py_vapid import Vapid02
from pywebpush import WebPusher
from webpush import WebPush, WebPushSubscription
from webpush.vapid import VAPID

from push.keys import Vapid
from push.seal import Sealer
from push.subscriptions import Subscription, SubscriptionKeys
from tests.bench.load import line
from tests.conftest import ROOT
from tests.push.receiver import Receiver

PHONES, ROUNDS, IN_ROUND = 50, 9, 500
CURVE, SHA256 = ec.SECP256R1(), hashes.SHA256()
TEXT = json.dumps({"notification": {"title": "Medborger", "body": "Der er nyt til dig."}}).encode().ljust(512)
NPM = """
const web = require('web-push'), { phones, text, count } = JSON.parse(require('fs').readFileSync(0))
const keys = web.generateVAPIDKeys()
const options = { vapidDetails: { subject: 'mailto:reminders@town.example', ...keys }, TTL: 60 }
const seal = n => { for (let i = 0; i < n; i++) web.generateRequestDetails(phones[i % phones.length], text, options) }
seal(500)
let best = Infinity
for (let round = 0; round < 5; round++) {
  const began = process.cpuUsage(); seal(count); const { user, system } = process.cpuUsage(began)
  best = Math.min(best, (user + system) / count)
}
console.log(best)
"""


def run(folder: Path) -> None:
    phones = [Receiver(f"https://fcm.googleapis.com/fcm/send/{number}") for number in range(PHONES)]
    vapid = Vapid({"1": b"\x01" * 32}, "mailto:reminders@town.example")
    took = best({"limit": limit(phones), "ours": ours(phones, vapid), "wrapped": ours(phones, vapid, WebPush), "webpush": stock(phones), "pywebpush": pywebpush(phones)})
    mine = took["ours"]
    line("sealing, one core: ours", f"{1e6 / mine:,.0f} a second")
    line("  share of the crypto limit (key pair, ECDH, HKDF, AES-GCM; token kept)", f"{took['limit'] / mine:.2f}", ">= 0.80")
    line("  the same with the library's own encryption", f"{took['limit'] / took['wrapped']:.2f}")
    line("  against webpush as it comes", f"{took['webpush'] / mine:.1f}x", ">= 2.0x")
    line("  against pywebpush", f"{took['pywebpush'] / mine:.1f}x", ">= 2.0x")
    if npm := by_npm(phones):
        line("  against npm web-push", f"{npm / mine:.1f}x", ">= 5x")


def best(each: dict[str, Callable[[int], object]]) -> dict[str, float]:
    """Microseconds a message, the quickest of rounds that take turns."""
    took = dict.fromkeys(each, float("inf"))
    for _ in range(ROUNDS):
        for name, seal in each.items():
            began = time.process_time()
            for number in range(IN_ROUND):
                seal(number % PHONES)
            took[name] = min(took[name], (time.process_time() - began) * 1e6 / IN_ROUND)
    return took


def limit(phones: list[Receiver]) -> Callable[[int], object]:
    """Only what no sender can leave out, by the same library, with everything read before."""
    points = [phone.key.public_key() for phone in phones]
    info = b"WebPush: info\0" + bytes(130)

    def seal(number: int) -> bytes:
        shared = ec.generate_private_key(CURVE).exchange(ec.ECDH(), points[number])
        salt = os.urandom(16)
        both = HKDF(SHA256, 32, phones[number].auth, info).derive(shared)
        key = HKDF(SHA256, 16, salt, b"Content-Encoding: aes128gcm\0").derive(both)
        nonce = HKDF(SHA256, 12, salt, b"Content-Encoding: nonce\0").derive(both)
        return AESGCM(key).encrypt(nonce, TEXT, None)

    return seal


def subscriptions(phones: list[Receiver]) -> list[Subscription]:
    return [Subscription(phone.endpoint, SubscriptionKeys(**phone.subscription["keys"])) for phone in phones]  # type: ignore[arg-type]


def ours(phones: list[Receiver], vapid: Vapid, library: type[WebPush] | None = None) -> Callable[[int], object]:
    sealer, given = Sealer(vapid, library) if library else Sealer(vapid), subscriptions(phones)
    return lambda number: sealer.seal("1", TEXT, given[number], 60, "normal", "topic")


def stock(phones: list[Receiver]) -> Callable[[int], object]:
    private, public, _ = VAPID.generate_keys()
    made = WebPush(BytesIO(private), BytesIO(public), subscriber="reminders@town.example")
    given = [WebPushSubscription.model_validate(phone.subscription) for phone in phones]
    return lambda number: made.get(TEXT, given[number])


def pywebpush(phones: list[Receiver]) -> Callable[[int], object]:
    """What its `webpush()` does before it posts."""
    vapid = Vapid02()
    vapid.generate_keys()

    def seal(number: int) -> object:
        signed = vapid.sign({"sub": "mailto:reminders@town.example", "aud": "https://fcm.googleapis.com", "exp": int(time.time()) + 43200})
        return signed, WebPusher(phones[number].subscription).encode(TEXT, content_encoding="aes128gcm")

    return seal


def by_npm(phones: list[Receiver]) -> float:
    """Microseconds a message; 0 where it is not there."""
    if shutil.which("node") is None or not (ROOT / "node_modules/web-push").exists():
        return 0.0
    asked = json.dumps({"phones": [phone.subscription for phone in phones], "text": TEXT.decode(), "count": 1000})
    return float(subprocess.run(["node", "-e", NPM], input=asked, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
