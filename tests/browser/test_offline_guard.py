"""Nobody else's page may write here, and a page of the worker's is as guarded as one of the server's."""

import http.server
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.browser import inside
from tests.browser.answering import Journey
from tests.browser.phone import Phone
from tests.browser.town import Town

Take = Callable[..., Phone]


@pytest.fixture
def evil() -> Iterator[str]:
    """Another site (127.0.0.1 is not localhost), whose page posts into ours as soon as it opens."""

    class Forged(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            target = self.path.removeprefix("/?")
            body = f'<form id="f" method="post" action="{target}"><input name="what" value="EVIL"><input name="do" value="continue"></form><script>f.submit()</script>'
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *said: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forged)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def owned(taken: Phone) -> Phone:
    taken.own()
    taken.settle_worker()
    return taken


def test_o7_a_forged_post_does_not_reach_the_worker_s_draft(phone: Take, evil: str) -> None:
    taken = owned(phone())
    journey = Journey(taken, "rats").begin()
    journey.answer_page()
    target = taken.page.url
    before = inside.settled_drafts(taken)
    with taken.page.expect_navigation(url=target):
        taken.page.goto(f"{evil}/?{target}", wait_until="commit")
    taken.page.wait_for_load_state()
    assert taken.page.evaluate("() => performance.getEntriesByType('navigation')[0].responseStatus") == 403
    assert inside.settled_drafts(taken) == before
    assert taken.page.locator('footer a[href^="tel:"]').is_visible(), "a person with a strange browser gets a number to call"
    taken.page.goto(target)
    journey.finish()


def test_o7_a_forged_post_does_not_reach_the_server(phone: Take, evil: str) -> None:
    taken = phone(worker=False)
    Journey(taken, "rats").begin()
    target = taken.page.url
    with taken.page.expect_navigation(url=target):
        taken.page.goto(f"{evil}/?{target}", wait_until="commit")
    taken.page.wait_for_load_state()
    assert taken.page.evaluate("() => performance.getEntriesByType('navigation')[0].responseStatus") == 403


def test_o17_a_page_of_the_worker_has_the_server_s_headers(phone: Take) -> None:
    with_worker, without = owned(phone()), phone(worker=False)
    without.own()
    passing = {"x-request-id", "date", "content-length", "content-encoding", "transfer-encoding", "set-cookie", "server"}
    for path in ("", "services", "services/rats", "services/rats/" + first_step(with_worker), "help", "mine", "no-such-page"):
        theirs, ours = without.go(path), with_worker.go(path)
        assert ours.from_service_worker and not theirs.from_service_worker, path
        assert ours.status == theirs.status, path
        kept = [{k: v for k, v in answer.all_headers().items() if k not in passing} for answer in (ours, theirs)]
        assert kept[0] == kept[1], path


def first_step(taken: Phone) -> str:
    taken.go("services/rats")
    address = taken.page.locator("main a.main").first.get_attribute("href") or ""
    return address.split("/services/rats/")[1].split("?")[0]


def test_an_inline_script_in_a_page_of_the_worker_does_not_run(phone: Take) -> None:
    taken = owned(phone())
    taken.go("help")
    said = taken.page.evaluate(
        """() => {
          const attempt = (how) => { try { how() } catch {} } // Trusted Types refuse some of these, the CSP the others
          const script = document.createElement('script')
          attempt(() => script.append('window.ran = 1'))
          attempt(() => document.body.append(script))
          const button = document.createElement('button')
          attempt(() => button.setAttribute('onclick', 'window.ran = 1'))
          document.body.append(button)
          button.click()
          return window.ran || 0
        }"""
    )
    assert said == 0


def test_json_is_not_given_to_another_site(phone: Take, evil: str) -> None:
    taken = phone()
    taken.go("")
    town = taken.town.origin
    taken.page.goto(f"{evil}/?about:blank")
    said = taken.page.evaluate(
        "(url) => fetch(url, {headers: {Accept: 'application/json'}, credentials: 'include', mode: 'no-cors'}).then((r) => r.status + r.type, (e) => 'refused')",
        f"{town}/api/facts",
    )
    assert said in ("refused", "0opaque", "403basic")
