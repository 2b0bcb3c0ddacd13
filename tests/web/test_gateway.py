"""The street door: who may change anything, what every answer wears, and how errors are said."""

import re

import pytest

from backend.web.middleware.headers import FILE_SECURITY, SECURITY
from tests.web.conftest import JSON, ORIGIN, Client, see

FORM = "/en/services/rats"
COMBINATIONS = [
    ({"sec-fetch-site": "same-origin"}, True),
    ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, True),
    ({"sec-fetch-site": "same-site", "origin": ORIGIN}, False),
    ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, False),
    ({"sec-fetch-site": "none", "origin": ORIGIN}, False),
    ({"origin": ORIGIN}, True),
    ({"origin": "null"}, False),
    ({"origin": "https://evil.example"}, False),
    ({"origin": ORIGIN + ".evil.example"}, False),
    ({}, False),
]


@pytest.mark.parametrize(("said", "passes"), COMBINATIONS)
def test_only_our_own_pages_may_change_anything(phone: Client, said: dict[str, str], passes: bool) -> None:
    answer = phone.post(FORM, data={"do": "start-over"}, headers=said, follow_redirects=False)
    assert (answer.status_code == 303) == passes
    assert passes or answer.json()["code"] == "forbidden"


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403), ("", 200)]
)
def test_another_site_reads_no_data(phone: Client, site: str, status: int) -> None:
    said = JSON | ({"sec-fetch-site": site} if site else {})
    assert phone.get("/en/services", headers=said).status_code == status


def test_another_site_may_link_to_a_page(phone: Client) -> None:
    answer = phone.get("/en/services", headers={"accept": "text/html", "sec-fetch-site": "cross-site"})
    assert answer.status_code == 200


ADDRESSES = [
    "/", "/en", "/en/services", "/en/services?q=rat", "/en/services/rats", "/en/services/rats/where", "/en/help",
    "/en/accessibility", "/en/languages", "/en/offline", "/en/mine/settings", "/en/phone", "/en/sign-in", "/en/mine",
    "/en/nothing", "/xx/", "/api/facts", "/api/drafts/rats", "/api/content/en", "/api/nothing", "/healthz", "/sw.js",
    "/manifest.json", "/was", "/.well-known/jwks.json", "/.well-known/security.txt", "/schema/openapi.json", "/a/nothing.css", "/w/x/worker.js",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_answer_wears_the_security_headers_once(phone: Client, address: str, accept: str) -> None:
    answer = phone.get(address, headers={"accept": accept}, follow_redirects=False)
    needed = FILE_SECURITY if address == "/manifest.json" else SECURITY
    for name, value in SECURITY.items():
        assert answer.headers.get_list(name) == ([value] if name in needed else []), name
    assert answer.status_code < 500


def test_a_style_or_a_picture_carries_only_the_headers_it_needs(phone: Client) -> None:
    page = phone.get("/en/", headers={"accept": "text/html"}).text
    for file in set(re.findall(r'"(/a/[^"]+)"', page)):
        answer = phone.get(file)
        assert answer.status_code == 200
        found = {name for name in SECURITY if name in answer.headers}
        assert found == {*FILE_SECURITY} | ({"content-security-policy"} if file.endswith(".svg") else set()), file
    worker = re.findall(r'"(/w/[^"]+)"', phone.get("/sw.js").text)[0]
    assert all(name in phone.get(worker).headers for name in SECURITY), "a worker obeys the policy of its own script"


@pytest.mark.parametrize("lang", ["da", "en", "ar"])
def test_a_page_that_is_not_there_is_said_in_the_readers_language(phone: Client, lang: str) -> None:
    answer = phone.get(f"/{lang}/nothing/here", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert f'<html lang="{lang}"' in answer.text and "tel:+4533663366" in answer.text


def test_an_unknown_language_is_answered_in_one_we_have(phone: Client) -> None:
    answer = phone.get("/xx/services", headers={"accept": "text/html", "accept-language": "ar,en;q=0.5"})
    assert answer.status_code == 404 and '<html lang="ar"' in answer.text


PROBLEMS = [
    ("GET", "/api/drafts/nothing", None, 404, "not-found"),
    ("GET", "/api/submissions/nothing", None, 404, "not-found"),
    ("GET", "/api/submissions/" + "0" * 32, None, 404, "not-found"),
    ("GET", "/api/nothing", None, 404, "not-found"),
    ("DELETE", "/api/facts", None, 405, "method"),
    ("PUT", "/api/drafts/rats", {"id": "x"}, 422, "shape"),
    ("PUT", "/api/submissions/" + "1" * 32, {"service": "rats", "version": 1, "answers": {}, "extra": 1}, 422, "shape"),
    ("PUT", "/api/submissions/" + "1" * 32, {"service": "rats", "version": 1, "answers": {}}, 422, "invalid"),
    ("PUT", "/api/submissions/" + "1" * 32, {"service": "rats", "version": 99, "answers": {}}, 422, "version-gone"),
    ("PUT", "/api/submissions/" + "1" * 32, {"service": "passport", "version": 1, "answers": {}}, 401, "sign-in-needed"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), PROBLEMS)
def test_a_refusal_is_a_problem_document(
    phone: Client, method: str, path: str, body: object, status: int, code: str
) -> None:
    answer = phone.request(method, path, json=body, headers={"origin": ORIGIN})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    said = answer.json()
    assert said["code"] == code and said["status"] == status
    assert said["type"] == f"urn:medborger:problem:{code}"
    assert set(said) <= {"type", "title", "status", "code", "errors", "detail", "retry_after_s"}


def test_a_body_too_large_is_refused(phone: Client) -> None:
    answer = phone.put("/api/drafts/rats", content=b"x" * 300_000, headers={"origin": ORIGIN})
    assert answer.status_code == 413


def test_the_same_address_answers_page_and_context(phone: Client) -> None:
    page = phone.get("/en/help", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["vary"] == "Accept, Accept-Encoding" and page.headers["cache-control"] == "no-store"
    assert see(phone, "/en/help")["page"] == "help"


def test_it_is_well(phone: Client) -> None:
    assert phone.get("/healthz").json() == {"status": "well", "why": ""}


def test_a_finder_of_a_fault_is_told_whom_to_write_to(phone: Client) -> None:
    said = dict(line.split(": ", 1) for line in phone.get("/.well-known/security.txt").text.splitlines())
    assert said["Contact"].startswith("mailto:") and said["Canonical"].endswith("/.well-known/security.txt")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT00:00:00Z", said["Expires"])
