"""The session's cookie: an opaque token, readable by nothing but this server."""

from litestar.datastructures import Cookie

SESSION = "__Host-session"
DESK = "__Host-desk"
"""The staff's own, so that one browser can hold both sides: no page of residents looks at it, no page of the desk at theirs."""


def session(token: str, key: str = SESSION) -> Cookie:
    """No age: the browser forgets it when it closes, the server sooner."""
    return Cookie(key=key, value=token, path="/", secure=True, httponly=True, samesite="lax")


def gone(key: str = SESSION) -> Cookie:
    return Cookie(key=key, value="", path="/", max_age=0, secure=True, httponly=True, samesite="lax")
