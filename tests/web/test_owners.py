"""The phone names whose it is what it sends: a session of somebody else, or of nobody, does not take it."""

import pytest

from tests.web.conftest import OURS, Client, see, sign_in

REPORT = {
    "service": "rats", "version": 1, "lang": "da",
    "answers": {
        "where": {"street": "Nygade 7", "postcode": "9999", "town": "Havneby"}, "inside": "outside", "what": "signs", "signs": ["holes"],
        "seen-on": "2026-11-23", "photo": "", "get-in": "By the gate", "phone": "+4533663366",
    },
}  # fmt: skip
DRAFT = {"id": "d" * 32, "version": 1, "revision": 0, "answers": {}, "raw": {}, "lang": "da", "replaces": ""}


@pytest.mark.parametrize("session", ["another person's", "nobody's"])
def test_what_one_person_wrote_is_not_taken_under_another_ones_session(phone: Client, other: Client, session: str) -> None:
    sign_in(phone, "Inger")
    inger = see(phone, "/api/facts")["owner"]
    if session == "another person's":
        sign_in(other, "Samir")
    hers = OURS | {"medborger-owner": inger}
    key = "1" * 31 + str(len(session) % 10)
    refused = [
        other.put(f"/api/submissions/{key}", json=REPORT, headers=hers), other.get(f"/api/submissions/{key}", headers=hers),
        other.put("/api/drafts/rats", json=DRAFT, headers=hers), other.get("/api/drafts/rats", headers=hers),
        other.delete("/api/drafts/rats", headers=hers),
    ]  # fmt: skip
    assert [answer.status_code for answer in refused] == [401] * 5
    assert {answer.json()["code"] for answer in refused} == {"sign-in-needed"}
    assert phone.put(f"/api/submissions/{key}", json=REPORT, headers=hers).status_code == 201, "and her own session takes it"
    assert see(other, "/api/drafts/rats")["revision"] == 0
