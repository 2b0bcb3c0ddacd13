"""For machines: is it well, which keys sign receipts, what the API looks like, what browsers report."""

import logging
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from backend.web.requests import NO_JSON
from backend.web.state import AppState

log = logging.getLogger("medborger.web")
REPORT_BYTES = 64 * 1024


@get("/healthz", name="health")
async def show_health(app: NamedDependency[AppState]) -> Response[dict[str, str]]:
    """For whoever watches: 503 while anything needs an operator, though reading and perhaps saving still work."""
    if why := app.db.refusing:
        return health("refusing-writes", why)
    return health("", why_not_alive(app) or next((duty.wrong for duty in app.duties if duty.wrong), ""))


@get("/healthz/live", name="live")
async def show_liveness(app: NamedDependency[AppState]) -> Response[dict[str, str]]:
    """For whoever restarts: 503 when only a new process helps. No answer at all says the same."""
    return health("", why_not_alive(app))


@get("/healthz/ready", name="ready")
async def show_readiness(app: NamedDependency[AppState]) -> Response[dict[str, str]]:
    """For whoever sends visitors: 503 while nothing can be saved here."""
    return health("refusing-writes", app.db.refusing or why_not_alive(app))


def why_not_alive(app: AppState) -> str:
    return "" if app.db.writer.is_alive else "writer-silent"


def health(status: str, why: str) -> Response[dict[str, str]]:
    """`why` is "" when all is well."""
    body = {"status": (status or "needs-a-look") if why else "well", "why": why}
    return Response(body, status_code=503 if why else 200, headers={"cache-control": "no-store"})


@get("/.well-known/jwks.json", name="jwks")
async def show_keys(app: NamedDependency[AppState]) -> Response[dict[str, Any]]:
    """With these anyone can check a receipt, without us."""
    return Response(app.signer.jwks(), headers={"cache-control": "public, max-age=3600"})


@post("/api/reports", name="report", status_code=204, request_max_body_size=REPORT_BYTES)
async def take_reports(request: Request) -> None:
    """What browsers blocked under our own rules: only which rule, never an address."""
    try:
        reports = msgspec.json.decode(await request.body())
    except NO_JSON:
        return
    for report in reports[:10] if isinstance(reports, list) else []:
        body = report.get("body") if isinstance(report, dict) else None
        rule = body.get("effectiveDirective", "") if isinstance(body, dict) else ""
        log.warning("a page broke a rule: %s", "".join(c for c in str(rule)[:40] if c.isalnum() or c == "-"))
