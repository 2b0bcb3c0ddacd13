"""R8 over HTTP: what a deadline counts from when the clock jumps, at the turn of the day, in both DST nights, on 29 February."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.conftest import ORIGIN, OURS, built

pytestmark = pytest.mark.fault
DAYS = {
    "half past midnight in summer": (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), date(2026, 7, 2)),
    "half past midnight in winter": (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), date(2026, 11, 25)),
    "before the clock goes forward": (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), date(2027, 3, 28)),
    "after it went forward": (datetime(2027, 3, 28, 22, 30, tzinfo=UTC), date(2027, 3, 29)),
    "the hour that comes twice": (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),
    "the last hour of that day": (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
    "29 February": (datetime(2028, 2, 28, 23, 30, tzinfo=UTC), date(2028, 2, 29)),
}
ANSWERS = {
    "where": {"street": "Nygade 7", "postcode": "9999", "town": "Havneby"}, "inside": "outside", "what": "signs",
    "signs": ["holes"], "photo": "", "get-in": "Porten er åben.", "phone": "+4533663366",
}  # fmt: skip


class Clock:
    now = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def sent(phone: Any, key: str, seen: date) -> dict[str, Any]:
    said = {"service": "rats", "version": 1, "answers": ANSWERS | {"seen-on": seen.isoformat()}, "lang": "da"}
    answer = phone.put(f"/api/submissions/{key}", json=said, headers=OURS)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_deadline_counts_from_the_day_on_the_towns_wall(tmp_path: Path) -> None:
    """One server under all of them: each is a jump of the clock, ahead or back."""
    clock = Clock()
    with TestClient(built(tmp_path / "data", clock), base_url=ORIGIN) as phone:
        usual = sent(phone, "f" * 32, date(2026, 6, 1))["deadlines"]
        lasts = [(one["id"], date.fromisoformat(one["on"]) - date(2026, 6, 1)) for one in usual if one["on"]]
        assert lasts, "a report of rats has a day on which we come at the latest"
        for number, (moment, day) in enumerate(DAYS.values()):
            clock.now = moment
            told = sent(phone, f"{number:032x}", day)
            days = [(one["id"], date.fromisoformat(one["on"]) - day) for one in told["deadlines"] if one["on"]]
            assert days == lasts, (moment, told["deadlines"])
            assert told["receipt"]["received_at"][:10] == day.isoformat()


def test_what_was_seen_tomorrow_is_refused_until_it_is_tomorrow_in_the_town(tmp_path: Path) -> None:
    clock = Clock()
    with TestClient(built(tmp_path / "data", clock), base_url=ORIGIN) as phone:
        for number, (moment, day) in enumerate(DAYS.values()):
            clock.now = moment
            said = {"service": "rats", "version": 1, "lang": "da", "answers": ANSWERS | {"seen-on": (day + timedelta(days=1)).isoformat()}}
            assert phone.put(f"/api/submissions/{number:032x}", json=said, headers=OURS).status_code == 422, moment
