"""What may be printed in a letter: names that are known, sentences with their values, and days, amounts and numbers written by
our functions. Every mistake has a line and says what to write instead."""

import re
from collections.abc import Mapping

from jinja2 import nodes

from backend.domain.lint.report import Mistake, did_you_mean
from backend.domain.services import Service
from backend.letters.sentences import ASK
from backend.letters.template_files import Template

NAMES = {
    "name": "text", "case_number": "text", "service": "text", "town": "text", "town_phone": "phone", "today": "date",
    "received_on": "date", "visit_at": "time", "visit_desk": "text", "visit_address": "text", "account_end": "text", "told": "list",
}  # fmt: skip
"""What every letter knows, beside its fields; and what each is."""
TABLES = ("answers", "last_days", "figures")
MARKED = re.compile(r"</?\w+>|^(?:#|- )")
ROW = {"ask": "text", "said": "text"}
"""Of a row of `told`: the question, and what was answered."""
FORMATS = {
    "date": ("date", "time"), "short_date": ("date", "time"), "weekday": ("date", "time"), "time": ("time",), "money": ("amount",),
    "number": ("number",), "phone": ("phone",),
}  # fmt: skip
"""Our format functions, and what each takes."""
WRITE = {"date": "date({})", "time": "time({})", "amount": "money({})", "number": "number({})", "phone": "phone({})"}


def snake(id: str) -> str:
    return id.replace("-", "_").replace(".", "_")


def kinds_of(template: Template, service: Service | None) -> dict[str, str]:
    """Everything the text may name → what it is: "paid_from", "answers.first_day", "last_days.complain", "figures.fee"."""
    found = dict(NAMES) | {field.id: field.kind for field in template.fields}
    if service:
        found |= {f"answers.{snake(one.id)}": "text" for one in service.questions if not one.group and one.kind != "declaration"}
        found |= {f"last_days.{snake(one.id)}": "date" for one in service.deadlines}
        found |= {f"figures.{snake(id)}": kind_of_figure(one.value, one.unit) for id, one in service.figures.items()}
    return found


def kind_of_figure(value: int | str, unit: str) -> str:
    return "amount" if unit == "kr" else "number" if type(value) is int else "text"


class Expressions:
    """One template's text under inspection: what it prints."""

    def __init__(self, template: Template, service: Service | None) -> None:
        self.template, self.known = template, kinds_of(template, service)
        self.fields = {field.id: field for field in template.fields}
        self.found: list[Mistake] = []
        self.sure: set[str] = {field.id for field in template.fields if not field.optional}
        """Fields that hold something here; within `{% if how %}`, `how` too."""
        self.depth = 0

    def wrong(self, line: int, text: str, hint: str = "") -> None:
        self.found.append(Mistake(self.template.file, line, text, hint))

    def printed(self, node: nodes.Expr, rows: Mapping[str, str]) -> None:
        """What is shown: a sentence, a value of text, or one that our functions write."""
        if isinstance(node, nodes.Call):
            self.call(node, rows)
            return
        kind, text = self.kind(node, rows), name_of(node)
        if kind in WRITE:
            self.wrong(node.lineno, f"`{text}` is {article(kind)}.", f"Write {WRITE[kind].format(text)}.")
        elif kind in ("choice", "list"):
            self.wrong(node.lineno, f"`{text}` is {article(kind)}, and no text.", 'Write {% if reason == "late" %} … {% endif %}.' if kind == "choice" else "Write {% for row in told %}.")

    def call(self, node: nodes.Call, rows: Mapping[str, str]) -> None:
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in ASK and name not in FORMATS:
            self.wrong(node.lineno, f"There is no function `{name or 'of that kind'}`.", did_you_mean(name, [*ASK, *FORMATS]))
        elif node.kwargs or node.dyn_args or node.dyn_kwargs:
            self.wrong(node.lineno, f"`{name}` takes its values as they stand.", 'Write t("… {day} …", {"day": date(paid_from)}).')
        elif name in ASK:
            self.sentence(node, name, rows)
        elif len(node.args) != 1:
            self.wrong(node.lineno, f"`{name}` takes one value.", f"Write {name}(paid_from).")
        else:
            kind = self.kind(node.args[0], rows)
            if kind and kind not in FORMATS[name]:
                hint = f"Write {WRITE[kind].format(name_of(node.args[0]))}." if kind in WRITE else "Write it without a function."
                self.wrong(node.lineno, f"`{name_of(node.args[0])}` is {article(kind)}: {name} cannot write it.", hint)

    def sentence(self, node: nodes.Call, name: str, rows: Mapping[str, str]) -> None:
        forms, rest = node.args[: ASK[name]], node.args[ASK[name] :]
        if len(forms) < ASK[name] or not all(isinstance(one, nodes.Const) and isinstance(one.value, str) and one.value.strip() for one in forms):
            self.wrong(node.lineno, f"In {name}(…) the sentence stands in quotes.", 'Write {{ t("We have your papers.") }}.')
            return
        if name == "tn":
            if not rest or self.kind(rest[0], rows) not in ("number", ""):
                self.wrong(node.lineno, "tn takes a whole number after its two sentences.")
            rest = rest[1:]
        if any(MARKED.search(one.value) for one in forms):
            self.wrong(node.lineno, "A sentence is plain words: no marks in < >, no ## or - before it.", 'Headings: ## {{ t("…") }}. Lists: - {{ t("…") }}.')
        if any(len(one.value.split("\n")) > 1 for one in forms):
            self.wrong(node.lineno, "A sentence stands on one line.", "An empty line between two t(…) makes a new paragraph.")
        if len(rest) > 1 or not all(isinstance(one, nodes.Dict) for one in rest):
            self.wrong(node.lineno, "After the sentence stand its values, in braces.", 'Write t("From {day}.", {"day": date(paid_from)}).')
            return
        self.values(node, {str(form.value) for form in forms}, rest[0].items if rest else [], rows, name)

    def values(self, node: nodes.Call, forms: set[str], items: list[nodes.Pair], rows: Mapping[str, str], name: str) -> None:
        given = []
        for item in items:
            if not isinstance(item.key, nodes.Const) or not isinstance(item.key.value, str):
                self.wrong(node.lineno, "The name of a value stands in quotes.")
                continue
            given.append(item.key.value)
            if item.key.value == "ctx":
                if not isinstance(item.value, nodes.Const):
                    self.wrong(node.lineno, "ctx is a word in quotes.")
            else:
                self.printed(item.value, rows)
        wanted = {one for form in forms for one in re.findall(r"\{(\w+)\}", form)} - ({"n"} if name == "tn" else set())
        for missing in sorted(wanted - set(given)):
            self.wrong(node.lineno, f"The sentence has a place {{{missing}}} and no value for it.", f'Add "{missing}": … in the braces.')
        for spare in sorted(set(given) - wanted - {"ctx"}):
            self.wrong(node.lineno, f"The sentence has no place {{{spare}}}.", did_you_mean(spare, wanted) if wanted else "Take the value away.")

    def kind(self, node: nodes.Expr, rows: Mapping[str, str]) -> str:
        """What a named value is; "" when the name was wrong, and said to be."""
        name = name_of(node)
        if not name:
            self.wrong(node.lineno, f"{said(node)} cannot stand here.", "Name a value, for example paid_from.")
            return ""
        kind = rows.get(name) or self.known.get(name, "")
        if name in self.fields and name not in self.sure:
            self.wrong(node.lineno, f"`{name}` may be empty.", f"Write {{% if {name} %}} … {{% endif %}} around it.")
        if not kind:
            first = name.partition(".")[0]
            near = [one for one in (*self.known, *rows) if one.partition(".")[0] == first] if "." in name else [*self.known, *rows]
            hint = did_you_mean(name, near) if near else "The service has none."
            self.wrong(node.lineno, f"There is nothing called `{name}`.", hint)
        return kind


def article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind.replace('_', ' ')}"


def name_of(node: nodes.Expr) -> str:
    """"paid_from", "answers.first_day"; "" for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return ""


def said(node: nodes.Node) -> str:
    """A kind of node as an editor may know it."""
    words = {"Assign": "set", "FromImport": "import", "Filter": "A filter (|)", "Const": "A fixed value", "Call": "A function"}
    return words.get(type(node).__name__, type(node).__name__.lower())
