"""The person's access log as she reads it: who looked at what is kept about her, when, why, and at what; by day.

One's own looks are one row a day and session, everybody else's one row for each minute and reason. No id leaves here.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

READ = "read"
WHY = {"own", "household", "code", "question", "stop", "erase", "help", "call", "case-work", "letter", "message", "appointment"}
"""`own`: herself; `household`: a relative's form asked who lives together; `code`: to make her a code, or to greet whoever
types it; `question`: somebody asked who has looked; `stop`: a lost phone; `erase`; `help`: as her helper; `call`: to ring her; `case-work`; `letter`: to put her
letter on paper; `message`: to read and answer what she wrote; `appointment`: to see whom a time belongs to, or to book one."""
WHAT = ("register", "cases", "letters", "drafts", "files", "papers", "contact", "devices", "log", "code-made", "signed-out", "key-removed", "erased", "exported")
"""In the order they are told. The last five are acts."""
ACTS = {"activate": ("code", "code-made"), "sign-out": ("stop", "signed-out"), "remove": ("stop", "key-removed"), "erase": ("erase", "erased")}
"""What the office does with her access stands among the looks: verb of the line -> (why, what)."""
OFFICE = {"desk", "operator", "helper", "system"}


class Line(Protocol):
    """A line of the audit log, whose subject she is."""

    at: int
    person: str
    role: str
    subject: str
    verb: str
    object: str


def days(lines: Iterable[Line], local: Callable[[int], str]) -> list[dict[str, Any]]:
    """[{"on": "2026-11-24", "rows": [{"at", "who", "why", "what": [...]}]}], newest first as the lines came. `local` turns ms
    into the town's wall time."""
    found: dict[str, dict[tuple[str, ...], dict[str, Any]]] = {}
    for line in lines:
        why, what, which = told(line)
        if not what:
            continue
        at, who = local(line.at), who_of(line)
        key = (who, which) if who == "you" else (who,) if who == "family" else (who, why, at)
        row = found.setdefault(at[:10], {}).setdefault(key, {"at": at, "who": who, "why": "" if who == "you" else why, "what": set()})
        row["at"] = min(row["at"], at)  # one's own: when it began
        row["what"].add(what)
    return [{"on": on, "rows": [row | {"what": sorted(row["what"], key=WHAT.index)} for row in rows.values()]} for on, rows in found.items()]


def told(line: Line) -> tuple[str, str, str]:
    """(why, what, in which session or of which case); ("", "", "") for what is no look."""
    if line.verb in ACTS and line.role in OFFICE:
        return *ACTS[line.verb], ""
    if line.verb == "export":
        return "own", "exported", line.verb
    what, _, rest = line.object.partition("/")
    why, _, which = rest.partition("/")
    return (why if why in WHY else "", what, which) if line.verb == READ and what in WHAT else ("", "", "")


def who_of(line: Line) -> str:
    if line.role == "resident":
        return "you" if line.person == line.subject else "family"
    return line.role if line.role in OFFICE else "other"
