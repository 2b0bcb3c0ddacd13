"""Jinja2's own tree of our templates → one ES module that renders the same bytes.

The subset is small on purpose, so that both sides can be held to the same bytes. Whatever this file does not know is
refused with file and line. No sentence travels in the module: messages are numbers, whose texts come with
the content of the reader's language.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jinja2 import nodes

from i18n.catalogue import Message, marks, names
from pwa.source import Refused, Source, read_all
from pwa.texts import check_texts

MESSAGES = {"t": 1, "tn": 3, "plain": 1, "plain_n": 3}
SENTENCES = {"say", "plain_say"}
FORMATS = {"number", "money", "date", "short_date", "time", "weekday", "month", "phone", "list"}
HTML = {"t", "tn", "say"}
FUNCTIONS = {*MESSAGES, *SENTENCES, *FORMATS}
WORLD = ("lang", "languages")
"""What macros may read beside their arguments; `assets` is for pages alone."""
DICT_METHODS = {name for name in dir(dict) if not name.startswith("_")}
SERVERS_OWN = ("activate.html", "duplicate-draft.html", "kept-paper.html", "sign-in.html")
"""Pages that need the server in any case, `SERVER` in `worker/routes.js`: the phone does not carry them."""
LOOP = {"index": "$i+1", "index0": "$i", "first": "($i===0)", "last": "($i===$n-1)", "length": "$n"}
ORDER = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}


@dataclass(frozen=True)
class Macro:
    name: str
    file: str
    count: int


@dataclass
class Scope:
    """What a name means here."""

    file: str
    context: bool
    """Pages read the context; macros only what they are handed."""
    own: dict[str, str] = field(default_factory=dict)
    macros: dict[str, Macro] = field(default_factory=dict)
    modules: dict[str, dict[str, Macro]] = field(default_factory=dict)
    in_loop: bool = False
    depth: int = 0

    def within(self, name: str) -> "Scope":
        """With one more value, under a short name of its own."""
        return replace(self, own={**self.own, name: short_name(self.depth)}, depth=self.depth + 1)


class Compiler:
    def __init__(self, sources: dict[str, Source]) -> None:
        self.sources = sources
        self.messages: dict[Message, int] = {}
        self.english: dict[tuple[str, str], str] = {}
        self.exports = {file: self.macros_in(source) for file, source in sources.items()}
        self.labels = {name: f"${at}" for at, name in enumerate(name for held in self.exports.values() for name in held)}
        """Macros and values live in one JavaScript scope; the sign keeps them apart."""

    def macros_in(self, source: Source) -> dict[str, Macro]:
        return {
            node.name: Macro(node.name, source.file, len(node.args))
            for node in source.tree.body
            if isinstance(node, nodes.Macro)
        }

    def module(self) -> str:
        """One module: every macro once, every page a function of its context."""
        seen: dict[str, Macro] = {}
        lines = [
            "import{H,J,G,T,N,L,Q,I}from'./runtime.js'",
            f"let {','.join([*sorted(FUNCTIONS), *WORLD, 'assets'])}",
        ]
        for file, source in self.sources.items():
            for node in source.tree.body:
                if isinstance(node, nodes.Macro):
                    if node.name in seen:
                        raise Refused(file, node.lineno, f"a macro {node.name} is already in {seen[node.name].file}")
                    seen[node.name] = self.exports[file][node.name]
                    lines.append(self.macro(node, source))
        bases = {self.base(source) for source in self.sources.values()} - {""}
        for file in sorted(bases):
            lines.append(f"const {page_name(file)}_=($,b)=>{self.body(self.sources[file], slots=True)}")
        pages = [source for source in self.sources.values() if source.is_page and source.file not in bases]
        table = ",\n".join(f"{json.dumps(page_name(page.file))}:{self.page(page)}" for page in pages)
        lines.append(f"const pages={{{table}}}")
        lines.append(
            f"const use=g=>{{({{{','.join([*sorted(FUNCTIONS), *WORLD, 'assets'])}}}=g)}}\n"
            "export const templates=Object.fromEntries(Object.entries(pages).map("
            "([name,page])=>[name,(context,globals)=>(use(globals),page(context).s)]))"
        )
        return "\n".join(lines) + "\n"

    def base(self, source: Source) -> str:
        found = [node for node in source.tree.body if isinstance(node, nodes.Extends)]
        if not found:
            return ""
        if len(found) > 1 or not isinstance(found[0].template, nodes.Const):
            raise Refused(source.file, found[-1].lineno, "extends takes one literal name")
        name = found[0].template.value
        if name not in self.sources:
            raise Refused(source.file, found[0].lineno, f"no template {name}")
        if any(isinstance(node, nodes.Extends) for node in self.sources[name].tree.body):
            raise Refused(source.file, found[0].lineno, "extends goes one step only")
        return name

    def page(self, source: Source) -> str:
        base = self.base(source)
        if not base:
            return f"$=>{self.body(source, slots=False)}"
        scope = self.scope(source)
        offered = {block.name for block in self.sources[base].tree.find_all(nodes.Block)}
        blocks = []
        for node in source.tree.body:
            if isinstance(node, nodes.Block):
                if node.name not in offered:
                    raise Refused(source.file, node.lineno, f"{base} has no block {node.name}")
                self.refuse_inner_blocks(node, source)
                blocks.append(f"{json.dumps(node.name)}:$=>{self.html(node.body, scope)}")
            elif isinstance(node, nodes.Output) and not blank(node):
                raise Refused(source.file, node.lineno, "outside of a block nothing is shown")
            elif not isinstance(node, nodes.Extends | nodes.Macro | nodes.FromImport | nodes.Import | nodes.Output):
                raise Refused(source.file, node.lineno, f"{kind(node)} outside of a block")
        return f"$=>{page_name(base)}_($,{{{','.join(blocks)}}})"

    def refuse_inner_blocks(self, block: nodes.Block, source: Source) -> None:
        for inner in block.find_all(nodes.Block):
            raise Refused(source.file, inner.lineno, "a block inside a block")

    def body(self, source: Source, slots: bool) -> str:
        return self.html(source.tree.body, self.scope(source), slots)

    def scope(self, source: Source) -> Scope:
        scope = Scope(source.file, context=True)
        scope.macros |= self.exports[source.file]
        for node in source.tree.body:
            if isinstance(node, nodes.FromImport | nodes.Import):
                self.take(node, scope)
        return scope

    def take(self, node: nodes.FromImport | nodes.Import, scope: Scope) -> None:
        if node.with_context:
            raise Refused(scope.file, node.lineno, "import with context")
        if not isinstance(node.template, nodes.Const) or node.template.value not in self.sources:
            raise Refused(scope.file, node.lineno, "import of a template that is not there")
        offered = self.exports[node.template.value]
        if isinstance(node, nodes.Import):
            self.check_name(node.target, node, scope)
            scope.modules[node.target] = offered
            return
        for item in node.names:
            name, local = item if isinstance(item, tuple) else (item, item)
            if name not in offered:
                raise Refused(scope.file, node.lineno, f"no macro {name} in {node.template.value}")
            self.check_name(local, node, scope)
            scope.macros[local] = offered[name]

    def check_name(self, name: str, node: nodes.Node, scope: Scope) -> None:
        if name in FUNCTIONS or name == "loop":
            raise Refused(scope.file, node.lineno, f"{name} is a name of ours already")

    def macro(self, node: nodes.Macro, source: Source) -> str:
        scope = replace(self.scope(source), context=False)
        self.check_name(node.name, node, scope)
        if node.defaults:
            raise Refused(source.file, node.lineno, "a macro's arguments have no defaults")
        for argument in node.args:
            self.check_name(argument.name, node, scope)
            scope = scope.within(argument.name)
        return f"const {self.labels[node.name]}=({','.join(scope.own.values())})=>{self.branch(node.body, scope, False)}"

    # -- statements: everything is one expression, so that the module stays small

    def html(self, body: list[nodes.Node], scope: Scope, slots: bool = False) -> str:
        return f"H`{''.join(self.piece(node, scope, slots) for node in body)}`"

    def piece(self, node: nodes.Node, scope: Scope, slots: bool) -> str:
        match node:
            case nodes.Output():
                return "".join(self.printed(part, scope) for part in node.nodes)
            case nodes.If():
                return "${" + self.conditional(node, scope, slots) + "}"
            case nodes.For():
                return "${" + self.loop(node, scope) + "}"
            case nodes.Block() if slots:
                self.plain_block(node, scope)
                name = json.dumps(node.name)
                return f"${{(b[{name}]||($=>{self.html(node.body, scope)}))($)}}"
            case nodes.Macro() | nodes.FromImport() | nodes.Import():
                return ""
        raise Refused(scope.file, node.lineno, f"{kind(node)} cannot be compiled")

    def plain_block(self, node: nodes.Block, scope: Scope) -> None:
        if node.scoped or node.required or scope.in_loop:
            raise Refused(scope.file, node.lineno, "a block in a loop, or scoped, or required")
        for inner in node.find_all(nodes.Block):
            raise Refused(scope.file, inner.lineno, "a block inside a block")

    def printed(self, node: nodes.Expr, scope: Scope) -> str:
        if isinstance(node, nodes.TemplateData):
            return quoted(node.data)
        if isinstance(node, nodes.Const) and type(node.value) not in (str, int):
            raise Refused(scope.file, node.lineno, "only text and whole numbers are printed")
        if isinstance(node, nodes.Compare | nodes.Not | nodes.List | nodes.Dict):
            raise Refused(scope.file, node.lineno, "only text and whole numbers are printed")
        return "${" + self.value(node, scope) + "}"

    def conditional(self, node: nodes.If, scope: Scope, slots: bool) -> str:
        text = f"{self.test(node.test, scope)}?{self.branch(node.body, scope, slots)}:"
        for other in node.elif_:
            text += f"{self.test(other.test, scope)}?{self.branch(other.body, scope, slots)}:"
        return text + (self.branch(node.else_, scope, slots) if node.else_ else '""')

    def branch(self, body: list[nodes.Node], scope: Scope, slots: bool) -> str:
        """The value itself where there is nothing around it; who prints the branch escapes it."""
        text = self.html(body, scope, slots)
        parts = body[0].nodes if len(body) == 1 and isinstance(body[0], nodes.Output) else body
        return text[4:-2] if len(parts) == 1 and not isinstance(parts[0], nodes.TemplateData) and text[:4] == "H`${" else text

    def loop(self, node: nodes.For, scope: Scope) -> str:
        if node.test or node.recursive or not isinstance(node.target, nodes.Name):
            raise Refused(scope.file, node.lineno, "a loop is: for name in list")
        if isinstance(node.iter, nodes.Filter | nodes.Call):
            raise Refused(scope.file, node.lineno, "a loop goes over a list as it is")
        name = node.target.name
        self.check_name(name, node, scope)
        inner = replace(scope.within(name), in_loop=True)
        outer = replace(scope, in_loop=False)
        body = self.html(node.body, inner)
        counted = ",$i,$n" if "$n" in body else ",$i" if "$i" in body else ""
        text = f"L({self.value(node.iter, scope)},({inner.own[name]}{counted})=>{body}"
        return text + (f",()=>{self.html(node.else_, outer)})" if node.else_ else ")")

    # -- conditions

    def test(self, node: nodes.Expr, scope: Scope, inner: bool = False) -> str:
        match node:
            case nodes.And() | nodes.Or():
                sign = "&&" if isinstance(node, nodes.And) else "||"
                text = f"{self.test(node.left, scope, True)}{sign}{self.test(node.right, scope, True)}"
                return f"({text})" if inner else text
            case nodes.Not():
                return f"!{self.test(node.node, scope, True)}"
            case nodes.Compare():
                text = self.compared(node, scope)
                return f"({text})" if inner else text
        if boolean(node):
            return self.value(node, scope)
        return f"T({self.value(node, scope)})"

    def compared(self, node: nodes.Compare, scope: Scope) -> str:
        if len(node.ops) != 1:
            raise Refused(scope.file, node.lineno, "one comparison at a time")
        op, right = node.ops[0].op, node.ops[0].expr
        left = node.expr
        if op in ORDER:
            if not (whole(left) or whole(right)):
                raise Refused(scope.file, node.lineno, "order needs a whole number on one side")
            return f"{self.ordered(left, scope)}{ORDER[op]}{self.ordered(right, scope)}"
        if op not in ("eq", "ne"):
            raise Refused(scope.file, node.lineno, f"{op} is no comparison of ours")
        if boolean(left) or boolean(right):
            raise Refused(scope.file, node.lineno, "a truth is not compared")
        a, b = self.value(left, scope), self.value(right, scope)
        if isinstance(left, nodes.Const) or isinstance(right, nodes.Const):
            if not isinstance(left, nodes.Name) and not isinstance(right, nodes.Name):
                return f"{a}{'===' if op == 'eq' else '!=='}{b}"
        return f"{'' if op == 'eq' else '!'}Q({a},{b})"

    def ordered(self, node: nodes.Expr, scope: Scope) -> str:
        text = self.value(node, scope)
        return text if whole(node) else f"I({text})"

    # -- values

    def value(self, node: nodes.Expr, scope: Scope) -> str:
        match node:
            case nodes.Const():
                if type(node.value) not in (str, int):
                    raise Refused(scope.file, node.lineno, f"{node.value!r} is neither text nor a whole number")
                return js(node.value)
            case nodes.TemplateData():
                return js(node.data)
            case nodes.Name():
                return self.name(node, scope)
            case nodes.Getattr() | nodes.Getitem():
                return self.path(node, scope)
            case nodes.CondExpr():
                if node.expr2 is None:
                    raise Refused(scope.file, node.lineno, "an inline if needs its else")
                return f"({self.test(node.test, scope)}?{self.value(node.expr1, scope)}:{self.value(node.expr2, scope)})"
            case nodes.Concat():
                for part in node.nodes:
                    if isinstance(part, nodes.Const) and type(part.value) is not str:
                        raise Refused(scope.file, part.lineno, "~ joins text only")
                return f"J({','.join(self.value(part, scope) for part in node.nodes)})"
            case nodes.List():
                return f"[{','.join(self.value(item, scope) for item in node.items)}]"
            case nodes.Dict():
                return self.dict(node, scope)
            case nodes.Filter():
                if node.name != "length" or node.args or node.kwargs or node.node is None:
                    raise Refused(scope.file, node.lineno, f"no filter {node.name}")
                return f"N({self.value(node.node, scope)})"
            case nodes.Call():
                return self.call(node, scope)
            case nodes.Compare() | nodes.Not():
                return f"({self.test(node, scope)})"
            case nodes.And() | nodes.Or():
                raise Refused(scope.file, node.lineno, "and, or stand in conditions only")
        raise Refused(scope.file, node.lineno, f"{kind(node)} cannot be compiled")

    def name(self, node: nodes.Name, scope: Scope) -> str:
        name = node.name
        if name in scope.own:
            return scope.own[name]
        if name in scope.macros or name in scope.modules or name == "loop":
            raise Refused(scope.file, node.lineno, f"{name} is no value")
        if name in WORLD:
            return name
        if not scope.context:
            raise Refused(scope.file, node.lineno, f"a macro knows only its arguments, not {name}")
        return name if name == "assets" else f"G($,{js(name)})"

    def path(self, node: nodes.Getattr | nodes.Getitem, scope: Scope) -> str:
        keys: list[Any] = []
        root: nodes.Expr = node
        while isinstance(root, nodes.Getattr | nodes.Getitem):
            keys.insert(0, self.key(root, scope))
            root = root.node
        if isinstance(root, nodes.Name) and root.name == "loop" and root.name not in scope.own:
            if not scope.in_loop or len(keys) != 1 or keys[0] not in LOOP:
                raise Refused(scope.file, node.lineno, "loop has index, index0, first, last, length, inside a loop")
            return LOOP[keys[0]]
        if not isinstance(root, nodes.Name):
            raise Refused(scope.file, node.lineno, f"{kind(root)} has no parts")
        base = self.name(root, scope)
        path = ",".join(js(key) for key in keys)
        return f"{base[:-1]},{path})" if base.startswith("G(") else f"G({base},{path})"

    def key(self, node: nodes.Getattr | nodes.Getitem, scope: Scope) -> Any:
        if isinstance(node, nodes.Getattr):
            key: Any = node.attr
        elif isinstance(node.arg, nodes.Const) and type(node.arg.value) in (str, int):
            key = node.arg.value
        else:
            raise Refused(scope.file, node.lineno, "a key is a literal")
        if key in DICT_METHODS or (isinstance(key, str) and key.startswith("__")):
            raise Refused(scope.file, node.lineno, f"{key} is the name of a Python method")
        return key

    def dict(self, node: nodes.Dict, scope: Scope) -> str:
        pairs = []
        for item in node.items:
            if not isinstance(item.key, nodes.Const) or type(item.key.value) is not str or item.key.value[:2] == "__":
                raise Refused(scope.file, item.lineno, "a key is a literal text")
            name = item.key.value
            pairs.append(f"{name if name.isidentifier() and name.isascii() else js(name)}:{self.value(item.value, scope)}")
        return f"{{{','.join(pairs)}}}"

    # -- calls

    def call(self, node: nodes.Call, scope: Scope) -> str:
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise Refused(scope.file, node.lineno, "arguments are positional")
        macro = self.called_macro(node, scope)
        if macro:
            if len(node.args) != macro.count:
                raise Refused(scope.file, node.lineno, f"{macro.name} takes {macro.count} arguments, not {len(node.args)}")
            return f"{self.labels[macro.name]}({','.join(self.value(argument, scope) for argument in node.args)})"
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name in MESSAGES:
            return self.message(name, node, scope)
        if name in SENTENCES:
            return self.sentence(name, node, scope)
        if name in FORMATS:
            if len(node.args) != 1:
                raise Refused(scope.file, node.lineno, f"{name} takes one argument")
            return f"{name}({self.value(node.args[0], scope)})"
        raise Refused(scope.file, node.lineno, f"nothing called {name or kind(node.node)} to call")

    def called_macro(self, node: nodes.Call, scope: Scope) -> Macro | None:
        target = node.node
        if isinstance(target, nodes.Name) and target.name not in scope.own:
            return scope.macros.get(target.name)
        if isinstance(target, nodes.Getattr) and isinstance(target.node, nodes.Name):
            return scope.modules.get(target.node.name, {}).get(target.attr)
        return None

    def sentence(self, name: str, node: nodes.Call, scope: Scope) -> str:
        if not 1 <= len(node.args) <= 2:
            raise Refused(scope.file, node.lineno, f"{name} takes a sentence and its values")
        if isinstance(node.args[0], nodes.Const):
            raise Refused(scope.file, node.lineno, f"a literal text is for t, not {name}")
        values = self.values(node.args[1], scope)[1] if len(node.args) == 2 else ""
        return f"{name}({self.value(node.args[0], scope)}{',' + values if values else ''})"

    def message(self, name: str, node: nodes.Call, scope: Scope) -> str:
        count = MESSAGES[name]
        if len(node.args) not in (count, count + 1):
            raise Refused(scope.file, node.lineno, f"{name} takes its texts{' and a number' if count == 3 else ''}, then values")
        literal = node.args[: 2 if count == 3 else 1]
        for text in literal:
            if not isinstance(text, nodes.Const) or type(text.value) is not str or not text.value.strip():
                raise Refused(scope.file, node.lineno, f"the text of {name} is a literal")
        one, many = literal[0].value, literal[1].value if count == 3 else ""
        given, values, context = self.values(node.args[count], scope) if len(node.args) > count else (set(), "", "")
        self.check_message(one, many, given, node, scope)
        number = self.number((context, one, many), node, scope)
        parts = [str(number)]
        if count == 3:
            parts.append(self.value(node.args[2], scope))
        return f"{name}({','.join([*parts, *([values] if values else [])])})"

    def values(self, node: nodes.Expr, scope: Scope) -> tuple[set[str], str, str]:
        if not isinstance(node, nodes.Dict):
            raise Refused(scope.file, node.lineno, "values are a literal { }")
        context, kept = "", []
        for item in node.items:
            if isinstance(item.key, nodes.Const) and item.key.value == "ctx":
                if not isinstance(item.value, nodes.Const) or type(item.value.value) is not str:
                    raise Refused(scope.file, item.lineno, "ctx is a literal text")
                context = item.value.value
                continue
            if makes_html(item.value, scope):
                raise Refused(scope.file, item.lineno, "a value is text, not HTML")
            kept.append(item)
        given = {item.key.value for item in kept if isinstance(item.key, nodes.Const)}
        return given, self.dict(nodes.Dict(kept, lineno=node.lineno), scope) if kept else "", context

    def check_message(self, one: str, many: str, given: set[str], node: nodes.Call, scope: Scope) -> None:
        wanted = names(one) | ({"link"} if "<link>" in marks(one) else set())
        if many:
            if "n" in given:
                raise Refused(scope.file, node.lineno, "n is filled by itself")
            if "n" not in names(one) or "n" not in names(many):
                raise Refused(scope.file, node.lineno, "both forms hold {n}")
            if names(one) != names(many) or marks(one) != marks(many):
                raise Refused(scope.file, node.lineno, "both forms hold the same names and marks")
            wanted -= {"n"}
        if wanted != given:
            odd = ", ".join(sorted(wanted ^ given))
            raise Refused(scope.file, node.lineno, f"names in the text and values differ: {odd}")

    def number(self, message: Message, node: nodes.Call, scope: Scope) -> int:
        context, one, many = message
        if self.english.setdefault((context, one), many) != many:
            raise Refused(scope.file, node.lineno, f"{one!r} stands elsewhere with another plural")
        return self.messages.setdefault(message, len(self.messages))


def makes_html(node: nodes.Expr, scope: Scope) -> bool:
    if isinstance(node, nodes.CondExpr):
        return makes_html(node.expr1, scope) or (node.expr2 is not None and makes_html(node.expr2, scope))
    if isinstance(node, nodes.Call):
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        return name in HTML or name not in FUNCTIONS
    return isinstance(node, nodes.List | nodes.Dict | nodes.Compare | nodes.Not)


def boolean(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Compare | nodes.Not) or (is_loop(node) and node.attr in ("first", "last"))


def whole(node: nodes.Expr) -> bool:
    """Known to be a whole number before any context is seen."""
    if isinstance(node, nodes.Const):
        return type(node.value) is int
    if isinstance(node, nodes.Filter):
        return node.name == "length"
    return is_loop(node) and node.attr in ("index", "index0", "length")


def is_loop(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "loop"


def blank(node: nodes.Output) -> bool:
    return all(isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes)


def kind(node: nodes.Node) -> str:
    return type(node).__name__.lower()


def page_name(file: str) -> str:
    return file.removesuffix(".html")


def short_name(at: int) -> str:
    """`t` is a function of ours, `b` a layout's table of blocks."""
    letters = "acdefghijklmnopqrsuvwxyz"
    return letters[at] if at < len(letters) else f"{letters[at % len(letters)]}{at // len(letters)}"


def js(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def quoted(text: str) -> str:
    """Inside a JavaScript template literal."""
    return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${").replace("\r", "\\r")


def compiled(folder: Path | str) -> Compiler:
    """Of the pages a phone makes. The server's own obey the same rules."""
    sources = read_all(folder)
    check_texts(sources.values())
    Compiler(sources).module()
    return Compiler({file: source for file, source in sources.items() if file not in SERVERS_OWN})


def compile_templates(folder: Path | str) -> tuple[str, list[Message]]:
    """The module `templates.js`: `templates = {name: (context, globals) => html}`, and what the numbers in it mean, for
    `i18n.catalogue.bundle`. Refused says file and line."""
    compiler = compiled(folder)
    return compiler.module(), list(compiler.messages)
