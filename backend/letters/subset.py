"""What the text of a letter template may say: a part of the strict subset of our pages, and nothing that could run long.

Every mistake has a line and says what to write instead. The compiler of the pages (`pwa/compile.py`) takes whatever is taken
here; a test compares.
"""

import re
from collections.abc import Mapping

import msgspec
from jinja2 import Environment, TemplateSyntaxError, nodes

from backend.domain.lint.report import Mistake, did_you_mean
from backend.domain.services import Service
from backend.letters.sentences import ASK, of_text
from backend.letters.template_files import BLOCKS, Template

PARSER = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701 - plain text, no markup
NAMES = {
    "name": "text", "case_number": "text", "service": "text", "town": "text", "town_phone": "phone", "today": "date",
    "received_on": "date", "visit_at": "time", "visit_desk": "text", "visit_address": "text", "account_end": "text", "told": "list",
}  # fmt: skip
"""What every letter knows, beside its fields; and what each is."""
TABLES = ("answers", "last_days", "figures")
ROW = {"ask": "text", "said": "text"}
"""Of a row of `told`: the question, and what was answered."""
FORMATS = {
    "date": ("date", "time"), "short_date": ("date", "time"), "weekday": ("date", "time"), "time": ("time",), "money": ("amount",),
    "number": ("number",), "phone": ("phone",),
}  # fmt: skip
"""Our format functions, and what each takes."""
WRITE = {"date": "date({})", "time": "time({})", "amount": "money({})", "number": "number({})", "phone": "phone({})"}
SAYS = 'Write {{ t("…") }}: only then can it be translated.'


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


class Look:
    """One template's text under inspection."""

    def __init__(self, template: Template, service: Service | None) -> None:
        self.template, self.known = template, kinds_of(template, service)
        self.fields = {field.id: field for field in template.fields}
        self.found: list[Mistake] = []

    def wrong(self, line: int, text: str, hint: str = "") -> None:
        self.found.append(Mistake(self.template.file, line, text, hint))

    def tree(self) -> nodes.Template | None:
        try:
            return PARSER.parse(self.template.source)
        except TemplateSyntaxError as error:
            self.wrong(error.lineno, f"This cannot be read: {error.message or 'unknown'}.", "Compare the braces with a neighbour's.")
        except RecursionError:
            self.wrong(1, "Too much stands inside one another.", "Write it simpler.")
        return None

    def look(self) -> nodes.Template | None:
        tree = self.tree()
        if tree is None:
            return None
        for one in self.fields:
            if one in NAMES or one in TABLES or one in FORMATS or one in ASK or one in ("row", "loop"):
                self.wrong(1, f"A field cannot be called `{one}`: that name is taken.", "Choose another id.")
        self.blocks(tree)
        return tree

    def blocks(self, tree: nodes.Template) -> None:
        seen: list[str] = []
        for node in tree.body:
            if isinstance(node, nodes.Block):
                if node.name not in BLOCKS:
                    self.wrong(node.lineno, f"There is no block `{node.name}`.", did_you_mean(node.name, BLOCKS))
                elif node.scoped or node.required:
                    self.wrong(node.lineno, "A block has only its name.")
                seen.append(node.name)
                self.body(node.body, node.name, {})
            elif isinstance(node, nodes.Output):
                if any(not isinstance(part, nodes.TemplateData) or part.data.strip() for part in node.nodes):
                    self.wrong(node.lineno, "Outside of the blocks nothing is read.", "Move it into a block.")
            else:
                self.wrong(node.lineno, f"{said(node)} outside of a block.", "Move it into a block.")
        for name in BLOCKS:
            if name not in seen:
                self.wrong(1, f"The block `{name}` is missing.", "Each letter has a title, the five answers and a body. “Nothing” is an answer.")

    def body(self, body: list[nodes.Node], block: str, rows: Mapping[str, str]) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    goes_on = False
                    for part in node.nodes:
                        if isinstance(part, nodes.TemplateData):
                            self.bare(part, block, goes_on)
                            goes_on = not part.data.rstrip(" \t").endswith("\n")
                        else:
                            goes_on = True
                            self.printed(part, rows)
                case nodes.If():
                    for branch in (node, *node.elif_):
                        self.test(branch.test, rows)
                        self.body(branch.body, block, rows)
                    self.body(node.else_, block, rows)
                case nodes.For():
                    self.loop(node, block, rows)
                case _:
                    self.wrong(node.lineno, f"{said(node)} cannot stand in a letter.", "Use t(…), if and for … in told.")

    def bare(self, part: nodes.TemplateData, block: str, goes_on: bool) -> None:
        """Of bare text only what makes a heading or a list stands in a body; elsewhere only blanks. `goes_on`: the line has
        begun before."""
        for at, line in enumerate(part.data.split("\n")):
            text = line.strip()
            if not text:
                continue
            if text not in ("##", "-"):
                self.wrong(part.lineno + at, f"Bare text: “{text[:40]}”.", SAYS)
            elif block != "body" or (goes_on and at == 0):
                self.wrong(part.lineno + at, f"`{text}` in the middle of a text.", "Headings (##) and lists (-) stand in the body, at the start of a line.")
            elif not line.endswith((" ", "\t")):
                self.wrong(part.lineno + at, f"After `{text}` stand a space and a sentence.", f'Write {text} {{{{ t("…") }}}}.')

    def loop(self, node: nodes.For, block: str, rows: Mapping[str, str]) -> None:
        plain = isinstance(node.target, nodes.Name) and isinstance(node.iter, nodes.Name) and not (node.test or node.recursive or node.else_)
        if rows or not plain or node.iter.name != "told":
            self.wrong(node.lineno, "A letter has one kind of loop.", "Write {% for row in told %} … {% endfor %}, never one inside another.")
            return
        if node.target.name in self.known or node.target.name in FORMATS or node.target.name in ASK:
            self.wrong(node.lineno, f"`{node.target.name}` is a name already.", "Write {% for row in told %}.")
        self.body(node.body, block, {f"{node.target.name}.{key}": kind for key, kind in ROW.items()})

    def test(self, node: nodes.Expr, rows: Mapping[str, str]) -> None:
        match node:
            case nodes.And() | nodes.Or():
                self.test(node.left, rows)
                self.test(node.right, rows)
            case nodes.Not():
                self.test(node.node, rows)
            case nodes.Compare():
                self.compared(node)
            case _:
                self.kind(node, rows)

    def compared(self, node: nodes.Compare) -> None:
        left, op = node.expr, node.ops[0]
        plain = len(node.ops) == 1 and op.op in ("eq", "ne") and isinstance(left, nodes.Name) and isinstance(op.expr, nodes.Const)
        field = self.fields.get(left.name) if plain else None
        if field is None or field.kind != "choice":
            self.wrong(node.lineno, "Only a choice is compared, with one of its options.", 'Write {% if reason == "late" %}.')
        elif op.expr.value not in [one.is_ for one in field.options]:
            self.wrong(node.lineno, f"`{field.id}` has no option `{op.expr.value}`.", did_you_mean(op.expr.value, [one.is_ for one in field.options]))

    def printed(self, node: nodes.Expr, rows: Mapping[str, str]) -> None:
        """What is shown: a sentence, a value of text, or one that our functions write."""
        if isinstance(node, nodes.Call):
            self.call(node, rows)
            return
        kind, text = self.kind(node, rows), name_of(node)
        if kind in WRITE:
            self.wrong(node.lineno, f"`{text}` is a {kind}.", f"Write {WRITE[kind].format(text)}.")
        elif kind in ("choice", "list"):
            self.wrong(node.lineno, f"`{text}` is a {kind}, and no text.", 'Write {% if reason == "late" %} … {% endif %}.' if kind == "choice" else "Write {% for row in told %}.")

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
                self.wrong(node.lineno, f"`{name_of(node.args[0])}` is a {kind}: {name} cannot write it.", hint)

    def sentence(self, node: nodes.Call, name: str, rows: Mapping[str, str]) -> None:
        forms, rest = node.args[: ASK[name]], node.args[ASK[name] :]
        if len(forms) < ASK[name] or not all(isinstance(one, nodes.Const) and isinstance(one.value, str) and one.value.strip() for one in forms):
            self.wrong(node.lineno, f"In {name}(…) the sentence stands in quotes.", 'Write {{ t("We have your papers.") }}.')
            return
        if name == "tn":
            if not rest or self.kind(rest[0], rows) not in ("number", ""):
                self.wrong(node.lineno, "tn takes a whole number after its two sentences.")
            rest = rest[1:]
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
        if not kind:
            first = name.partition(".")[0]
            near = [one for one in (*self.known, *rows) if one.partition(".")[0] == first] if "." in name else [*self.known, *rows]
            hint = did_you_mean(name, near) if near else "The service has none."
            self.wrong(node.lineno, f"There is nothing called `{name}`.", hint)
        return kind


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


def inspected(template: Template, service: Service | None) -> tuple[Template, list[Mistake]]:
    """The template with its sentences, and what is wrong in its text."""
    look = Look(template, service)
    tree = look.look()
    if tree is None or look.found:
        return template, look.found
    return msgspec.structs.replace(template, sentences=of_text(tree, template.source, PARSER)), head_names(look)


def head_names(look: Look) -> list[Mistake]:
    """The days that the head names."""
    head = look.template.head
    named = [head.reply_by, *(day for one in head.action for day in (one.by, one.starts_at))]
    for name in filter(None, named):
        if look.known.get(name) not in ("date", "time"):
            look.wrong(1, f"The head names `{name}`, which is no day.", did_you_mean(name, [one for one, kind in look.known.items() if kind in ("date", "time")]))
    return look.found

