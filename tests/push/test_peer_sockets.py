"""What a browser meets at the test push service, spoken by hand: hold, topics, times to live, what is sent again."""

import base64
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSServerHandshakeError

from tests.push.peer import Peer
from tests.push.sender import Sender
from tests.push.service import Ack
from tests.push.sockets import PROTOCOL

Talk = Callable[[ClientWebSocketResponse], Awaitable[Any]]


def connected(peer: Peer, talk: Talk, uaid: str = "") -> Any:
    """What `talk` gives, on a socket that has said hello. Its phone's name is in `peer.service.uaids`."""

    async def run() -> Any:
        async with ClientSession() as session, session.ws_connect(f"{peer.origin}/push", protocols=[PROTOCOL]) as socket:
            assert socket.protocol == PROTOCOL
            hello = await ask(socket, messageType="hello", use_webpush=True, broadcasts={}, uaid=uaid)
            assert (hello["status"], hello["use_webpush"]) == (200, True)
            return await talk(socket)

    return peer.background.do(run())


async def ask(socket: ClientWebSocketResponse, **frame: Any) -> Any:
    await socket.send_json(frame)
    return await socket.receive_json(timeout=5)


def subscribed(peer: Peer, sender: Sender) -> tuple[str, str, dict[str, Any]]:
    """A phone that has gone away: its name, its channel, its subscription (with the keys of a phone without a browser)."""
    channel = str(uuid.uuid4())

    async def register(socket: ClientWebSocketResponse) -> Any:
        return await ask(socket, messageType="register", channelID=channel, key=sender.public + "=")

    made = connected(peer, register)
    assert (made["status"], made["channelID"]) == (200, channel)
    (uaid,) = peer.service.uaids
    return uaid, channel, peer.phone(sender.public).subscription | {"endpoint": made["pushEndpoint"]}


async def what_waits(socket: ClientWebSocketResponse) -> list[Any]:
    """What waited, closed by the answer to a ping of ours."""
    await socket.send_json({})
    frames = [await socket.receive_json(timeout=5)]
    while frames[-1] != {}:
        frames.append(await socket.receive_json(timeout=5))
    return frames[:-1]


def test_what_waited_comes_with_the_next_hello_until_it_is_acknowledged(peer: Peer) -> None:
    sender = Sender()
    uaid, channel, subscription = subscribed(peer, sender)
    body, _ = sender.seal(subscription, b"{}")
    assert sender.send(subscription, b"{}").status == 201
    (first,) = connected(peer, what_waits, uaid)
    assert (first["channelID"], first["ttl"], first["headers"]) == (channel, 60, {"encoding": "aes128gcm"})
    assert len(base64.urlsafe_b64decode(first["data"] + "==")) == len(body)

    async def acknowledge(socket: ClientWebSocketResponse) -> Any:
        (again,) = await what_waits(socket)
        await socket.send_json({"messageType": "ack", "updates": [{"channelID": channel, "version": again["version"], "code": 100}]})
        return await what_waits(socket)

    connected(peer, acknowledge, uaid)
    assert peer.acks == [Ack(channel, first["version"], 100)]
    assert connected(peer, what_waits, uaid) == []


def test_the_newest_of_a_topic_takes_the_place_of_what_waits(peer: Peer) -> None:
    sender = Sender()
    uaid, _, subscription = subscribed(peer, sender)
    for ttl_s, topic in ((60, "a"), (61, "b"), (62, "a"), (63, "")):
        assert sender.send(subscription, b"{}", ttl_s=ttl_s, topic=topic).status == 201
    assert [frame["ttl"] for frame in connected(peer, what_waits, uaid)] == [61, 62, 63]


def test_what_outlived_its_time_is_never_delivered_and_a_ttl_of_0_never_waits(peer: Peer) -> None:
    sender = Sender()
    uaid, _, subscription = subscribed(peer, sender)
    for ttl_s in (0, 10, 60):
        assert sender.send(subscription, b"{}", ttl_s=ttl_s).status == 201
    peer.service.ahead_s += 10
    assert [frame["ttl"] for frame in connected(peer, what_waits, uaid)] == [60]


def test_unregistered_means_410_and_a_phone_that_is_not_known_gets_a_new_name(peer: Peer) -> None:
    sender = Sender()
    uaid, channel, subscription = subscribed(peer, sender)

    async def unregister(socket: ClientWebSocketResponse) -> Any:
        return await ask(socket, messageType="unregister", channelID=channel, code=200)

    assert connected(peer, unregister, uaid)["status"] == 200
    assert sender.send(subscription, b"{}").status == 410
    peer.service.forget_phones()
    connected(peer, what_waits, uaid)
    assert peer.service.uaids != {uaid}


def test_while_it_holds_no_phone_gets_a_socket_and_then_it_does(peer: Peer) -> None:
    sender = Sender()
    uaid, _, subscription = subscribed(peer, sender)
    peer.hold()
    assert sender.send(subscription, b"{}").status == 201
    with pytest.raises(WSServerHandshakeError, match="503"):
        connected(peer, what_waits, uaid)
    peer.release()
    assert len(connected(peer, what_waits, uaid)) == 1
