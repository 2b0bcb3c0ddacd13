"""Which addresses a message may be sent to: those of the push services of browsers and no other, asked when a phone
subscribes and again at each sending. A subscription is what a stranger gives us; without this list it could name any
machine that the server reaches (OWASP API Security Top 10 2023, API7)."""

import ipaddress
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

HOSTS = ("fcm.googleapis.com",)
DOMAINS = ("push.services.mozilla.com", "push.apple.com", "notify.windows.com")
"""Their sub-domains, by whole labels."""
LONGEST = 2048
USUAL = {"https": 443, "http": 80}


class BadEndpoint(Exception):
    """`reason` is "form", "scheme", "user", "port", "host" or "length": for the log, never for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(endpoint: str, test_origins: Collection[str] = ()) -> str:
    """Its origin. Raises `BadEndpoint`."""
    parts = parsed(endpoint)
    origin = origin_of(endpoint)
    if origin in test_origins:
        return origin
    if parts.scheme != "https":
        raise BadEndpoint("scheme")
    if parts.port not in (None, 443):
        raise BadEndpoint("port")
    host = parts.hostname or ""
    if host not in HOSTS and not any(host.endswith("." + domain) for domain in DOMAINS):
        raise BadEndpoint("host")
    return origin


def parsed(endpoint: str) -> SplitResult:
    """One spelling only: what two readers of addresses could read in two ways is refused."""
    if len(endpoint) > LONGEST:
        raise BadEndpoint("length")
    if not endpoint.isascii() or any(sign <= " " or sign in "\\\x7f" for sign in endpoint):
        raise BadEndpoint("form")
    try:
        parts = urlsplit(endpoint)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        raise BadEndpoint("form") from None
    if "@" in parts.netloc:
        raise BadEndpoint("user")
    if parts.fragment or not parts.hostname or not parts.path.startswith("/") or parts.netloc.endswith((":", ".")):
        raise BadEndpoint("form")
    return parts


def origin_of(endpoint: str) -> str:
    """Scheme, host in small letters, and the port where it is not the usual one (RFC 6454, as RFC 8292 wants it for `aud`)."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, USUAL.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def is_public(address: str) -> bool:
    """Of an address the name resolved to: nothing inside the house, also not wrapped in IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None) or nat64(found)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """64:ff9b::/96 (RFC 6052)."""
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in ipaddress.ip_network("64:ff9b::/96") else None
