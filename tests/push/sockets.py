"""Firefox's side of the test push service: the frames of Mozilla's autopush on a websocket
(mozilla-services/autopush-rs, docs/src/architecture and PushServiceWebSocket in Firefox)."""

import base64
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from tests.push.service import Ack, Message, Service

PROTOCOL = "push-notification"


class Sockets:
    """One socket per phone. `endpoint_of(token)` is the address to POST to; `tell(line)` hears each frame that came."""

    def __init__(self, service: Service, endpoint_of: Callable[[str], str], tell: Callable[[str], None]) -> None:
        self.service, self.endpoint_of, self.tell = service, endpoint_of, tell
        self.open: dict[str, web.WebSocketResponse] = {}
        self.are_down = False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.are_down:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(protocols=[PROTOCOL], autoping=True)
        await socket.prepare(request)
        uaid = ""
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            uaid = await self.answer(socket, uaid, frame.json())
        if self.open.get(uaid) is socket:
            del self.open[uaid]
            self.tell(f"phone {uaid[:8]} went away")
        return socket

    async def answer(self, socket: web.WebSocketResponse, uaid: str, said: dict[str, Any]) -> str:
        """Handles one frame; gives the name of the phone that has the socket."""
        kind = said.get("messageType", "")
        if kind == "hello":
            uaid = self.service.greet(said.get("uaid") or "")
            self.open[uaid] = socket
            self.tell(f"hello {uaid[:8]}")
            await socket.send_json({"messageType": "hello", "status": 200, "uaid": uaid, "use_webpush": True, "broadcasts": {}})
            for message in self.service.due(uaid):
                await socket.send_json(notification(message))
        elif kind == "register":
            made = self.service.register(uaid, said["channelID"], said.get("key") or "")
            self.tell(f"register {made.id}")
            await socket.send_json({"messageType": kind, "status": 200, "channelID": made.id, "pushEndpoint": self.endpoint_of(made.token)})
        elif kind == "unregister":
            self.service.unregister(uaid, said["channelID"])
            self.tell(f"unregister {said['channelID']}")
            await socket.send_json({"messageType": kind, "status": 200, "channelID": said["channelID"]})
        elif kind == "ack":
            for update in said["updates"]:
                self.service.acknowledge(uaid, Ack(update["channelID"], update["version"], update.get("code", 100)))
                self.tell(f"ack {update['version']} code {update.get('code', 100)}")
        elif not said:
            await socket.send_json({})
        return uaid

    async def deliver(self, uaid: str, message: Message) -> bool:
        """To the phone at once, where its socket stands."""
        socket = self.open.get(uaid)
        if socket is None or socket.closed:
            return False
        await socket.send_json(notification(message))
        return True

    async def take_down(self) -> None:
        """Every socket ends and none is taken: phones without a network. What comes waits."""
        self.are_down = True
        for socket in list(self.open.values()):
            await socket.close()


def notification(message: Message) -> dict[str, Any]:
    data = base64.urlsafe_b64encode(message.data).rstrip(b"=").decode()
    return {
        "messageType": "notification", "channelID": message.channel, "version": message.version, "ttl": message.ttl_s,
        "data": data, "headers": {"encoding": "aes128gcm"},
    }  # fmt: skip
