"""One look at everything in one language: all addresses, all steps of all services, from the server and from the phone.

Each page is loaded once for each language and renderer and looked at with every check. What the phone's worker makes
is first compared with the server's bytes: the same bytes with the same styles were looked at already; where they
differ, every check runs again.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from playwright.sync_api import Browser, Error, Response

from tests.browser import stations
from tests.browser.answering import Journey
from tests.browser.gates import Eye, Findings, look
from tests.browser.phone import Phone
from tests.browser.stations import SERVICES, Station
from tests.browser.town import Town
from tests.conftest import NIGHTLY

QUERIES = {
    "services": ["?q=rotte", "?q=xyzzy"],
    "sign-in": ["?reason=to-send", "?problem=not-known"],
    "mine/settings": ["?saved=1"],
    "help": ["?from=services/rats/where"],
    "activate": ["?letter=1"],
}
"""Other faces of a page, beside the bare address."""
LOST = ["no-such-page", "services/no-such-service", "services/rats/no-such-question"]
CHANGES = re.compile(
    r'name="(draft|revision)" value="[^"]*"|/[aw]/[^"]*|key=[0-9a-f]{32}|<bdi dir="ltr">[A-Z] \d{3} \d{3}( \d{3})?</bdi>|"/[\w-]+/mine/cases/[0-9a-f]+"'
)
"""What differs between two showings of one page: whose draft it is, which receipt."""


class Survey:
    """`findings` of the server's pages; `on_phone` of those the worker made."""

    def __init__(self, browser: Browser, town: Town, lang: str) -> None:
        self.browser, self.town, self.lang = browser, town, lang
        self.findings = Findings()
        self.on_phone = Findings()
        self.today = date.today().isoformat()
        self.reached: dict[str, set[str]] = {}

    # ---- from the server -------------------------------------------------------------------------------------

    def of_server(self) -> Findings:
        with Phone(self.browser, self.town, self.lang, worker=False) as guest:
            self.see_all(guest, self.addresses(guest, signed_in=False), self.findings)
            self.see_go_on(guest)
            guest.own()
            for service in self.services("never"):
                self.see_service(guest, service)
        if NIGHTLY:
            self.of_server_signed_in()
        return self.findings

    def of_server_signed_in(self) -> None:
        """What only a person who has signed in meets: the longer half, in the nightly run."""
        with Phone(self.browser, self.town, self.lang, worker=False) as signed:
            signed.sign_in()
            signed.own()
            for service in self.services("to-send", "to-start"):
                self.see_service(signed, service)
            self.see_all(signed, [f"{path} (signed in)" for path in self.addresses(signed, signed_in=True)], self.findings)

    def services(self, *kinds: str) -> list[str]:
        return [service.id for service in SERVICES.values() if service.sign_in in kinds]

    def addresses(self, phone: Phone, signed_in: bool) -> list[str]:
        """Every page of the server's own description, with every value its parts can have, and what is not there."""
        found: list[str] = []
        for route in stations.page_routes(self.town.json("/schema/openapi.json")):
            path = re.sub(r"^/\{lang[^}]*\}/?", "", route)
            found += [one for one in self.filled(path, phone, signed_in)]
        return sorted({one + query for one in found for query in ["", *QUERIES.get(one, [])]}) + LOST

    def filled(self, path: str, phone: Phone, signed_in: bool) -> Iterator[str]:
        names = re.findall(r"\{(\w+)[^}]*\}", path)
        if "question" in names or path.endswith("/done"):
            return  # the steps: see_service
        if not names:
            yield path
        elif names == ["service"]:
            yield from (re.sub(r"\{service[^}]*\}", one, path) for one in SERVICES)
        elif names == ["case"]:
            cases = phone.json("mine").get("cases", []) if signed_in else []
            yield from (re.sub(r"\{case[^}]*\}", one["id"], path) for one in cases[:2])
        elif names == ["key"]:
            keys = phone.json("mine/settings")["keys"]
            yield from (re.sub(r"\{key[^}]*\}", one["id"], path) for one in keys)
        else:
            raise AssertionError(f"/{{lang}}/{path}: teach tests/browser/survey.py what {names} can be")

    def see_all(self, phone: Phone, names: list[str], findings: Findings) -> None:
        for name in names:
            self.see(phone, name, phone.go(name.split(" ")[0]), findings)

    def see(self, phone: Phone, name: str, answer: Response | None, findings: Findings, walk: bool = True) -> None:
        """`name` says which page and in which state; `answer` is None where it cannot be had."""
        key = f"{self.lang} {name}"
        if answer is not None:
            findings.headers[key] = answer.headers
            try:
                findings.html[key] = answer.text()
            except Error:
                pass  # a redirect has no body of its own
        if answer is not None and answer.status >= 500:
            findings.add("e6", key, [f"answers {answer.status}"])
        if findings is self.on_phone and self.same_bytes(key):
            return
        look(Eye(phone), key, findings, self.lang, walk=walk)

    def same_bytes(self, key: str) -> bool:
        ours, theirs = self.on_phone.html.get(key), self.findings.html.get(key)
        return bool(ours and theirs) and CHANGES.sub("", ours) == CHANGES.sub("", theirs)

    def see_service(self, phone: Phone, service: str) -> None:
        """Each step, then the same step with nothing answered, then the receipt."""
        known = phone.json("/api/facts").get("facts", {})
        found = stations.of(SERVICES[service], known, self.today)
        self.reached[service] = {one.step.id for one in found}
        for station in found:
            self.stand(phone, station)
            self.see(phone, station.path, phone.go(station.path), self.findings)
            self.see_mistake(phone, station)
        last = next(one for one in found if one.step.kind == "check")
        self.stand(phone, last)
        phone.go(last.path)
        journey = Journey(phone, service)
        journey.fill()
        journey.press()
        self.see(phone, f"services/{service}/done", phone.go(phone.here), self.findings)
        self.see(phone, f"services/{service}/check after sending", phone.go(last.path), self.findings)

    def stand(self, phone: Phone, station: Station) -> None:
        """The draft that stands at this step, put on the server as another device of hers would."""
        draft = phone.json(f"/api/drafts/{station.service}")
        body = {key: draft[key] for key in ("id", "version", "revision")} | {"answers": station.answers, "raw": {}, "lang": self.lang}
        phone.send(f"/api/drafts/{station.service}", body)

    def see_mistake(self, phone: Phone, station: Station) -> None:
        """E2: the page that answers when nothing was answered. Optional questions and endings have none."""
        if station.step.kind not in ("question", "more", "check") or not phone.page.locator("#journey .main").count():
            return
        before = phone.page.url
        answer = self.press(phone)
        if answer is None or answer.status != 422:
            return
        key = f"{station.path} with a mistake"
        self.findings.add("e2", f"{self.lang} {key}", summary_faults(phone))
        self.see(phone, key, answer, self.findings, walk=False)
        phone.page.go_back(wait_until="load")
        if phone.page.url != before or phone.page.locator("h1").count() != 1:
            self.findings.add("p4", f"{self.lang} {key}", [f"Back leads to {phone.page.url}"])

    def press(self, phone: Phone) -> Response | None:
        with phone.page.expect_navigation(wait_until="load") as going:
            phone.page.locator("#journey .main").click()
        return going.value

    def see_go_on(self, phone: Phone) -> None:
        """A guest's answers on a phone that nobody has called her own are asked about before they are shown."""
        for service in self.services("never")[:1]:
            Journey(phone, service).begin().answer_page()
            self.see(phone, f"services/{service} (go on?)", phone.go(phone.path), self.findings)

    # ---- from the phone --------------------------------------------------------------------------------------

    def of_phone(self) -> Findings:
        if not self.findings.pages:
            self.of_server()
        for kinds, signed_in in ((("never",), False), (("to-send", "to-start"), True)):
            with Phone(self.browser, self.town, self.lang) as phone:
                if signed_in:
                    phone.sign_in(1)
                phone.own()
                phone.settle_worker()
                for path in self.addresses(phone, signed_in):
                    name = f"{path} (signed in)" if signed_in else path
                    self.see(phone, name, phone.go(path), self.on_phone)
                for service in self.services(*kinds):
                    self.drive(phone, service)
        return self.on_phone

    def drive(self, phone: Phone, service: str) -> None:
        """Through the service by its forms, as often as it takes to stand on each step."""
        known = phone.json("/api/facts").get("facts", {})
        missing = {(one.step.id, one.step.row): one for one in stations.of(SERVICES[service], known, self.today)}
        while missing:
            goal = max(missing.values(), key=lambda one: len(str(one.answers)))
            phone.go(f"services/{service}")
            journey = Journey(phone, service, answers=typed(goal.answers))
            self.start_over(phone, journey)
            for _ in range(60):
                row = phone.path.split("/")[3] if phone.path.count("/") > 2 else ""
                missing.pop((journey.step, row), None)
                self.see(phone, phone.path, phone.page.reload(wait_until="load"), self.on_phone)
                if (journey.step, row) == (goal.step.id, goal.step.row) or journey.step == "check":
                    break
                journey.answer_page()
            missing.pop((goal.step.id, goal.step.row), None)

    def start_over(self, phone: Phone, journey: Journey) -> None:
        """From the first question, whatever was answered before."""
        if phone.page.locator("main .main").count():
            journey.press("main .main")
        if phone.page.locator('button[name=do][value="erase"]').count():
            with phone.page.expect_navigation(wait_until="load"):
                phone.page.locator('button[name=do][value="erase"]').first.click()
            journey.press("main .main")


def typed(answers: dict[str, Any]) -> dict[str, Any]:
    """Stored answers as a person would give them."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for row in value:
                found |= typed(row["answers"])
            found[name] = lambda values, left=[row["more"] for row in value]: (left.pop(0) if left else "") or "no"
        elif isinstance(value, dict) and "wish" in value:
            found[name] = lambda values: values[0]
        elif isinstance(value, dict) and "at" in value:
            found[name] = f"{value['desk']}@{value['at']}"
        elif isinstance(value, dict) and "later" in value:
            found[name] = "later"
        elif value == "" or isinstance(value, (str, list, int)):
            found[name] = value
    return found


def summary_faults(phone: Phone) -> list[str]:
    """E2, its six properties: summary with a heading above the h1, focused, linked to the field; the title; the tie."""
    page, wrong = phone.page, []
    summary = page.locator("#problem")
    if summary.count() != 1:
        return ["no summary"]
    if not summary.locator("h2").inner_text().strip():
        wrong.append("the summary has no heading")
    if summary.bounding_box()["y"] > page.locator("h1").bounding_box()["y"]:  # type: ignore[index]
        wrong.append("the summary stands below the question")
    if not page.locator("#problem:focus").count():
        wrong.append("the summary has not the focus")
    for link in summary.locator("a").all():
        field = page.locator(f'[id="{(link.get_attribute("href") or "#").removeprefix("#")}"]')
        if field.count() != 1:
            wrong.append(f"{link.get_attribute('href')} leads nowhere")
            continue
        said = field.get_attribute("aria-describedby") or page.locator(f'fieldset:has([id="{field.get_attribute("id")}"])').first.get_attribute("aria-describedby") or ""
        near = " ".join(page.locator(f'[id="{one}"]').inner_text() for one in said.split())
        if link.inner_text().strip() not in near:
            wrong.append(f"the field does not say “{link.inner_text()}”")
        if not near or ":" not in near:
            wrong.append("the message does not begin with the word for a mistake")
    if ":" not in page.title():
        wrong.append("the title does not begin with the word for a mistake")
    return wrong


