"""The two engines side by side: the same journey walked here and by the phone's modules in node."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec

from backend.domain import answers as forms, deadlines, journeys, tasks, views
from backend.domain.services import Service
from backend.web.rendering.words import date_words

HERE = Path(__file__).parent
NODE = shutil.which("node")
DATE_WORDS = date_words()


class Phone:
    """One long-lived node process that holds the worker's engine."""

    def __init__(self) -> None:
        command = [NODE or "node", str(HERE / "engine.mjs")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def ask(self, journey: dict[str, Any]) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(journey) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        """Whatever it still wants to say: nobody would read it, and it would wait for that."""
        self.process.kill()
        self.process.communicate()


def walk_here(journey: dict[str, Any]) -> Any:
    """What `engine.mjs` does, line for line, in Python."""
    service = msgspec.convert(journey["service"], Service)
    answers, facts, today, then = journey["answers"], journey["facts"], journey["today"], journey["then"]
    said: list[Any] = []
    raw: dict[str, Any] = {}
    for post in journey["posts"]:
        walked = journeys.walk(service, answers, facts, today)
        step = walked.steps[post["place"]] if post["place"] < len(walked.steps) else walked.at
        fields = forms.parse(post["body"].encode())
        accepted = forms.accept(service, step, fields, answers, facts, today, raw, journey["date_words"], {})
        page = view(service, walked, step, accepted.answers, accepted.raw, accepted.errors, facts, today, journey["slots"])
        found = journeys.step_of(service, walked, post["id"], "")
        typed = forms.typed(service, step, fields, raw)
        ticked = forms.ticked(service, step, fields, answers, facts, today)
        said.append({"walked": walked, "fields": fields, "accepted": accepted, "page": page, "typed": typed, "ticked": ticked, "found": found})
        answers, raw = accepted.answers, accepted.raw
    group = service.groups[0].id if service.groups else "none"
    events = {"submission.received": today, "letter.available": today}
    judged = journeys.judge(service, answers, facts, today, then)
    last = journeys.walk(service, answers, facts, today)
    return msgspec.to_builtins({
        "said": said, "judged": judged, "last": last,
        "page": view(service, last, last.at, answers, raw, [], facts, today, journey["slots"]),
        "todo": tasks.of(service, judged.kept, facts, today),
        "done": views.done(service, judged.kept, facts, today, events),
        "deadlines": deadlines.of(service, judged.kept, facts, today, {}, journey["closed"]),
        "start": views.start(service, answers, facts, today, []),
        "without": forms.without_row(answers, group, "r1"),
    })  # fmt: skip


def view(service, walked, step, answers, raw, errors, facts, today, slots):
    if step.kind == "check" and service.ticks:
        return views.checklist(service, walked, answers, errors, facts, today)
    if step.kind == "check":
        return views.check(service, walked, answers, raw, errors, facts, today, 0)
    if step.kind == "ending":
        return views.ending(service, walked, step)
    if step.kind == "more":
        return views.more(service, walked, step, answers, raw, errors, facts, today)
    return views.question(service, walked, step, answers, raw, errors, facts, today, slots)
