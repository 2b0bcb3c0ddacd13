"""The test push service told over HTTP what to do, by hand or by another process (peer.py says how)."""

from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from tests.push.answers import Answer

if TYPE_CHECKING:
    from tests.push.peer import Peer


def routes(peer: "Peer") -> list[web.RouteDef]:
    async def state(request: web.Request) -> web.Response:
        held = {"channels": list(peer.service.channels.values()), "acks": peer.acks, "arrivals": peer.arrivals, "receipts": peer.receipts}
        return web.Response(body=msgspec.json.encode(held), content_type="application/json")

    async def answer(request: web.Request) -> web.Response:
        said = await request.json()
        times = said.pop("times", 1)
        peer.answer(msgspec.convert(said, Answer), times)
        return web.Response(status=204)

    async def usual(request: web.Request) -> web.Response:
        peer.script.clear()
        return web.Response(status=204)

    async def phone(request: web.Request) -> web.Response:
        return web.json_response(peer.phone((await request.json()).get("key", "")).subscription)

    async def hold(request: web.Request) -> web.Response:
        await peer.sockets.take_down()
        return web.Response(status=204)

    async def release(request: web.Request) -> web.Response:
        peer.release()
        return web.Response(status=204)

    async def ahead(request: web.Request) -> web.Response:
        peer.service.ahead_s += (await request.json())["seconds"]
        return web.Response(status=204)

    told = [answer, usual, phone, hold, release, ahead]
    return [web.get("/control/state", state), *(web.post(f"/control/{one.__name__}", one) for one in told)]
