"""The picture in the README is the real home page, taken by this test when asked for: `make picture`."""

import os
from collections.abc import Callable
from pathlib import Path

from tests.browser.phone import Phone


def test_the_home_page_can_be_shown(phone: Callable[..., Phone], tmp_path: Path) -> None:
    file = Path(os.environ.get("MEDBORGER_PICTURE") or tmp_path / "home.png")
    taken = phone("da", worker=False, device_scale_factor=2)
    taken.go("")
    taken.page.screenshot(path=file, full_page=False, animations="disabled")
    assert file.stat().st_size > 10_000
