"""The way to the push services: one pool of connections for each, to public addresses only, nothing followed, little read.

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

from push import endpoints
from push.seal import Sealed
from push.verdict import Answer

PER_ORIGIN = 32
WHOLE_S = 10.0
READ_BYTES = 4096


class PublicOnly(AbstractResolver):
    """`test_hosts` are the tests' and the demo's own peers, which may be anywhere."""

    def __init__(self, test_hosts: Collection[str] = ()) -> None:
        self.inner, self.test_hosts = ThreadedResolver(), test_hosts

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        found = await self.inner.resolve(host, port, family)
        allowed = [one for one in found if host in self.test_hosts or endpoints.is_public(one["host"])]
        if not allowed:
            raise NotPublic(host)
        return allowed

    async def close(self) -> None:
        await self.inner.close()


class NotPublic(OSError):
    """The name leads to no public address."""


class Wire:
    """Used inside one event loop; `close()` at its end. `tls`: the tests' own authority."""

    def __init__(self, test_origins: Collection[str] = (), *, tls: ssl.SSLContext | None = None, whole_s: float = WHOLE_S) -> None:
        self.test_origins = frozenset(test_origins)
        self.tls, self.whole_s = tls, whole_s
        self.pools: dict[str, aiohttp.ClientSession] = {}

    async def post(self, endpoint: str, sealed: Sealed) -> Answer:
        """Never raises: what went wrong is an answer without a status."""
        try:
            origin = endpoints.check(endpoint, self.test_origins)
        except endpoints.BadEndpoint:
            return Answer(error="address")
        try:
            async with asyncio.timeout(self.whole_s):
                return await self.answered(self.pool(origin), endpoint, sealed)
        except TimeoutError:
            return Answer(error="timeout")
        except aiohttp.ClientError as error:
            return Answer(error=kind_of(error))
        except (OSError, ValueError):
            return Answer(error="reset")

    async def answered(self, pool: aiohttp.ClientSession, endpoint: str, sealed: Sealed) -> Answer:
        async with pool.post(endpoint, data=sealed.body, headers=sealed.headers, allow_redirects=False) as answer:
            await answer.content.read(READ_BYTES)
            if not answer.content.at_eof():
                answer.close()  # whatever more comes is not read
            return Answer(answer.status, answer.headers.get("retry-after", ""))

    def pool(self, origin: str) -> aiohttp.ClientSession:
        if origin not in self.pools:
            host = urlsplit(origin).hostname or ""
            resolver = PublicOnly({host} if origin in self.test_origins else ())
            connector = aiohttp.TCPConnector(limit=PER_ORIGIN, resolver=resolver, ttl_dns_cache=60, ssl=self.tls or True)
            self.pools[origin] = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None), skip_auto_headers=("User-Agent",),
            )  # fmt: skip
        return self.pools[origin]

    async def close(self) -> None:
        await asyncio.gather(*[pool.close() for pool in self.pools.values()])
        self.pools.clear()


def kind_of(error: aiohttp.ClientError) -> str:
    cause: Any = getattr(error, "os_error", None) or error.__cause__
    if isinstance(cause, NotPublic) or isinstance(error, aiohttp.InvalidURL):
        return "address"
    if isinstance(error, (aiohttp.ClientConnectorDNSError,)):
        return "dns"
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return "tls"
    return "refused" if isinstance(error, aiohttp.ClientConnectorError) else "reset"
