"""The gateway: who may change anything, what every answer wears, and how errors are said."""

import asyncio
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest

from backend import app as app_module
from backend.store.duties import Duty
from backend.web.middleware.headers import FILE_SECURITY, SECURITY
from backend.web.middleware.refusals import MOST_A_SECOND
from tests.web import raw
from tests.web.conftest import JSON, NOW, ORIGIN, Client, see

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


# What every request leaves behind, and how it is told whether all is well


def test_every_answer_bears_an_id_of_its_own_and_the_page_of_a_fault_says_it(phone: Client, door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {phone.get("/en/help").headers["x-request-id"] for _ in range(50)}
    assert len(seen) == 50
    monkeypatch.setattr("backend.web.pages.about.languages_view", lambda app: 1 / 0)
    failed = phone.get("/en/languages", headers={"accept": "text/html"})
    assert failed.status_code == 500 and failed.headers["x-request-id"] in failed.text


def test_an_origin_said_twice_is_nobodys(phone: Client) -> None:
    twice = [("origin", ORIGIN), ("origin", ORIGIN)]
    assert phone.post(FORM, data={"do": "start-over"}, headers=twice, follow_redirects=False).status_code == 403


def test_refusals_come_through_one_place_and_a_flood_of_them_writes_little(phone: Client, door: Any, caplog: pytest.LogCaptureFixture) -> None:
    noted: list[Any] = []
    refusals = door.inner.state.app.refusals
    refusals.also = noted.append
    try:
        before = refusals.requests.refusals["forbidden"]
        for _ in range(60):
            assert phone.post(FORM, headers={"origin": "https://evil.example"}).status_code == 403
        assert refusals.requests.refusals["forbidden"] == before + 60
        assert 1 <= len(noted) <= 2 * MOST_A_SECOND and noted[0].code == "forbidden"
        assert len([one for one in caplog.records if one.name == "medborger.refusals"]) == len(noted)
    finally:
        refusals.also = lambda refusal: None


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/passkeys/register/options", {"code": "AAAA-AAAA-AAAA"}), ("/api/passkeys/sign-in", {"credential": {}, "lang": "en"})],
)
def test_a_wrong_secret_is_a_refusal_too(phone: Client, door: Any, path: str, body: dict[str, Any]) -> None:
    refusals = door.inner.state.app.refusals
    before = sum(refusals.requests.refusals.values())
    assert phone.post(path, json=body, headers={"origin": ORIGIN}).status_code in (401, 422)
    assert sum(refusals.requests.refusals.values()) == before + 1


def test_a_wrong_code_typed_on_the_page_is_a_refusal_too(phone: Client, door: Any) -> None:
    refusals = door.inner.state.app.refusals
    before = refusals.requests.refusals["code-refused"]
    phone.post("/en/activate", data={"code": "AAAA-AAAA-AAAA"}, headers={"origin": ORIGIN})
    assert refusals.requests.refusals["code-refused"] == before + 1


def test_what_watches_restarts_and_sends_visitors_each_has_an_answer_of_its_own(phone: Client, door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app = door.inner.state.app

    def statuses() -> list[int]:
        return [phone.get(path).status_code for path in ("/healthz", "/healthz/live", "/healthz/ready")]

    assert statuses() == [200, 200, 200]
    app.db.writer.refuse("disk-full")
    assert statuses() == [503, 200, 503], "a new process makes no room on the disk"
    app.db.writer.refusing = ""
    monkeypatch.setattr(app.duties[0], "failed", "OSError")
    assert statuses() == [503, 200, 200] and phone.get("/healthz").json() == {"status": "needs-a-look", "why": "sessions-failed"}
    monkeypatch.setattr(app.duties[0], "failed", "")
    monkeypatch.setattr(type(app.db.writer), "silent_s", lambda writer: 60.0)
    assert statuses() == [503, 503, 503] and phone.get("/healthz/live").json()["why"] == "writer-silent"


def test_sessions_are_swept_though_the_last_sweep_failed(door: Any) -> None:
    duty = Duty("sessions", 3600)

    async def run() -> None:
        broken = SimpleNamespace(sessions=SimpleNamespace(sweep=lambda now: 1 / 0), now=lambda: NOW)
        task = asyncio.ensure_future(app_module.sweep(broken, duty))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert duty.failed == "ZeroDivisionError" and not task.done()
        task.cancel()

    asyncio.run(run())


def test_a_task_that_ends_before_the_server_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr("os._exit", ended.append)

    async def run() -> None:
        task = asyncio.ensure_future(asyncio.sleep(0))
        task.add_done_callback(app_module.end_with)
        await task
        await asyncio.sleep(0)

    asyncio.run(run())
    assert ended == [70]


def test_a_body_that_comes_too_slowly_is_told_so_in_words(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.web.middleware.request_bodies.SILENCE_S", 0.02)
    writing = [(method, path) for method, path in raw.routes(door) if method in ("POST", "PUT")]

    async def run() -> list[raw.Answer]:
        more = [(b"content-length", b"1000"), (b"content-type", b"application/json"), (b"accept", b"application/json")]
        asks = (raw.ask(door, method, path.encode(), headers=more, body=b"{", is_whole=False) for method, path in writing)
        pages = raw.ask(door, "POST", b"/ar/services/rats/where", headers=[(b"accept", b"text/html"), (b"content-length", b"9")], body=b"a", is_whole=False)
        return await asyncio.gather(*asks, pages)

    *answers, page = asyncio.run(run())
    found = {answer.status for answer in answers}
    assert 408 in found and found <= {303, 401, 404, 405, 408, 422, 204, 200}, found
    for answer in answers:
        if answer.status == 408:
            assert json.loads(answer.body)["code"] == "too-slow" and answer.headers["connection"] == "close"
    assert page.status == 408 and "بطيئًا" in page.body.decode()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Litestar leaves its temporary file to Python
def test_a_cut_upload_leaves_no_stack_in_the_log(door: Any, caplog: pytest.LogCaptureFixture) -> None:
    kind = [(b"content-type", b"multipart/form-data; boundary=x"), (b"content-length", b"1000")]
    begun = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\nabc'
    asyncio.run(raw.ask(door, "POST", b"/api/files", headers=kind, body=begun, is_whole=False, is_cut=True))
    assert not [one for one in caplog.records if one.exc_info or one.levelname in ("ERROR", "CRITICAL")]


@pytest.mark.parametrize(("lang", "words"), [("da", "Det gik lidt for hurtigt"), ("en", "That went a little too fast"), ("ar", "dir=\"rtl\"")])
def test_a_person_who_is_slowed_reads_a_page_in_her_language(door: Any, monkeypatch: pytest.MonkeyPatch, lang: str, words: str) -> None:
    monkeypatch.setattr(door.rates, "wait_s", lambda method, path, network: 7)
    browser = [(b"accept", b"text/html,application/xhtml+xml"), (b"accept-encoding", b"")]
    answers = [asyncio.run(raw.ask(door, "GET", f"/{lang}/mine".encode(), headers=browser)) for _ in range(2)]
    assert {(one.status, one.headers["retry-after"], one.headers["content-type"]) for one in answers} == {(429, "7", "text/html; charset=utf-8")}
    assert words in answers[0].body.decode() and "tel:" in answers[0].body.decode() and answers[0].body == answers[1].body
    assert asyncio.run(raw.ask(door, "GET", b"/api/facts", headers=browser)).headers["content-type"] == "application/problem+json"


def test_a_flood_that_is_refused_costs_no_page_each(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door.rates, "wait_s", lambda method, path, network: 7)
    made: list[object] = []
    real = door.pages.make
    monkeypatch.setattr(door.pages, "make", lambda *said: made.append(said) or real(*said))
    for n in range(50):
        asyncio.run(raw.ask(door, "GET", b"/en/", b"q=%d" % n, headers=[(b"accept", b"text/html"), (b"cookie", b"text=%d" % n)]))
    assert len(made) <= 1


def test_a_fault_of_the_gateway_itself_is_answered_with_a_code_too(door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door.rates, "wait_s", lambda method, path, network: 1 / 0)
    answer = asyncio.run(raw.ask(door, "GET", b"/en/"))
    assert answer.status == 500 and json.loads(answer.body)["reference"] == answer.headers["x-request-id"]
