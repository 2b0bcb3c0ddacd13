"""Slow bodies are given up, broken ones leave no trace, and whoever sends at an honest pace is not in anybody's way."""

import asyncio

import pytest

from backend.web.middleware import request_bodies
from backend.web.middleware.request_bodies import Bodies, ClientGone, TooSlow


@pytest.fixture
def quick(monkeypatch):
    for name, value in {"SILENCE_S": 0.05, "GRACE_S": 0.2, "YOUNG_S": 0}.items():
        monkeypatch.setattr(request_bodies, name, value)


def sends(*parts, every_s=0.0):
    """A `receive` that gives these parts, then nothing more."""
    left = list(parts)

    async def receive():
        await asyncio.sleep(every_s)
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return receive


def part(data, more=True):
    return {"type": "http.request", "body": data, "more_body": more}


async def read(bodies, body, receive):
    whole, next_part = b"", bodies.limited(body, receive)
    while not body.is_whole:
        whole += (await next_part())["body"]
    return whole


def test_a_body_that_stops_is_given_up_and_its_place_is_free(quick):
    async def run():
        bodies = Bodies()
        body = bodies.begin("a")
        with pytest.raises(TooSlow):
            await read(bodies, body, sends(part(b"do=")))
        return bodies

    bodies = asyncio.run(run())
    assert not bodies.open and not bodies.of_network and bodies.bytes == 0


def test_one_byte_now_and_then_is_too_slow_too(quick):
    async def run():
        bodies = Bodies()
        with pytest.raises(TooSlow):
            await read(bodies, bodies.begin("a"), sends(*[part(b"a")] * 1000, every_s=0.01))

    asyncio.run(run())


def test_a_poor_connection_is_waited_for(quick, monkeypatch):
    """Longer than the grace, but at ten times the least pace."""
    monkeypatch.setattr(request_bodies, "SILENCE_S", 10)

    async def run():
        bodies = Bodies()
        parts = [part(b"a" * 200)] * 12 + [part(b"", more=False)]
        return await read(bodies, bodies.begin("a"), sends(*parts, every_s=0.03))

    assert len(asyncio.run(run())) == 2400


def test_a_cut_body_is_no_fault():
    async def run():
        bodies = Bodies()
        with pytest.raises(ClientGone):
            await read(bodies, bodies.begin("a"), sends(part(b"do="), {"type": "http.disconnect"}))
        assert not bodies.open

    asyncio.run(run())


def test_where_there_is_no_place_the_slowest_is_given_up_not_the_newest(quick, monkeypatch):
    monkeypatch.setattr(request_bodies, "MANY_OPEN", 3)
    monkeypatch.setattr(request_bodies, "SILENCE_S", 10)

    async def run():
        bodies = Bodies()
        slow, *others = [bodies.begin(str(n)) for n in range(3)]
        for one in others:
            bodies.count(one, 1000)
        waiting = asyncio.ensure_future(bodies.limited(slow, sends())())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert bodies.begin("new") is not None
        with pytest.raises(TooSlow):
            await waiting
        assert not any(one.is_given_up for one in others)

    asyncio.run(run())


def test_many_that_come_at_once_are_all_taken_in(monkeypatch):
    """They come whole, and are open for a moment: as behind one address of a school, or of a proxy nobody named."""
    bodies = Bodies()
    assert all(bodies.begin("a") for _ in range(256))


def test_one_network_gets_so_many_places_and_no_more(monkeypatch):
    monkeypatch.setattr(request_bodies, "MANY_OF_ONE_NETWORK", 1)
    monkeypatch.setattr(request_bodies, "MOST_OF_ONE_NETWORK", 2)
    bodies = Bodies()
    held = [bodies.begin("a") for _ in range(3)]
    assert held[2] is None, "all are young: nobody is given up for her"
    assert bodies.begin("b")
    bodies.end(held[0])
    assert bodies.begin("a")


def test_what_all_send_together_is_bounded(monkeypatch):
    monkeypatch.setattr(request_bodies, "MOST_BYTES", 1000)
    bodies = Bodies()
    bodies.count(bodies.begin("a"), 1001)
    assert bodies.begin("b") is None


def test_what_is_read_to_be_thrown_away_takes_nobodys_room(monkeypatch):
    monkeypatch.setattr(request_bodies, "MOST_BYTES", 1000)

    async def run():
        bodies = Bodies()
        body = bodies.begin("a")
        receive = bodies.limited(body, sends(part(b"x" * 900), part(b"x" * 5000), part(b"x" * 5000, more=False)))
        await receive()
        assert bodies.bytes == 900
        await bodies.drain(body, receive)
        assert body.is_whole and bodies.bytes == 0 and bodies.begin("b")

    asyncio.run(run())
