"""Do the conditions, limits and last days of a service file make sense?"""

from typing import Any

from backend.domain import days, facts
from backend.domain.conditions import OPERATORS
from backend.domain.lint.report import Report, did_you_mean
from backend.domain.lint.values import EVENTS, SIZES, measured, span, start, value

Table = dict[str, Any]
FITTING = {
    "yes_no": ["is", "is_not"], "choice": ["is", "is_not"], "choices": ["is", "is_not"], "date": ["is", "is_not", *SIZES],
    "number": ["is", "is_not", *SIZES], "amount": ["is", "is_not", *SIZES], "text": ["is", "is_not", *SIZES],
    "long_text": SIZES, "name": SIZES, "phone": [], "email": [], "address": ["is", "is_not"], "person": [], "file": [],
    "declaration": ["is"], "appointment": [],
}  # fmt: skip
"""kind → operators a condition may use on it, beside `exists`."""
LIMITS = {"date": SIZES, "number": SIZES, "amount": SIZES, "text": SIZES, "long_text": SIZES, "name": SIZES, "choices": SIZES}
"""kind → operators its own `must` may use."""


def look(report: Report) -> None:
    for at, question in enumerate(report.tables("question")):
        question_when(report, at, question)
        for must in question.get("must", []):
            limit(report, at, question, must)
        ends(report, at, question)
        known(report, at, question)
    for at, group in enumerate(report.tables("group")):
        first = next(each["id"] for each in report.tables("question") if each.get("group") == group["id"])
        condition(report, "group", at, group.get("when", {}), before(report, first, ""), "")
        if group.get("each") and facts.NAMES.get(group["each"]) != "people":
            report.wrong("group", at, "each", f"`{group['each']}` is no list of people.", "It is household.people or household.children.")
    for place, (name, at) in enumerate(order := report.lines.order(["question", "ending"])):
        if name == "ending":
            seen = {report.tables("question")[number]["id"] for kind, number in order[:place] if kind == "question"}
            condition(report, "ending", at, report.tables("ending")[at].get("when", {}), seen, "")
    everything = set(report.questions)
    for name, at, table in report.each("deadline", "outcome", "task", "tick", "bring"):
        row = table.get("each", "") if name == "task" and table.get("each", "") in report.groups else ""
        condition(report, name, at, table.get("when", {}), everything, row)
    for at, rule in enumerate(report.tables("deadline")):
        last_day(report, at, rule)
    after_sending(report)


def question_when(report: Report, at: int, question: Table) -> None:
    seen = before(report, question["id"], question.get("group", ""))
    condition(report, "question", at, question.get("when", {}), seen, question.get("group", ""))


def before(report: Report, id: str, group: str) -> set[str]:
    """The questions answered when this one is asked. A group stands where its first question stands."""
    listed = [each["id"] for each in report.tables("question") if each["kind"] != "declaration"]
    if report.questions[id]["kind"] == "declaration":
        return set(listed)
    place = {each: listed.index(next(i for i in listed if same_group(report, i, each))) for each in listed}
    outside = {each for each in listed if place[each] < place[id]}
    return outside | {each for each in listed[: listed.index(id)] if group and report.questions[each].get("group") == group}


def same_group(report: Report, one: str, other: str) -> bool:
    group = report.questions[other].get("group", "")
    return one == other or (group != "" and report.questions[one].get("group") == group)


# ---- conditions ---------------------------------------------------------------------------------------------


def condition(report: Report, table: str, at: int, found: Any, seen: set[str], group: str, beside: tuple[Any, ...] = ()) -> None:
    """`beside` are the other parts of an `all`: an `exists = true` may stand there."""
    if found == {}:
        return
    if not isinstance(found, dict):
        report.wrong(table, at, "when", "`when` is no condition.", 'Write when = { question = "…", is = "…" }.')
        return
    for joined in ("any", "all"):
        if joined in found:
            parts = found[joined]
            if len(found) > 1 or not isinstance(parts, list) or not parts:
                report.wrong(table, at, "when", f"`{joined}` holds a list of conditions, and stands alone.", f"Write {joined} = [{{ … }}, {{ … }}].")
                return
            for part in parts:
                condition(report, table, at, part, seen, group, tuple(parts) if joined == "all" else ())
            return
    one_condition(report, table, at, found, seen, group, beside)


def one_condition(report: Report, table: str, at: int, found: Table, seen: set[str], group: str, beside: tuple[Any, ...]) -> None:
    words = ["question", "fact", "any", "all", *OPERATORS]
    for key in found:
        if key not in words:
            report.wrong(table, at, "when", f"A condition has no `{key}`.", did_you_mean(key, words))
            return
    if ("question" in found) == ("fact" in found):
        report.wrong(table, at, "when", "A condition looks at one `question` or one `fact`.", "Join several with `any` or `all`.")
    elif not any(operator in found for operator in OPERATORS):
        report.wrong(table, at, "when", "The condition compares with nothing.", f"Write one of: {', '.join(OPERATORS)}.")
    elif "fact" in found:
        about_fact(report, table, at, found, seen, group, beside)
    else:
        about_question(report, table, at, found, seen, beside)


def about_fact(report: Report, table: str, at: int, found: Table, seen: set[str], group: str, beside: tuple[Any, ...]) -> None:
    name = found["fact"]
    if name.split(".")[0] not in EVENTS and name not in facts.NAMES:
        report.wrong(table, at, "when", f"No register knows `{name}`.", did_you_mean(name, facts.NAMES))
    elif name.startswith("row.") and not report.groups.get(group, {}).get("each"):
        report.wrong(table, at, "when", f"`{name}` is about the person of a row.", "It stands only in a group with `each`.")
    elif "is_not" in found and not is_sure(found, "fact", name, beside):
        report.wrong(table, at, "when", f"`is_not` is true as well when nobody knows `{name}`.", "Add exists = true.")
    for operator in OPERATORS[1:]:
        if operator in found:
            value(report, table, at, "when", found[operator], seen)
    exists(report, table, at, found)


def about_question(report: Report, table: str, at: int, found: Table, seen: set[str], beside: tuple[Any, ...]) -> None:
    id = found["question"]
    if id not in report.questions:
        report.wrong(table, at, "when", f"There is no question `{id}`.", did_you_mean(id, report.questions))
        return
    asked = report.questions[id]
    if id not in seen:
        why = "stands on the check page" if asked["kind"] == "declaration" else "is asked later"
        report.wrong(table, at, "when", f"The question `{id}` {why}: nobody has answered it here.", "Look at a question above, or move this one down.")
    if "is_not" in found and can_be_skipped(report, asked) and not is_sure(found, "question", id, beside):
        report.wrong(table, at, "when", f"`is_not` is true as well when `{id}` is not asked or left empty.", "Add exists = true, or use `is`.")
    for operator in OPERATORS[1:]:
        if operator in found:
            operator_fits(report, table, at, asked, operator, found[operator], seen)
    exists(report, table, at, found)


def is_sure(found: Table, key: str, name: str, beside: tuple[Any, ...]) -> bool:
    return any(isinstance(each, dict) and each.get(key) == name and each.get("exists") is True for each in (found, *beside))


def can_be_skipped(report: Report, question: Table) -> bool:
    group = report.groups.get(question.get("group", ""), {})
    return bool(question.get("optional") or question.get("when") or group.get("when"))


def exists(report: Report, table: str, at: int, found: Table) -> None:
    if "exists" in found and not isinstance(found["exists"], bool):
        report.wrong(table, at, "when", "`exists` is true or false.", "Write it without quotes.")


def operator_fits(report: Report, table: str, at: int, asked: Table, operator: str, wanted: Any, seen: set[str]) -> None:
    kind, id = asked["kind"], asked["id"]
    if operator not in FITTING[kind]:
        fitting = ", ".join(["exists", *FITTING[kind]])
        report.wrong(table, at, "when", f"`{operator}` cannot be asked of `{id}`, a {kind}.", f"It takes: {fitting}.")
    elif kind == "yes_no" and wanted not in ("yes", "no"):
        report.wrong(table, at, "when", f"`{id}` is answered \"yes\" or \"no\", not `{wanted}`.", 'Write is = "yes", with quotes.')
    elif kind in ("choice", "choices"):
        options = [each["is"] for each in asked["options"]]
        if wanted not in options:
            report.wrong(table, at, "when", f"`{id}` has no option `{wanted}`.", did_you_mean(wanted, options))
    elif kind == "address":
        address_of(report, table, at, wanted)
    else:
        measured(report, table, at, "when", kind, operator, wanted, seen)


def address_of(report: Report, table: str, at: int, wanted: Any) -> None:
    """An address is compared with one that a register knows."""
    named = wanted.get("fact") if isinstance(wanted, dict) and set(wanted) == {"fact"} else None
    if facts.NAMES.get(named or "") != "address":
        report.wrong(table, at, "when", f"An address is not compared with `{wanted}`.", 'Write is = { fact = "person.address" }.')


# ---- limits, facts ------------------------------------------------------------------------------------------


def limit(report: Report, at: int, question: Table, must: Table) -> None:
    kind = question["kind"]
    named = [operator for operator in OPERATORS if operator in must]
    for key in must:
        if key not in [*OPERATORS, "alone", "say", "when"]:
            report.wrong("question", at, "must", f"A limit has no `{key}`.", did_you_mean(key, [*OPERATORS, "alone", "say", "when"]))
    if not must.get("say"):
        report.wrong("question", at, "must", "The limit says nothing when it is broken.", 'Write say = "Write a day before today."')
    if "alone" in must:
        alone(report, at, question, must["alone"])
    elif not named:
        report.wrong("question", at, "must", "The limit limits nothing.", f"Write one of: {', '.join(SIZES)}.")
    seen = before(report, question["id"], question.get("group", ""))
    for operator in named:
        if operator not in LIMITS.get(kind, []):
            fitting = LIMITS.get(kind)
            hint = f"It takes: {', '.join(fitting)}." if fitting else f"A {kind} takes no limits; use an [[ending]]."
            report.wrong("question", at, "must", f"`{operator}` is no limit for a {kind}.", hint)
        else:
            measured(report, "question", at, "must", kind, operator, must[operator], seen)
    low, high = must.get("at_least"), must.get("at_most")
    if type(low) is int and type(high) is int and low > high:
        report.wrong("question", at, "must", f"Nothing is at least {low} and at most {high}.", "Change the two.")
    condition(report, "question", at, must.get("when", {}), seen, question.get("group", ""))


def ends(report: Report, at: int, question: Table) -> None:
    """A date, a number and an amount have both ends, whatever else was answered: a slip of the finger is then seen.

    A number begins at 0 by itself.
    """
    if question["kind"] not in NEED_ENDS:
        return
    always = [must for must in question.get("must", []) if not must.get("when")]
    for words, operators in NEED_ENDS[question["kind"]].items():
        if not any(operator in must and is_certain(report, must[operator]) for must in always for operator in operators):
            report.wrong("question", at, "must", f"The {question['kind']} `{question['id']}` has no {words} that always holds.", END_HINTS[question["kind"]])


NEED_ENDS = {
    "date": {"earliest day": ["at_least", "more_than"], "latest day": ["at_most", "less_than"]},
    "number": {"highest value": ["at_most", "less_than"]}, "amount": {"highest value": ["at_most", "less_than"]},
}  # fmt: skip
END_HINTS = {
    "date": 'Write must = [{ at_least = { from = "today", add = "-2 years" }, say = "…" }, { at_most = { from = "today" }, say = "…" }].',
    "number": 'Write must = [{ at_most = 40, say = "Write at most 40." }].',
    "amount": 'Write must = [{ at_most = 10000000, say = "Write at most 100,000 kr." }]: the amount is in øre.',
}  # fmt: skip


def is_certain(report: Report, limit: Any) -> bool:
    """Is it known for everybody? A question that can be skipped, or a register that may not know, gives no end."""
    start = limit.get("from", "today") if isinstance(limit, dict) and "figure" not in limit else "today"
    return start == "today" or (start in report.questions and not can_be_skipped(report, report.questions[start]))


def alone(report: Report, at: int, question: Table, wanted: Any) -> None:
    options = [each["is"] for each in question.get("options", [])]
    if question["kind"] != "choices":
        report.wrong("question", at, "must", f"`alone` is no limit for a {question['kind']}.", "It is for choices.")
    elif wanted not in options:
        report.wrong("question", at, "must", f"`{question['id']}` has no option `{wanted}`.", did_you_mean(wanted, options))


NOT_BY_NAME = ("file", "appointment", "declaration")
"""Asked for again after sending, or once for all rows: there no single row says whose name it would be."""


def known(report: Report, at: int, question: Table) -> None:
    name = question.get("known", "")
    each = report.groups.get(question.get("group", ""), {}).get("each", "")
    if name and name not in facts.NAMES:
        report.wrong("question", at, "known", f"No register knows `{name}`.", did_you_mean(name, facts.NAMES))
    elif name.startswith("row.") and not each:
        report.wrong("question", at, "known", f"`{name}` is about the person of a row.", "It stands only in a group with `each`.")
    named = [part for part in ("ask", "hint") if "{name}" in question.get(part, "")]
    if named and (not each or question["kind"] in NOT_BY_NAME):
        report.wrong("question", at, named[0], "`{name}` is the person of a row.", "It stands in a group with `each`, in a question with an answer of its own.")
    if question.get("pick") and facts.NAMES.get(question["pick"]) != "people":
        report.wrong("question", at, "pick", f"`{question['pick']}` is no list of people.", "It is household.people or household.children.")


# ---- last days, and what comes after sending ----------------------------------------------------------------

NEEDS = {
    "window": ["opens", "closes"], "after-letter": ["from", "add"], "after-event": ["from", "add"], "earliest-latest": ["latest"],
    "validity": ["from"], "season": ["opens", "closes"], "authority-clock": ["from", "add"], "complaint": ["from", "add"],
}  # fmt: skip


def last_day(report: Report, at: int, rule: Table) -> None:
    seen = set(report.questions)
    for key in NEEDS.get(rule["shape"], []):
        if key not in rule:
            report.wrong("deadline", at, "shape", f"A last day of the shape `{rule['shape']}` has no `{key}`.", f"Write {key} = …")
    if rule.get("from"):
        start(report, "deadline", at, "from", rule["from"], seen)
    if "add" in rule:
        span(report, "deadline", at, "add", rule["add"])
    for key in ("opens", "closes"):
        if key in rule:
            value(report, "deadline", at, key, rule[key], seen)
    for latest in rule.get("latest", []):
        if not latest.get("id") or "at" not in latest:
            report.wrong("deadline", at, "latest", "A latest day has an `id` and an `at`.", 'Write { id = "month", at = { from = "…" }, loses = "…" }.')
        else:
            value(report, "deadline", at, "latest", latest["at"], seen)
    for each in rule.get("remind", []):
        if not days.SPAN.fullmatch(each) or not each.startswith("-"):
            report.wrong("deadline", at, "remind", f"`{each}` is no time before the last day.", 'Write remind = ["-3 months", "-14 days"].')
    if not rule.get("say") and not rule.get("loses"):
        report.wrong("deadline", at, "say", "The last day says nothing to people.", "Write `say`, and in `loses` what it costs to miss it.")


def after_sending(report: Report) -> None:
    rules = {each["id"]: each for each in report.tables("deadline")}
    for at, outcome in enumerate(report.tables("outcome")):
        named = outcome.get("deadline", "")
        if named and named not in rules:
            report.wrong("outcome", at, "deadline", f"There is no deadline `{named}`.", did_you_mean(named, rules) if rules else "Add it.")
        elif outcome["id"] == "refused" and rules.get(named, {}).get("shape") != "complaint":
            report.wrong("outcome", at, "deadline", "A refusal tells until when one can complain.", "Name a deadline of the shape complaint.")
    for at, tick in enumerate(report.tables("tick")):
        if tick.get("deadline", "") not in ["", *rules]:
            report.wrong("tick", at, "deadline", f"There is no deadline `{tick['deadline']}`.", did_you_mean(tick["deadline"], rules) if rules else "Add it.")
    for at, task in enumerate(report.tables("task")):
        each, name = task.get("each", ""), task.get("name", "")
        if each and each not in report.groups and facts.NAMES.get(each) != "people":
            report.wrong("task", at, "each", f"`{each}` is no group and no list of people.", did_you_mean(each, [*report.groups, "household.people", "household.children"]))
        if name and name not in report.questions:
            report.wrong("task", at, "name", f"There is no question `{name}`.", did_you_mean(name, report.questions))
