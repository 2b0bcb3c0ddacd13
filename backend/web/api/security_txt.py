"""Where a finder of a fault writes to (RFC 9116, April 2022)."""

from datetime import timedelta

from litestar import Response, get
from litestar.di import NamedDependency

from backend.web.state import AppState

LASTS = timedelta(days=180)
"""The RFC asks for less than a year; the page is made anew at each request, so a town that runs is never out of date."""


@get("/.well-known/security.txt", name="security")
async def show_security(app: NamedDependency[AppState]) -> Response[bytes]:
    chosen = app.settings
    contact = chosen.security_contact or f"mailto:{chosen.email}"
    until = (app.now() + LASTS).strftime("%Y-%m-%dT00:00:00Z")
    languages = ", ".join(code for code in ("da", "en") if app.words.offers(code))
    lines = [f"Contact: {contact}", f"Expires: {until}", f"Preferred-Languages: {languages}",
             f"Canonical: {chosen.where}/.well-known/security.txt"]  # fmt: skip
    return Response("\n".join([*lines, ""]).encode(), media_type="text/plain", headers={"cache-control": "no-cache"})
