"""The one place every request that was turned away comes through: forged, too many, a wrong code or passkey, too slow.

It is counted, and logged with a network too wide to name a person; `also` may be given one more place to write it down,
as the audit log.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from backend.web.middleware.addresses import for_the_log
from backend.web.middleware.request_record import Requests

NOTED = frozenset({"forbidden", "too-many", "too-slow", "code-refused", "passkey-refused"})
"""Codes of refusals that tell of an attempt; every other is a mistake anybody makes."""
MOST_A_SECOND = 20
"""Of lines, and of what `also` writes: a flood of refusals must not become a flood of writing."""
log = logging.getLogger("medborger.refusals")


class Refusal(Struct, frozen=True):
    """`network`: shortened for the log, see `addresses.for_the_log`. `route`: the pattern, "-" before one was found."""

    code: str
    request: str
    network: str
    method: str
    route: str


class Refusals:
    def __init__(self, requests: Requests) -> None:
        self.requests = requests
        self.second, self.noted, self.passed_over = 0, 0, 0
        self.also: Callable[[Refusal], object] = lambda refusal: None

    def note(self, scope: Any, code: str) -> None:
        """`scope`: the request's. Codes that are no attempt are passed over."""
        if code not in NOTED:
            return
        self.requests.refusals[code] += 1
        if not self.may_note(int(time.monotonic())):
            self.passed_over += 1
            return
        network = for_the_log(scope.get("network", ""))
        refusal = Refusal(code, scope.get("request_id", ""), network, scope["method"], scope.get("path_template") or "-")
        said = {"code": code, "id": refusal.request, "network": network, "method": refusal.method, "route": refusal.route}
        passed_over, self.passed_over = self.passed_over, 0
        log.warning("refused", extra={"said": said | ({"passed_over": passed_over} if passed_over else {})})
        self.also(refusal)

    def may_note(self, second: int) -> bool:
        if second != self.second:
            self.second, self.noted = second, 0
        self.noted += 1
        return self.noted <= MOST_A_SECOND
