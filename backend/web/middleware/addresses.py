"""Who is on the line: the address that limits are counted for, behind proxies that are named in the settings.

A proxy adds the address it saw at the right end of `X-Forwarded-For`; everything left of what our own proxies added was
written by the visitor and proves nothing. So we read from the right and take the first address that is no proxy of ours.
"""

import ipaddress
import logging
from collections.abc import Iterable
from functools import lru_cache

from backend.settings import BadSettings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Headers = Iterable[tuple[bytes, bytes]]

OWN_PREFIX = 64
"""An IPv6 household gets at least a /64: one phone may use any address in it, a new one each second."""
SITE_PREFIX = 48
"""What one customer of a provider may hold at most (RFC 6177): 65,536 times a /64."""
ADDED_BY_PROXIES = {b"x-forwarded-for", b"forwarded", b"x-real-ip"}
log = logging.getLogger("medborger.web")


class Addresses:
    """`header` is the one our proxies write; any other is the visitor's own word."""

    def __init__(self, proxies: list[str], header: str) -> None:
        self.proxies = [proxy_network(text) for text in proxies]
        self.header = header.encode()
        self.has_warned = False
        self.known = lru_cache(4096)(self.look_up)

    def of(self, client: str, headers: Headers) -> str:
        """As text, in one form whatever the spelling; for IPv6 the /64. "" when nobody knows."""
        network, is_proxy, is_inside = self.known(client)
        if not is_proxy:
            if is_inside and not self.has_warned:
                self.warn_of_a_proxy(client, headers)
            return network
        for said in reversed(self.chain(headers)):
            found = parse(said)
            if found is None:
                break  # our proxy did not know it, or somebody's text: whoever stands left of it is hearsay
            network, is_proxy, _ = self.known(said)
            if not is_proxy:
                break
        return network

    def look_up(self, client: str) -> tuple[str, bool, bool]:
        """Its network, whether it is a proxy of ours, and whether it is of a network inside, where proxies stand."""
        peer = parse(client)
        if peer is None:
            return client, False, False
        return own_network(peer), self.is_proxy(peer), peer.is_private or peer.is_loopback or peer.is_link_local

    def chain(self, headers: Headers) -> list[str]:
        """Every address of every such header, in the order they were added. A header may come several times."""
        said = [value.decode("latin-1") for name, value in headers if name == self.header]
        parts = [part for one in said for part in one.split(",")]
        return [forwarded_for(part) for part in parts] if self.header == b"forwarded" else parts

    def is_proxy(self, address: Address) -> bool:
        return any(address in network for network in self.proxies)

    def warn_of_a_proxy(self, peer: str, headers: Headers) -> None:
        """Once: all who come through a proxy we do not know share one limit, and stop each other."""
        if said := next((name.decode() for name, _ in headers if name in ADDED_BY_PROXIES), ""):
            self.has_warned = True
            log.warning("a proxy seems to stand in front (%s from %s) and is not named in `proxies`: all its visitors share one limit", said, peer)


def proxy_network(text: str) -> Network:
    """An address or a network in CIDR form."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise BadSettings(f'The setting "proxies" holds "{text}", which is no address and no network, as 10.0.0.5 or 10.0.0.0/8.') from None
    if network.prefixlen == 0:
        raise BadSettings(f'The setting "proxies" holds {text}: then everybody could claim any address. Name your own proxies.')
    return network


@lru_cache(4096)
def parse(text: str) -> Address | None:
    """As proxies and servers write it: with a port, in brackets, in quotes, with a zone; IPv4 in IPv6 is IPv4."""
    text = text.strip().strip('"').strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def forwarded_for(element: str) -> str:
    """The address in one element of `Forwarded` (RFC 7239): `for="[2001:db8::1]:4711";proto=https`."""
    pairs = (pair.partition("=") for pair in element.split(";"))
    return next((value for name, _, value in pairs if name.strip().lower() == "for"), "")


def own_network(address: Address) -> str:
    return shortened(address, OWN_PREFIX) if address.version == 6 else str(address)


def site_network(own: str) -> str:
    """The wider network of an IPv6 /64, "" for IPv4."""
    address = parse(own.partition("/")[0]) if "/" in own else None
    return shortened(address, SITE_PREFIX) if address and address.version == 6 else ""


def shortened(address: Address, prefix: int) -> str:
    return str(ipaddress.ip_network((address, prefix), strict=False))


def for_the_log(own: str) -> str:
    """Enough to see where abuse comes from, too little to say who: IPv4 without its last number, IPv6 as a /48."""
    address = parse(own.partition("/")[0])
    if address is None:
        return "-"
    return shortened(address, 24 if address.version == 4 else SITE_PREFIX)
