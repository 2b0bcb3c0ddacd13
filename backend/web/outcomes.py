"""The status of a case, in the service's own sentence."""

from backend.domain import views
from backend.domain.services import Service
from backend.store.cases import Case


def status(service: Service, case: Case) -> str:
    """The sentence of the outcome named by the status; "received" has variants that hang on the answers."""
    if case.status == "received":
        return views.done(service, case.content["answers"], case.content["facts"], case.content["received_at"][:10])["say"]
    return next((o.say for o in service.outcomes if o.id == case.status), "")
