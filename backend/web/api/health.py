"""For machines: is it well, which keys sign receipts, what the API looks like, what browsers report."""

import logging
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from backend.web.state import AppState

log = logging.getLogger("medborger.web")
REPORT_BYTES = 64 * 1024


@get("/healthz", name="health")
async def show_health(app: NamedDependency[AppState]) -> Response[dict[str, str]]:
    """503 while nothing can be saved: reading still works, but an operator should look."""
    why = app.db.refusing
    body = {"status": "refusing-writes" if why else "well", "why": why}
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
    except msgspec.DecodeError:
        return
    for report in reports[:10] if isinstance(reports, list) else []:
        body = report.get("body") if isinstance(report, dict) else None
        rule = body.get("effectiveDirective", "") if isinstance(body, dict) else ""
        log.warning("a page broke a rule: %s", "".join(c for c in str(rule)[:40] if c.isalnum() or c == "-"))
