"""What a phone searches the services by, without a network: fetched after everything else, and only by a phone that keeps pages."""

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.domain.errors import NotFound
from backend.web.middleware import compression
from backend.web.state import AppState


@get("/api/search/{lang:str}", name="search_index")
async def get_search_index(request: Request, lang: FromPath[str], app: NamedDependency[AppState]) -> Response[bytes]:
    """service → folded word → how much it says for that service; in that language and in Danish."""
    if not app.words.offers(lang):
        raise NotFound(lang)
    index = msgspec.json.encode(app.services.indexes[lang])
    body, encoding = compression.compress(index, request.headers.get("accept-encoding", ""), quality=9)
    headers = {"cache-control": "no-cache", "vary": "Accept-Encoding"} | ({"content-encoding": encoding} if encoding else {})
    return Response(body, media_type="application/json", headers=headers)
