"""One phone that is looked at, and what is not looked at twice: the same bytes with the same styles have the same verdict."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import Response

from tests.browser.gates import Eye, Findings
from tests.browser.phone import Phone

if TYPE_CHECKING:
    from tests.browser.survey import Survey

CHANGES = re.compile(
    r'name="(draft|revision|owner)" value="[^"]*"|/[aw]/[^"]*|key=[0-9a-f]{32}|<bdi dir="ltr">[A-Z] \d{3} \d{3}( \d{3})?</bdi>|"/[\w-]+/mine/cases/[0-9a-f]+"'
)
"""What differs between two showings of one page: whose draft it is, which receipt."""
HOURS = re.compile(r'(?<=</bdi></a>)<(p|ul) class="meta">.*?</\1>', re.S)
"""Below the phone number: a page from the phone shows the hours alone, for it does not know the town's clock (H1)."""
WAY = re.compile(r'(?<=class="page bar">)\s*<a href="[^"]*"|\u2068\d+\u2069')
"""The step before and the number of the step: they hang on the answers that led here."""
Look = Callable[..., None]
"""As `gates.look`."""


class Looking:
    """One phone that is looked at, and where it is written down."""

    def __init__(self, survey: "Survey", phone: Phone, findings: Findings) -> None:
        self.survey, self.phone, self.findings = survey, phone, findings
        self.eye = Eye(phone, with_axe=findings is survey.findings and survey.script)

    def see(self, name: str, answer: Response | None, walk: bool = True, look: bool = True) -> None:
        """`name` says which page and in which state. Without `look`: what came is written down, and no more."""
        key, findings = f"{self.survey.lang} {name}", self.findings
        assert answer is not None, f"{key} has not been answered"
        html = answer.text()
        findings.headers[key], findings.html[key] = answer.headers, html
        if answer.status >= 500:
            findings.add("e6", key, [f"answers {answer.status}"])
        parts = {bare(html, HOURS), *(one[0] for one in HOURS.finditer(html))}
        if look and not parts <= self.survey.looked_at:
            self.survey.looked_at |= parts
            self.survey.looks(self.eye, key, findings, self.survey.lang, walk=walk)


def bare(html: str, *more: re.Pattern[str]) -> str:
    for pattern in (CHANGES, *more):
        html = pattern.sub("", html)
    return html
