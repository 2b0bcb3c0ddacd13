"""A refusal at the desk: to the sign-in page, or a calm page in the staff's language; JSON where a script asked."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException

from backend.desk.page import Desk
from backend.domain.errors import Refused, SignInNeeded, StepUpNeeded
from backend.web import cookies, errors


def refused(request: Request[Any, Any, Any], error: Refused) -> Response[Any]:
    if errors.at_api(request) or "/api/" in request.scope["path"]:
        return errors.problem(errors.status_of(error), error.code, errors.TABLE[type(error)][1], errors.headers_of(error), **errors.carried(error))
    request.app.state.app.refusals.note(request.scope, error.code)
    if isinstance(error, (SignInNeeded, StepUpNeeded)):
        return to_sign_in(request)
    return page(request, errors.status_of(error), error.code)


def to_sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """What a form held is lost to nobody: the page it stood on is led back to, and browsers keep what was typed there."""
    has_ended = request.app.state.app.sessions.has_ended(request.cookies.get(cookies.DESK, ""))
    query = f"next={quote(request.scope['path'])}" + ("&reason=ended" if has_ended else "")
    return Response(b"", status_code=303, media_type="text/plain", headers={"location": f"/desk/sign-in?{query}", "cache-control": "no-store"})


def http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    if error.status_code >= 500 or errors.at_api(request) or "/api/" in request.scope["path"]:
        return errors.http_error(request, error)
    status, code, _ = errors.named(error)
    request.app.state.app.refusals.note(request.scope, code)
    return page(request, status, code)


def unknown(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The last resort: logged as for residents, shown as the desk's."""
    answer = errors.unknown(request, error)
    is_api = errors.at_api(request) or "/api/" in request.scope["path"]
    return answer if is_api else page(request, 500, "server", request.scope.get("request_id", ""))


def page(request: Request[Any, Any, Any], status: int, code: str, reference: str = "") -> Response[Any]:
    app = request.app.state.app
    return Desk(request, app, None, "", 0, app.now()).show("error", {"status": status, "code": code, "reference": reference}, status=status)
