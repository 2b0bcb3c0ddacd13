"""The plain settings a person chose for this phone: language, text size, contrast, whose phone it is.

They live in one readable cookie, because they must work without script, before any sign-in and after sign-out.
"""

from urllib.parse import parse_qsl, urlencode

from litestar.datastructures import Cookie
from msgspec import Struct, structs

COOKIE = "__Host-settings"
TEXT_SIZES = ("100", "125", "150", "200")
CONTRASTS = ("normal", "more")
OWN_PHONE = ("yes", "no", "unasked")
YEAR_S = 365 * 24 * 3600


class Preferences(Struct, frozen=True):
    lang: str = ""
    text: str = "100"
    contrast: str = "normal"
    own_phone: str = "unasked"


def read(cookie: str) -> Preferences:
    """What cannot be read counts as not chosen: the cookie is the browser's, not ours."""
    said = dict(parse_qsl(cookie[:200]))
    phone = {"own": "yes", "shared": "no"}.get(said.get("phone", ""), "unasked")
    return change(Preferences(lang=said.get("lang", "")[:20]), {**said, "own_phone": phone})


def change(choice: Preferences, said: dict[str, str]) -> Preferences:
    """Take over every value that is one of ours, leave the rest as it was."""
    allowed = {"text": TEXT_SIZES, "contrast": CONTRASTS, "own_phone": OWN_PHONE}
    return structs.replace(choice, **{k: said[k] for k, values in allowed.items() if said.get(k) in values})


def cookie(choice: Preferences, lang: str) -> Cookie:
    """`lang` is remembered with the rest: the language the person reads in now."""
    said = {"lang": lang, "text": choice.text, "contrast": choice.contrast}
    if choice.own_phone != "unasked":
        said["phone"] = "own" if choice.own_phone == "yes" else "shared"
    return Cookie(
        key=COOKIE, value=urlencode({k: v for k, v in said.items() if v}), path="/",
        max_age=YEAR_S, secure=True, httponly=True, samesite="lax",
    )  # fmt: skip
