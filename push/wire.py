"""The way to the push services: a pool of connections for each, to public addresses only, nothing followed, little read.

The address is checked where it is connected to: a name that resolves to a machine of the house, now or later, is refused.
"""

import asyncio
import socket
import ssl
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from push import endpoints
from push.seal import Sealed
from push.verdict import Answer

PER_ORIGIN = 32
WHOLE_S = 10.0
READ_BYTES, READ_S = 4096, 1.0
"""The status has said all; the rest is read only so that the connection can be used again."""


class NotPublic(OSError):
    """The name leads to no public address."""


class PublicOnly(AbstractResolver):
    """`test_places` (host, port) are the tests' and the demo's own peers, which may be anywhere."""

    def __init__(self, inner: AbstractResolver, test_places: Collection[tuple[str, int]] = ()) -> None:
        self.inner, self.test_places = inner, test_places

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        found = await self.inner.resolve(host, port, family)
        allowed = [one for one in found if (host, port) in self.test_places or endpoints.is_public(one["host"])]
        if not allowed:
            raise NotPublic(host)
        return allowed

    async def close(self) -> None:
        await self.inner.close()


class Wire:
    """Used inside one event loop; `close()` at its end. `tls`: the tests' own authority; `resolver`: the tests' own names."""

    def __init__(
        self, test_origins: Collection[str] = (), *, tls: ssl.SSLContext | None = None, whole_s: float = WHOLE_S, read_s: float = READ_S,
        resolver: AbstractResolver | None = None,
    ) -> None:  # fmt: skip
        self.test_origins = frozenset(test_origins)
        self.tls, self.whole_s, self.read_s, self.resolver = tls, whole_s, read_s, resolver
        self.opened: aiohttp.ClientSession | None = None

    async def post(self, endpoint: str, sealed: Sealed) -> Answer:
        """Never raises: what went wrong is an answer without a status."""
        try:
            endpoints.check(endpoint, self.test_origins)
            async with asyncio.timeout(self.whole_s):
                answer = await self.pools().post(URL(endpoint, encoded=True), data=sealed.body, headers=sealed.headers, allow_redirects=False)
        except endpoints.BadEndpoint:
            return Answer(error="address")
        except TimeoutError:
            return Answer(error="timeout")
        except aiohttp.ClientError as error:
            return Answer(error=kind_of(error))
        except (OSError, ValueError):
            return Answer(error="reset")
        async with answer:
            if not await self.read_whole(answer):
                answer.close()
            return Answer(answer.status, answer.headers.get("retry-after", ""))

    async def read_whole(self, answer: aiohttp.ClientResponse) -> bool:
        """False where it is long, slow or cut off: what was answered holds all the same, and sending again would double it."""
        left = READ_BYTES
        try:
            async with asyncio.timeout(self.read_s):
                while left > 0 and (part := await answer.content.read(left)):
                    left -= len(part)
        except (TimeoutError, aiohttp.ClientError, OSError):
            return False
        return answer.content.at_eof()

    def pools(self) -> aiohttp.ClientSession:
        """Made with the loop that uses them; a pool of at most `PER_ORIGIN` for each push service."""
        if self.opened is None:
            places = {(parts.hostname or "", parts.port or endpoints.USUAL[parts.scheme]) for parts in map(urlsplit, self.test_origins)}
            resolver = PublicOnly(self.resolver or ThreadedResolver(), places)
            connector = aiohttp.TCPConnector(limit=0, limit_per_host=PER_ORIGIN, resolver=resolver, ttl_dns_cache=60, ssl=self.tls or True)
            self.opened = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None), skip_auto_headers=("User-Agent",),
            )  # fmt: skip
        return self.opened

    async def close(self) -> None:
        if self.opened is not None:
            await self.opened.close()
            self.opened = None
            await asyncio.sleep(0.01)  # TLS connections end in the next turns of the loop, which may be the last ones


def kind_of(error: aiohttp.ClientError) -> str:
    cause: Any = getattr(error, "os_error", None) or error.__cause__
    if isinstance(cause, NotPublic) or isinstance(error, aiohttp.InvalidURL):
        return "address"
    if isinstance(error, (aiohttp.ClientConnectorDNSError,)):
        return "dns"
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return "tls"
    return "refused" if isinstance(error, aiohttp.ClientConnectorError) else "reset"
