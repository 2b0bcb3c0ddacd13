"""The text of a push as the phone gets it: declarative web push (Safari shows it without our worker), and what our worker
reads elsewhere, in one JSON."""

import base64
import hmac
import re

import msgspec

from push.texts import Shown

ID = re.compile(r"[0-9a-f]{32}")
TAG = re.compile(r"[A-Za-z0-9_-]{22}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{22,86}")


def payload(shown: Shown, origin: str, notice: str, token: str, tag: str, badge: int, has_buttons: bool = False) -> bytes:
    """`notice` is a public id (or a rung's, where it tells several), `tag` from `topic`, `token` the receipt's. All three are
    made by chance or by a key: whatever looks otherwise raises ValueError, so that nothing of a person can stand there.

    `has_buttons`: the worker puts "I have done it" and "Remind me tomorrow" under it, where the phone has room for them.
    The badge is said twice: WebKit's text wants words inside `notification`, the Push API's a number outside.
    """
    if not (ID.fullmatch(notice) and TAG.fullmatch(tag) and TOKEN.fullmatch(token)):
        raise ValueError("id")
    return msgspec.json.encode({
        "web_push": 8030, "mutable": True, "app_badge": badge,
        "notification": {
            "title": shown.title, "body": shown.body, "lang": shown.lang, "dir": shown.dir, "tag": tag,
            "navigate": f"{origin}/{shown.lang}/n/{notice}", "silent": False, "app_badge": str(badge),
            "data": {"id": notice, "r": token} | ({"act": 1} if has_buttons else {}),
        },
    })  # fmt: skip


def topic(key: bytes, person: int, matter: str) -> str:
    """`Topic` and `tag` of all that is told of one matter: the newest takes the place of the one before. Keyed, so that a
    push service reads nothing from it."""
    made = hmac.digest(key, f"{person}/{matter}".encode(), "sha256")
    return base64.urlsafe_b64encode(made)[:22].decode()
