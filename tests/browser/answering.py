"""Finishing a service as a person does: reads the form that stands there, answers it, presses the main button.

Nothing here knows a service's order or branches: it reads each page anew, so every service can be driven, in
every language, with script or without, by finger or by keyboard. `ANSWERS` says what is answered where the
first choice, today, or a made-up text would not do; its names are the ids of questions.
"""

import io
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Response

from tests.browser.phone import Phone
from tests.browser.town import today

SERVICES = Path(__file__).resolve().parents[2] / "backend" / "services"
CHOSEN: dict[str, dict[str, Any]] = {
    "sick-pay": {"first-day": -3, "last-pay-day": -1, "return-day": 7, "employers:rows": True},
    "change-of-address": {"move-day": 3, "until": 60},
    "newcomer": {"arrived-on": -3},
    "garden-waste": {"sacks": 3},
}
"""Days are counted from today; `"employers:rows"` gives one row more."""
MOST_STEPS = 60
READ = """form => [...form.elements].filter(e => e.name && e.name !== 'do' && e.type !== 'hidden' && e.tagName !== 'FIELDSET')
  .map(e => ({name: e.name, type: e.type, value: e.value, id: e.id, checked: !!e.checked}))"""
PARTS = ("_day", "_month", "_year", "_street", "_postcode", "_town")
TYPED = {
    "_street": "Nygade 7, 2. tv", "_postcode": "9999", "_town": "Havneby",
    "tel": "33 66 33 66", "email": "inger@havneby.example", "textarea": "Bag skuret ved cyklerne.\nTo om aftenen.",
}  # fmt: skip
TYPED_LINE = "Ængel & Søn"


class Journey:
    """One way through a service. `answers` goes before what the table of the service says. `brief`: fields are filled in
    without a finger, for who only wants to see the next page."""

    def __init__(self, phone: Phone, service: str, keyboard: bool = False, answers: dict[str, Any] | None = None, brief: bool = False) -> None:
        self.phone = phone
        self.service = service
        self.keyboard = keyboard
        self.brief = brief
        self.answers = CHOSEN.get(service, {}) | (answers or {})
        self.visited: list[str] = []
        self.rows_given: set[str] = set()

    @property
    def page(self) -> Page:
        return self.phone.page

    @property
    def step(self) -> str:
        """The question whose page this is; "check", "done", or "" for the start page."""
        parts = self.phone.path.split("/")
        return parts[2] if len(parts) > 2 else ""

    @property
    def submissions(self) -> int:
        """How many the authority gets: the whole, and each row of a group that is filed by itself."""
        alone = own_submission(self.service)
        rows = {path.split("/")[3] for path in self.visited if len(path.split("/")) > 3 and path.split("/")[2] in alone}
        return int(self.sends) + len(rows)

    @property
    def sends(self) -> bool:
        """A list that she ticks herself sends nothing."""
        file = SERVICES / f"{self.service}.toml"
        return not file.exists() or "tick" not in tomllib.loads(file.read_text("utf-8"))

    def is_finished(self) -> bool:
        """As the server has it: received, or everything ticked."""
        shown = self.phone.json(self.phone.here)
        return bool(shown["state"] == "sent" if self.sends else shown["done"] == len(shown["items"]))

    # ---- the whole way ---------------------------------------------------------------------------------------

    def begin(self) -> "Journey":
        """From the start page, by its main link or button."""
        self.phone.go(f"services/{self.service}")
        self.press("main .main")
        return self

    def finish(self, until: str = "") -> "Journey":
        """Answer page after page until the address says `until`: the receipt, or a list with everything ticked."""
        while self.step != (until or ("done" if self.sends else "check")):
            assert len(self.visited) < MOST_STEPS, f"no end: {self.visited}"
            self.answer_page()
        if not (until or self.sends):
            self.fill()
            self.press()
        return self

    def answer_page(self) -> None:
        """Answer what stands here and go on. The page must change, or it has refused the answer."""
        before = self.phone.path
        self.visited.append(before)
        self.fill()
        self.press()
        if self.phone.path == before:
            said = self.page.locator("#problem").all_inner_texts()
            raise AssertionError(f"{before} did not take the answer: {said}\nvisited {self.visited}")

    # ---- one page --------------------------------------------------------------------------------------------

    def fill(self) -> None:
        form = self.page.locator("#journey")
        controls: list[dict[str, Any]] = form.evaluate(READ) if form.count() else []
        groups: dict[str, list[dict[str, Any]]] = {}
        for control in controls:
            groups.setdefault(control["name"], []).append(control)
        for name, group in groups.items():
            near = groups.get(name.removesuffix("_day").removesuffix("_month").removesuffix("_year"), group)
            if near is group or not self.is_near(near):
                self.answer(name, group)

    def is_near(self, group: list[dict[str, Any]]) -> bool:
        """A day close by was chosen from a list, so its three fields stay hidden and empty."""
        return group[0]["type"] == "radio" and not self.page.locator(f'[name="{group[0]["name"]}"][value=other]').is_checked()

    def answer(self, name: str, group: list[dict[str, Any]]) -> None:
        kind = group[0]["type"]
        question = name.split("_r")[0] if name.split("_r")[-1].isdigit() else name
        wanted = self.answers.get(question)
        if kind == "radio":
            self.choose(self.pick(question, group, wanted))
        elif kind == "checkbox":
            for control in self.tick(question, group, wanted):
                self.choose(control)
        elif kind == "file":
            if wanted and wanted != "later":
                self.page.locator(f'[id="{group[0]["id"]}"]').set_input_files(wanted)
        elif group[0]["value"] == "" or wanted is not None:
            self.write(group[0], self.text(name, kind, wanted))

    def pick(self, question: str, group: list[dict[str, Any]], wanted: Any) -> dict[str, Any]:
        """The wanted option; "one more?" is answered yes once, where the table says so; else the first."""
        values = [control["value"] for control in group]
        if question == self.step and values == ["yes", "no"] and wanted is None and f"{question}:rows" in self.answers:
            wanted = "no" if question in self.rows_given else "yes"
            self.rows_given.add(question)
        if callable(wanted):
            wanted = wanted(values)
        if wanted not in values and "other" in values:
            wanted = "other" if wanted is not None else values[0]
        if wanted is not None and wanted not in values:
            raise AssertionError(f"{question}: {wanted} is not among {values}")
        return group[values.index(wanted)] if wanted is not None else group[0]

    def tick(self, question: str, group: list[dict[str, Any]], wanted: Any) -> list[dict[str, Any]]:
        if question.endswith("_later"):
            file = self.answers.get(question.removesuffix("_later"))
            return group if file == "later" and not group[0]["checked"] else []
        if self.step == "check":
            return [control for control in group if not control["checked"]]
        wanted = [group[0]["value"]] if wanted is None else wanted
        return [control for control in group if (control["value"] in wanted) != control["checked"]]

    def text(self, name: str, kind: str, wanted: Any) -> str:
        part = next((part for part in PARTS if name.endswith(part)), "")
        base = name.removesuffix(part)
        said = self.answers.get(base.split("_r")[0], wanted)
        if part in ("_day", "_month", "_year"):
            day = date.fromisoformat(said) if isinstance(said, str) else today() + timedelta(days=said or 0)
            return str(getattr(day, part[1:]))
        if part and isinstance(said, dict):
            return str(said.get(part[1:], ""))
        if isinstance(said, (str, int)):
            return str(said)
        return TYPED.get(part) or TYPED.get(kind) or TYPED_LINE

    # ---- by finger or by keyboard ----------------------------------------------------------------------------

    def choose(self, control: dict[str, Any]) -> None:
        if control["checked"]:
            return
        if self.brief:
            self.page.locator(f'[id="{control["id"]}"]').evaluate("field => { field.checked = !field.checked }")
        elif not self.keyboard:
            self.page.locator(f'label:has([id="{control["id"]}"])').click()
        elif control["type"] == "checkbox":
            self.tab_to(f'[id="{control["id"]}"]')
            self.page.keyboard.press("Space")
        else:
            self.tab_to(f'#journey [name="{control["name"]}"]')
            self.page.keyboard.press("Space")
            for _ in range(60):
                if self.page.locator(f'[id="{control["id"]}"]').is_checked():
                    return
                self.page.keyboard.press("ArrowDown")
            raise AssertionError(f"{control['id']} cannot be reached with the arrow keys")

    def write(self, control: dict[str, Any], text: str) -> None:
        if self.brief:
            self.page.locator(f'[id="{control["id"]}"]').evaluate("(field, text) => { field.value = text }", text)
            return
        if not self.keyboard:
            self.page.locator(f'[id="{control["id"]}"]').fill(text)
            return
        self.tab_to(f'[id="{control["id"]}"]')
        self.page.keyboard.press("Control+a")
        for index, line in enumerate(text.split("\n")):
            if index:
                self.page.keyboard.press("Enter")
            self.page.keyboard.insert_text(line)

    def press(self, selector: str = "main #journey .main, main .main") -> None:
        """The main button, and the page it leads to."""
        if self.keyboard:
            self.tab_to(selector)
            with self.page.expect_navigation(wait_until="load"):
                self.page.keyboard.press("Enter")
        else:
            with self.page.expect_navigation(wait_until="load"):
                self.page.locator(selector).first.click()

    def tab_to(self, selector: str) -> None:
        """Tab until the focus stands on what the selector names: no mouse, no script."""
        for _ in range(120):
            if self.page.locator(f":is({selector}):focus").count():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} on {self.phone.path} cannot be reached with the Tab key")


def start_over(phone: Phone, service: str) -> Response | None:
    """At the first question, whatever was answered before."""
    phone.go(f"services/{service}")
    again = phone.page.locator('button[name=do][value="start-over"]')
    if again.count():
        with phone.page.expect_navigation(wait_until="load"):
            again.click()
        with phone.page.expect_navigation(wait_until="load"):
            phone.page.locator('button[name=do][value="delete"]').click()
        phone.go(f"services/{service}")
    if phone.path == f"services/{service}":
        with phone.page.expect_navigation(wait_until="load") as going:
            phone.page.locator("main .main").first.click()
        return going.value
    return phone.page.reload(wait_until="load")


def own_submission(service: str) -> set[str]:
    """The questions of the groups whose rows are filed one by one; none for a service from elsewhere."""
    file = SERVICES / f"{service}.toml"
    said = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    groups = {group["id"] for group in said.get("group", []) if group.get("own_submission")}
    return {question["id"] for question in said.get("question", []) if question.get("group") in groups}


def photo(width: int = 64, height: int = 48) -> dict[str, Any]:
    """A small picture as a phone would send it."""
    kept = io.BytesIO()
    Image.new("RGB", (width, height), (120, 90, 60)).save(kept, "JPEG")
    return {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}
