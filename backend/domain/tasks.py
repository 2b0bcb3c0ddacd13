"""What stays to be done after sending. The twin of `pwa/worker/domain/tasks.js`."""

from typing import Any

from backend.domain import conditions, facts as known, rows, services
from backend.domain.conditions import Scope
from backend.domain.services import Question, Service, Task

PAPER = "paper"
"""A `why`: a caseworker asked for it. `say` is a sentence of the service, or `text` her own words in `lang`; `by` the last day."""
PAPERS = ("file", "may", PAPER)
"""Every `why` that a photo or a paper is an answer to."""
Todo = dict[str, str]
"""`{"id", "say", "who", "name", "why"}`. With `why` ("file", "time", "changed", "ending", "may") `say` is the question's own
words, and with "ending" those of the ending. "may" is a paper to come that nobody needs: it is offered, and stands after what must be done."""


def of(service: Service, kept: dict[str, Any], facts: dict[str, Any], today: str) -> list[Todo]:
    """The service's own tasks, then papers to come, then times only wished for; last the papers nobody needs."""
    scope = conditions.scope(service, kept, facts, today)
    own = [todo for task in service.tasks for todo in of_task(service, task, scope)]
    needed = [question for question in service.questions if not question.optional]
    free = [question for question in service.questions if question.optional]
    papers, times = lacking(needed, scope, "later", "file"), lacking(service.questions, scope, "wish", "time")
    return own + papers + times + lacking(free, scope, "later", "may")


def duties_first(todos: list[dict]) -> list[dict]:
    """As they are shown: what she must do, what the authority looks at, and last what nobody needs."""
    return sorted(todos, key=lambda todo: 2 if todo.get("why") == "may" else int(todo.get("why") == "ending"))


def lacking(questions: list[Question], scope: Scope, part: str, why: str) -> list[Todo]:
    """Once for each question, in however many rows it lacks something."""
    asked = [(question, values_of(question, scope)) for question in questions]
    return [again(each.id, each.ask, why) for each, values in asked if any(part in value for value in values)]


def values_of(question: Question, scope: Scope) -> list[dict]:
    if question.group == "":
        found = [scope.answers.get(question.id)]
    else:
        found = [row["answers"].get(question.id) for row in scope.answers.get(question.group, [])]
    return [value for value in found if isinstance(value, dict)]


def of_task(service: Service, task: Task, scope: Scope) -> list[Todo]:
    """One; or one for each row of the group, or for each person of the list, that `each` names."""
    if task.each == "":
        return [todo(task, "", scope)] if conditions.holds(task.when, scope) else []
    if task.each in [group.id for group in service.groups]:
        group = services.group(service, task.each)
        there = [(row["id"], row["answers"]) for row in scope.answers.get(group.id, [])]
        return [made for id, answers in there for made in in_row(task, group.id, group.each, id, answers, scope)]
    people = known.people(scope.facts, task.each)
    return [made for person in people for made in in_row(task, "", task.each, person["id"], {}, scope)]


def in_row(task: Task, group: str, each: str, id: str, answers: dict, scope: Scope) -> list[Todo]:
    inside = conditions.in_row(scope, group, answers, known.named(scope.facts, each, id))
    return [todo(task, id, inside)] if conditions.holds(task.when, inside) else []


def todo(task: Task, row: str, scope: Scope) -> Todo:
    found = conditions.answers_to(task.name, scope) if task.name else []
    name = found[0] if found else ""
    return {"id": f"{task.id}.{row}" if row else task.id, "say": task.say, "who": task.who, "name": name, "why": ""}


def again(id: str, ask: str, why: str, name: str = "") -> Todo:
    return {"id": f"{why}.{id}", "say": ask, "who": "me", "name": name, "why": why}


def to_look_at(service: Service, changed: list[dict[str, str]], facts: dict[str, Any]) -> list[Todo]:
    """What `journeys.judge` found to have changed since the person pressed Send; once for each person it asks about."""
    found: dict[str, Todo] = {}
    for each in changed:
        asked = services.question(service, each["question"])
        name = rows.whose(service, asked, each.get("row", ""), facts)
        id = f"{asked.id}.{each['row']}" if name else asked.id
        found.setdefault(id, again(id, asked.ask, "changed", name))
    return list(found.values())


def not_to_have(service: Service, ending: str) -> list[Todo]:
    """By the facts and the day of the server the journey ends before its check page: the authority looks at it, she is told."""
    return [{"id": f"ending.{ending}", "say": services.ending(service, ending).say, "who": "us", "name": "", "why": "ending"}] if ending else []
