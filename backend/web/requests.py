"""Our reading of what comes in: bytes that are no JSON and no form are the sender's mistake, whatever they break.

Litestar reads a part of a form in the charset the part names, and JSON to any depth; what Python then raises is not among
the errors it expects.
"""

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions import ValidationException

NO_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
NO_FORM = (LookupError, ValueError)
"""A charset nobody knows, or that is no text; bytes that are not in the charset they claim."""


class CarefulRequest(Request[Any, Any, Any]):
    async def json(self) -> Any:
        try:
            return await super().json()
        except (UnicodeDecodeError, RecursionError) as error:
            raise ValidationException("the body is no JSON") from error

    async def form(self) -> FormMultiDict:
        try:
            return await super().form()
        except NO_FORM as error:
            raise ValidationException("a part of the form is no text") from error
