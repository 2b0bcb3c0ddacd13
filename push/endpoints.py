"""Which addresses a message may be sent to: those of the push services of browsers and no other, asked when a phone
subscribes and again at each sending. A subscription is what a stranger gives us; without this list it could name any
machine that the server reaches (OWASP API Security Top 10 2023, API7)."""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

HOSTS = ("fcm.googleapis.com",)
DOMAINS = ("push.services.mozilla.com", "push.apple.com", "notify.windows.com")
"""Their sub-domains, by whole labels."""
LONGEST = 2048
USUAL = {"https": 443, "http": 80}
FORM = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\\]+)/[!-\"$-\[\]-~]*")
"""Scheme, authority, and a path of visible ASCII without # and \\. What two readers of addresses could read in two ways
is no address of a push service."""
LABELS = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]+")
NEVER = [ipaddress.ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")]
"""IANA's registers of special addresses (RFC 6890, RFC 9637), where Python's own table has gaps."""
UNICAST, NAT64 = ipaddress.IPv6Network("2000::/3"), ipaddress.IPv6Network("64:ff9b::/96")


class BadEndpoint(Exception):
    """`reason` is "form", "scheme", "user", "port", "host" or "length": for the log, never for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(endpoint: str, test_origins: Collection[str] = ()) -> str:
    """Its origin. Raises `BadEndpoint`."""
    scheme, authority = parsed(endpoint)
    if test_origins and (origin := origin_of(endpoint)) in test_origins:
        return origin
    if scheme != "https":
        raise BadEndpoint("scheme")
    host, colon, port = authority.partition(":")
    if authority.startswith("[") or not LABELS.fullmatch(host):
        raise BadEndpoint("host")
    if colon and port != "443":
        raise BadEndpoint("port")
    if host not in HOSTS and not any(host.endswith("." + domain) for domain in DOMAINS):
        raise BadEndpoint("host")
    return "https://" + host


def parsed(endpoint: str) -> tuple[str, str]:
    """Scheme and authority, in small letters."""
    if len(endpoint) > LONGEST:
        raise BadEndpoint("length")
    found = FORM.fullmatch(endpoint)
    if found is None:
        raise BadEndpoint("form")
    scheme, authority = found[1].lower(), found[2].lower()
    if "@" in authority:
        raise BadEndpoint("user")
    if not authority.isascii() or not authority.isprintable() or " " in authority:
        raise BadEndpoint("form")
    return scheme, authority


def origin_of(endpoint: str) -> str:
    """Scheme, host in small letters, and the port where it is not the usual one (RFC 6454, as RFC 8292 wants it for `aud`)."""
    try:
        parts = urlsplit(endpoint)
        port = "" if parts.port in (None, USUAL.get(parts.scheme)) else f":{parts.port}"
    except ValueError:
        raise BadEndpoint("form") from None
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{port}"


def is_public(address: str) -> bool:
    """Of an address the name resolved to: nothing inside the house, also not wrapped in IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if any(found in net for net in NEVER if net.version == found.version):
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast
    inner = found.ipv4_mapped or found.sixtofour or (ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else None)
    if inner is not None:
        return is_public(str(inner))
    return found in UNICAST and found.is_global and not found.teredo
