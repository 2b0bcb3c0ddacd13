"""The status of a case, in the service's own sentence."""

from backend.domain import conditions, views
from backend.domain.services import Service
from backend.store.cases import Case


def status(service: Service, case: Case) -> str:
    """The sentence of the outcome named by the status; "received" has variants that hang on the answers."""
    if case.status == "received":
        content = case.content
        scope = conditions.scope(service, content["answers"], content["facts"], content["received_at"][:10])
        return next((each.say for each in views.received(service, scope)), "")
    return next((o.say for o in service.outcomes if o.id == case.status), "")
