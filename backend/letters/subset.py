"""What the text of a letter template may say: a part of the strict subset of our pages, and nothing that could run long.

The compiler of the pages (`pwa/compile.py`) takes whatever is taken here; a test compares.
"""

from collections.abc import Mapping

import msgspec
from jinja2 import Environment, TemplateSyntaxError, nodes

from backend.domain.lint.report import Mistake, did_you_mean
from backend.domain.services import Service
from backend.letters.expressions import FORMATS, NAMES, ROW, TABLES, Expressions, said
from backend.letters.sentences import ASK, of_text
from backend.letters.template_files import BLOCKS, Template

PARSER = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701 - plain text, no markup
SAYS = 'Write {{ t("…") }}: only then can it be translated.'
DEEPEST = 6
"""Conditions inside one another."""


class Look(Expressions):
    """One template's text under inspection: how it is built."""

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
                if node.name in seen:
                    self.wrong(node.lineno, f"The block `{node.name}` stands here twice.", "Put both into one.")
                seen.append(node.name)
                self.body(node.body, node.name, {})
                if node.name in BLOCKS and not says(node.body):
                    self.wrong(node.lineno, f"The block `{node.name}` may stay empty.", "Say something in every case: put {% else %} before {% endif %}. “Nothing” is an answer.")
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
                        self.branch(branch, block, rows)
                    self.body(node.else_, block, rows)
                case nodes.For():
                    self.loop(node, block, rows)
                case _:
                    self.wrong(node.lineno, f"{said(node)} cannot stand in a letter.", "Use t(…), if and for … in told.")

    def branch(self, branch: nodes.If, block: str, rows: Mapping[str, str]) -> None:
        before = set(self.sure)
        self.sure |= held(branch.test)
        self.depth += 1
        if self.depth > DEEPEST:
            self.wrong(branch.lineno, f"More than {DEEPEST} conditions stand inside one another.", "Write it simpler.")
        else:
            self.body(branch.body, block, rows)
        self.depth -= 1
        self.sure = before

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
            case nodes.Name() if node.name in self.fields:
                pass
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


def held(test: nodes.Expr) -> set[str]:
    """Names that hold something where this is true."""
    if isinstance(test, nodes.And):
        return held(test.left) | held(test.right)
    if isinstance(test, nodes.Compare) and test.ops[0].op == "eq":
        return held(test.expr)
    return {test.name} if isinstance(test, nodes.Name) else set()


def says(body: list[nodes.Node]) -> bool:
    """Is something printed here whatever the case?"""
    return any(
        any(not isinstance(part, nodes.TemplateData) for part in node.nodes) if isinstance(node, nodes.Output)
        else isinstance(node, nodes.If) and says(node.else_) and all(says(branch.body) for branch in (node, *node.elif_))
        for node in body
    )  # fmt: skip


def inspected(template: Template, service: Service | None) -> tuple[Template, list[Mistake]]:
    """The template with its sentences, and what is wrong in its text."""
    look = Look(template, service)
    try:
        tree = look.look()
    except RecursionError:
        return template, [Mistake(template.file, 1, "Too much stands inside one another.", "Write it simpler.")]
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
        elif name in look.fields and name not in look.sure:
            look.wrong(1, f"The head names `{name}`, which may be empty.", "Take `optional` away, or name another day.")
    return look.found

