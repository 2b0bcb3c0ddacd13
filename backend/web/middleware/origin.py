"""Is a request another site's? The twin of `pwa/worker/origin.js`. No tokens: `Sec-Fetch-Site` decides, else `Origin`, else no."""

from collections.abc import Mapping

from backend.web.middleware.headers import SAFE, wants_json

PROGRAMS = "/api/senders/"
"""Opened by a key in a header alone, which no browser adds by itself; no cookie is looked at there, so nobody's can be ridden on."""


def is_cross_site(method: str, path: str, headers: Mapping[str, str], origin: str) -> bool:
    """Whoever changes something must come from one of our own pages; data is read by our pages alone."""
    if path.startswith(PROGRAMS):
        return False
    site = headers.get("sec-fetch-site", "")
    if method not in SAFE:
        return site != "same-origin" if site else headers.get("origin", "") != origin
    reads_data = path.startswith("/api/") or wants_json(headers.get("accept", ""))
    return reads_data and site not in ("", "same-origin", "none")
