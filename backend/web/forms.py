"""Forms as they come in: urlencoded, or multipart where a file is sent along."""

from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile

from backend.domain import answers
from backend.domain.errors import NotFound
from backend.store.conversion import limits

FORM_BYTES = 256 * 1024
"""A form of ours is small: the longest answer is 10,000 signs."""
FILE_BYTES = limits.MAX_BYTES + FORM_BYTES
"""A form with one file."""

Pairs = list[list[str]]


async def read(request: Request[Any, Any, Any]) -> Pairs:
    """`[[name, value], …]`, read exactly as the phone reads it."""
    return answers.parse(await request.body())


async def read_with_file(request: Request[Any, Any, Any]) -> tuple[Pairs, dict[str, UploadFile]]:
    """The words of a multipart form, and its files by name; a file field left empty is no file."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await read(request), {}
    form = await request.form()
    pairs = [[name, value] for name, value in form.multi_items() if isinstance(value, str)]
    files = {n: v for n, v in form.multi_items() if isinstance(v, UploadFile) and v.filename}
    return pairs, files


def value(pairs: Pairs, name: str) -> str:
    """The last value of `name`, as a browser sends the button pressed."""
    return next((v for n, v in reversed(pairs) if n == name), "")


def hex_id(text: str) -> str:
    """A generation id as a form may carry it: 32 hex digits, else nothing."""
    return text if len(text) == 32 and all(c in "0123456789abcdef" for c in text) else ""


def key(text: str) -> str:
    """The key of a submission in an address; any other text names nothing."""
    if not hex_id(text):
        raise NotFound("key")
    return text
