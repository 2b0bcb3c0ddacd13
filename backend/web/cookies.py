"""The session's cookie: an opaque token, readable by nothing but this server."""

from litestar.datastructures import Cookie

SESSION = "__Host-session"


def session(token: str) -> Cookie:
    """No age: the browser forgets it when it closes, the server sooner."""
    return Cookie(key=SESSION, value=token, path="/", secure=True, httponly=True, samesite="lax")


def gone() -> Cookie:
    return Cookie(key=SESSION, value="", path="/", max_age=0, secure=True, httponly=True, samesite="lax")
