"""The web app manifest, one for each language, from the one source at the root of the repository (`pwa/manifest.json` leads
there, so that it travels with the room)."""

from pathlib import Path
from typing import Any

import msgspec

from backend.web.state import AppState

SOURCE = Path(__file__).parents[3] / "pwa" / "manifest.json"


def manifest(app: AppState, lang: str) -> dict[str, Any]:
    """`id` and scope never change; words, direction and start page follow the language; icons carry their hash."""
    source = msgspec.json.decode(SOURCE.read_bytes())
    words = app.words.catalogues[lang]
    made = filled(source, app, lang)
    return made | {"lang": lang, "dir": words.about["dir"], "start_url": f"/{lang}/"}


def filled(value: Any, app: AppState, lang: str) -> Any:
    """`{Sentence}` is said in the language; an icon's `src` becomes its address; `{lang}` in a path is the language."""
    if isinstance(value, dict):
        return {key: filled(part, app, lang) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, app, lang) for part in value]
    if not isinstance(value, str):
        return value
    if value.startswith("{") and value.endswith("}"):
        return app.words.catalogues[lang].plain(value[1:-1], {})
    name = value.rpartition("/")[2]
    return app.content.assets.get(name, value.replace("{lang}", lang))
