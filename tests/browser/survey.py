"""One look in one language at all addresses and all steps of all services, from the server and from the phone.

`whole=True` loads every page. Else every page's context is asked for as JSON, and the browser is shown those with a
feature that no page before had (`shapes.py`). What is loaded is looked at with every check; the same bytes with the same
styles are not looked at twice: so of what the phone's worker makes only that which differs from the server's page.
"""

import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Response

from tests.browser import meetings, readers, stations
from tests.browser.answering import MOST_STEPS, Journey, start_over
from tests.browser.gates import Findings, look
from tests.browser.looking import HOURS, WAY, Look, Looking, bare
from tests.browser.mistakes import summary_faults
from tests.browser.phone import Phone
from tests.browser.readers import GUEST, ORDER
from tests.browser.shapes import Shapes
from tests.browser.stations import SERVICES, Station
from tests.browser.town import Town

QUERIES = {
    "services": ["?q=rotte", "?q=xyzzy"],
    "sign-in": ["?reason=to-send", "?problem=not-known"],
    "mine/settings": ["?saved=1"],
    "mine/reminders": ["?told=saved", "?told=removed", "?told=later"],
    "post": ["?q=xyzzy", "?folder=archive", "?folder=sent"],
    "post/write": ["?about=other", "?about=sick-pay"],
    "help": ["?from=services/rats/where"],
    "activate": ["?letter=1"],
}
"""Other faces of a page, beside the bare address."""
LOST = ["no-such-page", "services/no-such-service", "services/rats/no-such-question"]


class Survey:
    """Half of the pages of one language: those of a "guest", or those of who has "signed in".

    `findings` of the server's pages; `on_phone` of those the worker made. `looks` is what is done at each page."""

    def __init__(self, browser: Browser, town: Town, lang: str, kind: str, looks: Look = look, script: bool = True, whole: bool = True) -> None:
        self.browser, self.town, self.lang, self.kind, self.looks, self.script = browser, town, lang, kind, looks, script
        self.whole, self.shapes = whole, Shapes(lang)
        self.chosen: set[str] = set()
        """Addresses and steps with a shape of their own: what the server is asked for, and then the phone."""
        self.led_elsewhere: set[str] = set()
        """Kinds of address without a context of their own, each looked at once."""
        self.findings = Findings()
        self.on_phone = Findings()
        self.looked_at: set[str] = set()
        """Pages as they were looked at, without what `CHANGES`, and `HOURS`: the same bytes have the same verdict."""

    # ---- from the server -------------------------------------------------------------------------------------

    def of_server(self) -> Findings:
        for reader, services in readers.plan(self.town, self.kind).items():
            with self.another() as phone:
                looking = Looking(self, phone, self.findings)
                if reader != GUEST:
                    phone.sign_in(reader)
                elif self.kind == "guest":
                    self.see_all(looking)
                    self.see_go_on(looking)
                phone.own()
                for service, found in services.items():
                    self.see_service(looking, service, found)
                if reader == ORDER[self.kind][0] != GUEST:
                    self.see_meetings(looking, reader)
                    self.see_all(looking)
        return self.findings

    def see_meetings(self, looking: Looking, reader: int) -> None:
        """One more phone for each: the other of her two, one where she was a guest first, and one with a passkey."""
        with self.another() as other:
            meetings.see_two_phones(looking, other.sign_in(reader))
        with self.another() as other:
            meetings.see_two_beginnings(Looking(self, other, self.findings), reader)
        if self.script:
            with self.another() as other:
                meetings.see_passkeys(Looking(self, other, self.findings), reader)

    def another(self) -> Phone:
        return Phone(self.browser, self.town, self.lang, worker=False, script=self.script)

    def see_all(self, looking: Looking) -> None:
        """Every page that has an address of its own."""
        for path in self.addresses(looking.phone):
            if self.is_chosen(looking, path):
                looking.see(path if self.kind == "guest" else f"{path} (signed in)", looking.phone.go(path))

    def is_chosen(self, looking: Looking, path: str) -> bool:
        """The phone shows what the server has shown; the server, what has a shape of its own, and what has no context."""
        if self.whole or path in self.chosen:
            return True
        if looking.findings is self.on_phone:
            return False
        context = looking.phone.context_of(path)
        nowhere = re.sub(r"services/[\w-]+", "services/…", path)
        if not self.shapes.new(context) if "page" in context else nowhere in self.led_elsewhere:
            return False
        if "page" not in context:
            self.led_elsewhere.add(nowhere)
        self.chosen.add(path)
        return True

    def is_known(self, station: Station) -> bool:
        return self.whole or station.path in self.chosen

    def addresses(self, phone: Phone) -> list[str]:
        """Every page of the server's own description, with every value its parts can have, and what is not there."""
        found: list[str] = []
        for route in stations.page_routes(self.town.json("/schema/openapi.json")):
            path = re.sub(r"^/\{lang[^}]*\}/?", "", route)
            found += [one for one in self.filled(path, phone)]
        return sorted({one + query for one in found for query in ["", *QUERIES.get(one, [])]}) + LOST

    def filled(self, path: str, phone: Phone) -> Iterator[str]:
        names = re.findall(r"\{(\w+)[^}]*\}", path)
        if "question" in names or path.endswith("/done"):
            return  # the steps: see_service
        if not names:
            yield path
        elif names == ["service"]:
            yield from (re.sub(r"\{service[^}]*\}", one, path) for one in SERVICES)
        elif names == ["case"]:
            cases = phone.json("mine").get("cases", []) if self.kind != "guest" else []
            yield from {one["title"]: re.sub(r"\{case[^}]*\}", one["id"], path) for one in cases}.values()
            if path.endswith("/paper") and self.kind != "guest":
                mine = phone.json("mine")
                yield from sorted({one["act"] for one in mine["todo"] + mine["may"] if one["act"]})[:1]
        elif names == ["key"]:
            keys = phone.json("mine/settings").get("keys", []) if self.kind != "guest" else []
            yield from (re.sub(r"\{key[^}]*\}", one["id"], path) for one in keys or [{"id": "no-such-key"}])
        elif names == ["phone"]:
            phones = phone.json("mine/reminders").get("phones", []) if self.kind != "guest" else []
            yield from (re.sub(r"\{phone[^}]*\}", one["id"], path) for one in phones or [{"id": "no-such-phone"}])
        elif names == ["paper"]:
            kept = phone.json("papers").get("papers", []) if self.kind != "guest" else []
            yield from (re.sub(r"\{paper[^}]*\}", one["id"], path) for one in kept or [{"id": "no-such-paper"}])
        elif names == ["letter"]:
            held = phone.json("post") if self.kind != "guest" else {}
            yield from {one["title"]: re.sub(r"\{letter[^}]*\}", one["id"], path) for one in held.get("letters", []) or [{"title": "", "id": "no-such-letter"}]}.values()
        elif names == ["notice"]:
            yield re.sub(r"\{notice[^}]*\}", "0" * 32, path)
        else:
            raise AssertionError(f"/{{lang}}/{path}: teach tests/browser/survey.py what {names} can be")

    def see_service(self, looking: Looking, service: str, found: list[Station]) -> None:
        """Each step, then the same step with nothing answered, then the receipt."""
        phone = looking.phone
        for station in found:
            self.stand(phone, station)
            if not self.is_chosen(looking, station.path):
                continue
            looking.see(station.path, phone.go(station.path))
            if phone.path != station.path:
                self.findings.add("seen", f"{self.lang} {station.path}", [f"leads to {phone.path}"])
            self.see_mistake(looking, station)
        last = next((one for one in found if one.step.kind == "check"), None)
        if last is None or not any(self.is_known(one) for one in found):
            return
        self.stand(phone, last)
        looking.see(f"services/{service} (begun)", phone.go(f"services/{service}"))
        if self.kind == "guest" and SERVICES[service].sign_in != "never":
            return
        phone.go(last.path)
        journey = Journey(phone, service)
        journey.fill()
        journey.press()
        if SERVICES[service].ticks:
            looking.see(f"services/{service}/check, all ticked", phone.go(last.path))
            return
        looking.see(f"services/{service}/done", phone.go(phone.here))
        looking.see(f"services/{service}/check after sending", phone.go(last.path))

    def stand(self, phone: Phone, station: Station) -> None:
        """The draft that stands at this step, put on the server as another device of hers would."""
        draft = phone.json(f"/api/drafts/{station.service}")
        body = {key: draft[key] for key in ("id", "version", "revision")} | {"answers": station.answers, "raw": {}, "lang": self.lang}
        phone.send(f"/api/drafts/{station.service}", body)

    def see_mistake(self, looking: Looking, station: Station) -> None:
        """E2: the page that answers when nothing was answered. Optional questions and endings have none."""
        phone = looking.phone
        if station.step.kind not in ("question", "more", "check") or not phone.page.locator("#journey .main").count():
            return
        if not self.whole:
            mistaken = unanswered(phone)
            if not mistaken or not self.shapes.new(mistaken):
                return
            phone.page.reload(wait_until="load")  # asking has counted the draft's revision up
        before = phone.page.url
        with phone.page.expect_navigation(wait_until="load") as going:
            phone.page.locator("#journey .main").click()
        if going.value is None or going.value.status != 422:
            return
        key = f"{station.path} with a mistake"
        self.findings.add("e2", f"{self.lang} {key}", summary_faults(phone.page))
        looking.see(key, going.value, walk=False)
        phone.page.go_back(wait_until="load")
        if phone.page.url != before or phone.page.locator("h1").count() != 1:
            self.findings.add("p4", f"{self.lang} {key}", [f"Back leads to {phone.page.url}"])

    def see_go_on(self, looking: Looking) -> None:
        """A guest's answers on a phone that nobody has called her own are asked about before they are shown."""
        service = next(one.id for one in SERVICES.values() if one.sign_in == "never")
        Journey(looking.phone, service).begin().answer_page()
        looking.see(f"services/{service} (go on?)", looking.phone.go(looking.phone.path))

    # ---- from the phone --------------------------------------------------------------------------------------

    def of_phone(self) -> Findings:
        for reader, services in readers.plan(self.town, self.kind).items():
            with Phone(self.browser, self.town, self.lang) as phone:
                looking = Looking(self, phone, self.on_phone)
                if reader != GUEST:
                    phone.sign_in(reader)
                    phone.own()
                phone.settle_worker()
                if reader == ORDER[self.kind][0]:
                    self.see_all(looking)
                phone.own()
                for service, found in services.items():
                    self.drive(looking, service, [one for one in found if self.is_known(one)])
        return self.on_phone

    def drive(self, looking: Looking, service: str, found: list[Station]) -> None:
        """Through the service by its forms, as often as it takes to stand on each step. What only lies on the way has a
        shape that is looked at elsewhere: its bytes are kept, for who compares them."""
        phone = looking.phone
        known = {without_row(path) for path in self.chosen}
        missing = {(one.step.id, one.step.row): one for one in found}
        while missing:
            goal = max(missing.values(), key=lambda one: len(str(one.answers)))
            answer = start_over(phone, service)
            journey = Journey(phone, service, answers=typed(goal.answers), brief=True)
            for _ in range(MOST_STEPS):
                path = phone.path.split("/")
                here = (path[2], path[3] if len(path) > 3 else "")
                missing.pop(here, None)
                looking.see(phone.path, answer, look=self.whole or without_row(phone.path) in known)
                if here == (goal.step.id, goal.step.row) or not phone.page.locator("#journey").count() or path[2] == "check":
                    break
                answer = next_page(journey)
            missing.pop((goal.step.id, goal.step.row), None)

    def made_by_both(self) -> list[str]:
        """The steps that stand the same whatever was answered before: not the check page, and no list of free times."""
        held = {f"{id}/{one.id}" for id, service in SERVICES.items() for one in service.questions if one.kind != "appointment"}
        pages = self.on_phone.html.keys() & self.findings.html.keys()
        return sorted(page for page in pages if re.match(r"\w+ services/", page) and "/".join(page.split("/")[1:3]) in held)

    def same_bytes(self, page: str) -> bool:
        return bare(self.on_phone.html[page], HOURS, WAY) == bare(self.findings.html[page], HOURS, WAY)


def unanswered(phone: Phone) -> dict[str, Any]:
    """The context of the page that comes when the form which stands here is sent as it is; {} where that leads on."""
    form = phone.page.locator("#journey")
    fields = form.evaluate("form => [...new FormData(form, form.querySelector('.main'))].filter(([, value]) => typeof value === 'string')")
    said = {"multipart" if form.evaluate("form => form.enctype").startswith("multipart") else "form": dict(fields)}
    answer = phone.context.request.post(phone.page.url, headers={"Accept": "application/json", "Origin": phone.town.origin}, max_redirects=0, **said)
    return answer.json() if answer.status == 422 else {}


def without_row(path: str) -> str:
    """A person has another id in each session."""
    return re.sub(r"/[0-9a-f]{32}$", "", path)


def next_page(journey: Journey) -> Response | None:
    """Answer what stands here; the page that this leads to."""
    before = journey.phone.path
    journey.fill()
    with journey.page.expect_navigation(wait_until="load") as going:
        journey.page.locator("main #journey .main").click()
    assert journey.phone.path != before, f"{before} did not take the answer: {journey.page.locator('#problem').all_inner_texts()}"
    return going.value


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
