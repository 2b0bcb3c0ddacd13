"""A message goes over real TLS to a push service, and whatever that does, there is an answer in time."""

import asyncio
import contextlib
import email.utils
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

from push.seal import Sealed
from push.verdict import Answer
from push.wire import PER_ORIGIN, NotPublic, PublicOnly, Wire
from tests.push import answers
from tests.push.peer import Peer

MESSAGE = Sealed(b"sealed", {"ttl": "60"})
AUTHORITY = trustme.CA()
FCM = "https://fcm.googleapis.com/fcm/send/x"


def serving() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1", "localhost").configure_cert(made)
    return made


def trusting() -> ssl.SSLContext:
    made = ssl.create_default_context()
    AUTHORITY.configure_trust(made)
    return made


@pytest.fixture
def peer() -> Iterator[Peer]:
    running = Peer(tls=serving()).start()
    yield running
    running.stop()


class Names(AbstractResolver):
    """Names as a hostile or broken name server gives them: each question takes the next answer, the last one stays."""

    def __init__(self, *given: list[str] | OSError) -> None:
        self.given, self.asked = list(given), 0

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        self.asked += 1
        now = self.given.pop(0) if len(self.given) > 1 else self.given[0]
        if isinstance(now, OSError):
            raise now
        return [ResolveResult(hostname=host, host=one, port=port, family=socket.AF_INET6 if ":" in one else socket.AF_INET, proto=0, flags=0) for one in now]

    async def close(self) -> None:
        pass


def posts(endpoints: list[str], origins: set[str], **more: Any) -> list[Answer]:
    """All at once."""

    async def run() -> list[Answer]:
        wire = Wire(origins, **{"tls": trusting(), "whole_s": 5.0, **more})
        try:
            return await asyncio.gather(*[wire.post(one, MESSAGE) for one in endpoints])
        finally:
            await wire.close()

    return asyncio.run(run())


def post(peer: Peer, answer: answers.Answer, **more: Any) -> Answer:
    peer.answer(answer)
    return posts([f"{peer.origin}/wpush/x"], {peer.origin}, **more)[0]


# ---- what it answers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 400, 401, 403, 404, 410, 413, 429, 500, 503])
def test_each_status_comes_back_as_it_is(peer: Peer, status: int) -> None:
    assert post(peer, answers.Answer(status)) == Answer(status)


@pytest.mark.parametrize("said", ["120", email.utils.formatdate(2_000_000_000, usegmt=True), "soon", "", None])
def test_how_long_to_wait_comes_back_as_it_is(peer: Peer, said: str | None) -> None:
    for status in (429, 503):
        assert post(peer, answers.busy(status, said)) == Answer(status, said or "")


def test_a_redirect_is_not_followed(peer: Peer) -> None:
    with peer_at_http() as other:
        for status in (301, 302, 303, 307, 308):
            assert post(peer, answers.redirect(f"{other.origin}/wpush/y", status)) == Answer(status)
            assert post(peer, answers.redirect(f"{peer.origin}/wpush/y", status)) == Answer(status)
        assert other.arrivals == []
    assert {one.token for one in peer.arrivals} == {"x"}


def test_an_answer_of_ten_megabytes_is_not_read(peer: Peer) -> None:
    began = time.monotonic()
    assert post(peer, answers.LARGE) == Answer(500)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("how", ["reset-in-body", "drip"])
@pytest.mark.parametrize("status", [201, 410])
def test_what_was_answered_holds_though_the_rest_never_comes(peer: Peer, status: int, how: str) -> None:
    """Sent again, it would reach her twice."""
    assert post(peer, answers.Answer(status, body_bytes=1000, how=how), read_s=0.05) == Answer(status)


def test_a_connection_that_is_cut_before_an_answer_is_a_reset(peer: Peer) -> None:
    assert post(peer, answers.RESET) == Answer(error="reset")


def test_a_service_that_never_answers_is_given_up_in_time(peer: Peer) -> None:
    assert post(peer, answers.HANG, whole_s=0.1) == Answer(error="timeout")


def test_an_answer_with_headers_without_end_is_a_reset() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 201 Created\r\nx: " + b"y" * 100_000 + b"\r\n\r\n")
        writer.close()

    assert raw(flood) == Answer(error="reset")


@pytest.mark.parametrize("said", [b"\x00\x01\x02\r\n\r\n", b"HTTP/1.1 9999999 what\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n", b"SSH-2.0-OpenSSH\r\n\r\n", b""])
def test_what_is_no_http_is_a_reset(said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    assert raw(talk) == Answer(error="reset")


def test_one_that_drips_or_hangs_delays_nobody_else(peer: Peer) -> None:
    peer.answer(answers.HANG, times=40, token="slow")
    peer.answer(answers.DRIP, times=10, token="drip")
    arrived: list[str] = []

    async def run() -> None:
        wire = Wire({peer.origin, quick.origin}, tls=trusting(), whole_s=0.5, read_s=0.2)

        async def one(origin: str, token: str) -> None:
            await wire.post(f"{origin}/wpush/{token}", MESSAGE)
            arrived.append(token)

        slow = [one(peer.origin, token) for token in ["drip"] * 10 + ["slow"] * 40]
        await asyncio.gather(*slow, *[one(quick.origin, "quick") for _ in range(20)])
        await wire.close()

    with peer_at_http() as quick:
        quick.answer(answers.Answer(201), times=20)
        asyncio.run(run())
    assert set(arrived[:20]) == {"quick"}
    assert sorted(arrived) == ["drip"] * 10 + ["quick"] * 20 + ["slow"] * 40


def test_a_service_is_asked_by_at_most_so_many_at_once(peer: Peer) -> None:
    peer.answer(answers.HANG, times=100)

    async def run() -> None:
        wire = Wire({peer.origin}, tls=trusting())
        sending = [asyncio.create_task(wire.post(f"{peer.origin}/wpush/x", MESSAGE)) for _ in range(100)]
        await asyncio.to_thread(peer.wait, lambda: len(peer.arrivals) >= PER_ORIGIN)
        await asyncio.wait(sending, timeout=0.05)
        for one in sending:
            one.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        await wire.close()

    asyncio.run(run())
    assert len(peer.arrivals) == PER_ORIGIN


# ---- where it may go -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1/x", "https://[::1]/x", "https://u@fcm.googleapis.com/x", "https://fcm.googleapis.com:8443/x", "http://fcm.googleapis.com/x", "https://evil%2f.push.apple.com/x", "", "x"])
def test_an_address_that_was_kept_before_it_was_refused_is_not_written_to(endpoint: str) -> None:
    names = Names(["8.8.8.8"])
    assert posts([endpoint], set(), resolver=names) == [Answer(error="address")]
    assert names.asked == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "::7f00:1", "0.0.0.0"])
def test_a_name_that_leads_into_the_house_is_not_connected_to(address: str) -> None:
    assert posts([FCM], set(), resolver=Names([address])) == [Answer(error="address")]


def test_a_name_that_leads_into_the_house_the_second_time_is_refused_then() -> None:
    """DNS rebinding: the address that is connected to is the one that was looked at."""

    async def run() -> None:
        guard = PublicOnly(Names(["8.8.8.8", "127.0.0.1"], ["127.0.0.1"]))
        assert [one["host"] for one in await guard.resolve("fcm.googleapis.com", 443)] == ["8.8.8.8"]
        with pytest.raises(NotPublic):
            await guard.resolve("fcm.googleapis.com", 443)

    asyncio.run(run())


def test_the_tests_own_peer_may_be_inside_but_no_other_port_there(peer: Peer) -> None:
    async def run() -> None:
        guard = PublicOnly(Names(["127.0.0.1"]), {("localhost", 8030)})
        assert len(await guard.resolve("localhost", 8030)) == 1
        with pytest.raises(NotPublic):
            await guard.resolve("localhost", 8031)

    asyncio.run(run())
    by_name = peer.origin.replace("127.0.0.1", "localhost")
    peer.answer(answers.Answer(201))
    assert posts([f"{by_name}/wpush/x"], {by_name}, resolver=Names(["127.0.0.1"])) == [Answer(201)]


def test_a_name_that_nobody_knows_is_told_apart() -> None:
    assert posts([FCM], set(), resolver=Names(OSError("no such name"))) == [Answer(error="dns")]


def test_a_certificate_of_somebody_else_is_not_accepted(peer: Peer) -> None:
    peer.answer(answers.Answer(201), times=2)
    assert posts([f"{peer.origin}/wpush/x"], {peer.origin}, tls=None) == [Answer(error="tls")]
    other = peer.origin.replace("127.0.0.1", "other.example")
    assert posts([f"{other}/wpush/x"], {other}, resolver=Names(["127.0.0.1"])) == [Answer(error="tls")]
    assert peer.arrivals == []


def test_a_machine_where_nobody_listens_is_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert posts([f"https://127.0.0.1:{port}/x"], {f"https://127.0.0.1:{port}"}) == [Answer(error="refused")]


def test_one_dead_service_beside_a_live_one_costs_the_live_one_nothing(peer: Peer) -> None:
    peer.answer(answers.Answer(201), times=10)
    dead = "https://127.0.0.1:9"
    found = posts([f"{dead}/x", f"{peer.origin}/wpush/x"] * 10, {dead, peer.origin})
    assert found == [Answer(error="refused"), Answer(201)] * 10


def test_the_address_goes_out_letter_for_letter() -> None:
    """Signs in a push address are the service's own; a library that writes them "better" makes it another address."""
    path = "/w/?token=BQY%2b%3d%3D&a=b%20c/../d//e;f:g~%7e'(!)*,@"
    seen: list[str] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.extend((await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n"))
        writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    assert raw(listen, path) == Answer(201)
    assert seen[0] == f"POST {path} HTTP/1.1"
    assert not any(line.lower().startswith(("user-agent", "cookie", "referer")) for line in seen)


def test_proxies_of_the_environment_are_not_used(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert post(peer, answers.Answer(201)) == Answer(201)


# ---- servers ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def peer_at_http() -> Iterator[Peer]:
    running = Peer().start()
    try:
        yield running
    finally:
        running.stop()


def raw(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], path: str = "/x") -> Answer:
    """What comes of a POST to a server that speaks as `talk` says, over TLS."""

    async def run() -> Answer:
        async with await asyncio.start_server(talk, "127.0.0.1", 0, ssl=serving()) as server:
            origin = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            wire = Wire({origin}, tls=trusting(), whole_s=5.0, read_s=0.1)
            answer = await wire.post(origin + path, MESSAGE)
            await wire.close()
            return answer

    return asyncio.run(run())
