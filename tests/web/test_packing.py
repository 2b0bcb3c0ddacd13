"""What travels to a phone is unpacked there to what the server holds, in every language; and no English travels along."""

import json
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.web.middleware.headers import PAGE_HEADERS, SECURITY
from backend.web.rendering import packing
from i18n.catalogue import mark
from i18n.languages import languages
from tests.pwa.twins import need_node
from tests.web.conftest import Client, see

SCRIPT = Path(__file__).with_name("unpack.mjs")
LANGUAGES = [*languages(), "qps-rtl"]


def unpacked(answer: Any, **more: str) -> dict[str, Any]:
    asked = json.dumps({"body": answer.json(), "headers": dict(answer.headers) | more})
    run = subprocess.run([need_node(), SCRIPT], input=asked, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def in_english(value: Any, names: dict[str, str]) -> Any:
    """With the sentence where the phone has its mark."""
    if isinstance(value, dict):
        return {key: in_english(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [in_english(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_phone_unpacks_what_the_server_holds(lang: str, door: Any, phone: Client) -> None:
    app = door.inner.state["app"]
    found = unpacked(phone.get(f"/api/content/{lang}"))
    said = app.content.said[lang]
    names = {mark(sentence): sentence for sentence in said or ()}
    assert found["messages"]["said"] == {mark(sentence): text for sentence, text in (said or {}).items()}
    for id, service in app.services.newest.items():
        wanted = {name: value for name, value in msgspec.to_builtins(service).items() if name not in packing.SERVERS_OWN or (name == "deadlines" and service.ticks)}
        wanted["questions"] = [{k: v for k, v in each.items() if k != "remember"} for each in wanted["questions"]]
        wanted["windows"] = see(phone, f"/{lang}/services/{id}")["windows"]
        assert in_english(found["services"][id], names) == wanted
    pages = {page["page"]: in_english(page, names) for page in found["public"]}
    assert pages["services"]["themes"] == see(phone, f"/{lang}/services")["themes"]
    assert pages["home"]["wishes"] == see(phone, f"/{lang}")["wishes"]


def test_the_phone_s_pages_carry_the_headers_of_every_answer_and_no_other(phone: Client) -> None:
    found = unpacked(phone.get("/api/content/da"), server="y", date="x", age="1", via="z")
    assert found["headers"] == SECURITY | PAGE_HEADERS


@pytest.mark.parametrize("lang", ["da", "ar"])
def test_no_english_sentence_travels_where_there_is_a_translation(lang: str, door: Any, phone: Client) -> None:
    text = phone.get(f"/api/content/{lang}").text
    said = door.inner.state["app"].content.said[lang]
    assert said and not [sentence for sentence in said if len(sentence) > 20 and sentence in text]


def test_a_sentence_met_again_is_not_sent_again() -> None:
    pages = [{"title": "A", "say": "B", "more": "Nowhere"}, {"bring": ["B", "A"], "figures": {"x": {"unit": "A"}}, "name": "A"}]
    made = packing.packed([], pages, {"A": "a", "B": {"in": "en", "dir": "ltr", "text": "B"}, "C": "c"}, "")
    assert made["public"] == [
        {"title": 0.5, "say": 0.5, "more": "Nowhere"}, {"bring": [2.5, 1.5], "figures": {"x": {"unit": "A"}}, "name": "A"},
    ]  # fmt: skip
    assert made["said"] == ["a", {"in": "en", "dir": "ltr", "text": "B"}, "c"]
    assert made["marks"] == mark("A") + mark("B") + mark("C")
