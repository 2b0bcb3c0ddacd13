"""Two devices, one draft: both versions are kept and the person chooses. Nothing is merged by guessing."""

from typing import Any

from litestar import Response

from backend.domain import journeys, rows, views
from backend.domain.journeys import Step
from backend.web import forms
from backend.web.journey_context import JourneyContext


def is_conflict(journey: JourneyContext, fields: forms.Pairs, accepted: Any) -> bool:
    """The form is older than the draft, another device saved in between, and this step would change.

    The same browser may go back and answer anew as often as it likes: that is no conflict.
    """
    draft = journey.draft
    if forms.value(fields, "do") == "keep-mine" or not draft.revision:
        return False
    unseen = forms.value(fields, "revision") != str(draft.revision) or forms.value(fields, "draft") != draft.id
    return unseen and draft.device != journey.pages.actor.session and accepted.answers != draft.answers


def show(journey: JourneyContext, step: Step, fields: forms.Pairs, accepted: Any) -> Response[Any]:
    """What she has just written here, beside what was saved elsewhere; her fields ride along, unseen."""
    pages, draft = journey.pages, journey.draft
    hidden = [{"name": n, "value": v} for n, v in fields if n not in ("do", "draft", "revision", "owner")]
    now = pages.app.local(pages.now)
    asked = next((each for each in journey.service.questions if each.id == step.id), None)
    view = {
        "service": journey.head,
        "step": {"id": step.id, "row": step.row, "kind": step.kind, "path": step.path},
        "ask": asked.ask if asked else "",
        "whose": rows.whose(journey.service, asked, step.row, journey.facts) if asked else "",
        "mine": {"shown": shown(journey, step, accepted.answers), "at": now, "device": "this"},
        "theirs": {"shown": shown(journey, step, draft.answers), "at": pages.app.local_text(draft.updated_at), "device": "other"},
        "hidden": hidden,
    }
    return pages.show("conflict", view | journey.form, status=409, switch="link")


def shown(journey: JourneyContext, step: Step, answers: dict[str, Any]) -> list[dict[str, Any]]:
    """The step's answer as the check page would show it."""
    walk = journeys.walk(journey.service, answers, journey.facts, journey.pages.today)
    if step.kind != "question" or step not in walk.steps or journeys.value_at(journey.service, step, walk.kept, journey.facts) is None:
        return []
    return views.answered(journey.service, walk, step, journey.facts)["shown"]
