"""One phone, three people, replies that are lost, a version that comes and goes: in every order each key is one case."""

from collections.abc import Callable
from itertools import count as numbers
from typing import Any

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from litestar.testing import TestClient

from tests.conftest import NIGHTLY
from tests.store.conftest import count
from tests.web.conftest import ORIGIN, OURS, forget_sent, see, sign_in
from tests.web.test_owners import REPORT

KEYS = numbers(1)
"""Never the same key in two runs: the town goes on living."""
SIGNED = st.sampled_from(["Inger", "Samir", ""])


def machine(door: Any) -> Callable[[], RuleBasedStateMachine]:
    class Phone(RuleBasedStateMachine):
        """`items`: key -> [owner, was it tried]. As the phone's outbox does, what was tried keeps its owner."""

        def __init__(self) -> None:
            super().__init__()
            self.app = door.inner.state.app
            self.client = TestClient(door, base_url=ORIGIN)
            self.owner = ""
            self.items: dict[str, list[Any]] = {}
            self.received: dict[str, tuple[str, str]] = {}
            self.before = count(self.app.db, "submission")

        @rule(who=SIGNED)
        def somebody_else_has_the_phone(self, who: str) -> None:
            self.client.cookies.clear()
            self.owner = ""
            if who:
                sign_in(self.client, who)
                self.owner = see(self.client, "/api/facts")["owner"]
                for item in self.items.values():
                    if item[0] == "" and not item[1]:
                        item[0] = self.owner

        @precondition(lambda self: len(self.items) < 2)
        @rule()
        def send_is_pressed(self) -> None:
            self.items[f"{next(KEYS):032x}"] = [self.owner, False]

        @precondition(lambda self: self.items)
        @rule(data=st.data(), firm=st.booleans(), twice=st.booleans())
        def an_item_goes(self, data: st.DataObject, firm: bool, twice: bool) -> None:
            """Whether the reply is heard makes no difference here: every item may go again at any time."""
            key = data.draw(st.sampled_from(sorted(self.items)))
            for _ in range(1 + twice):
                self.go(key, firm)

        def go(self, key: str, firm: bool) -> None:
            item = self.items[key]
            item[1] = True
            said = self.client.put(f"/api/submissions/{key}", json=REPORT, params={"firm": firm}, headers=OURS | {"medborger-owner": item[0]})
            if said.status_code in (200, 201):
                assert (said.status_code == 200) == (key in self.received)
                number = said.json()["receipt"]["number"]
                assert self.received.setdefault(key, (item[0], number)) == (item[0], number)
            elif said.status_code == 401:
                assert item[0] not in ("", self.owner)
            else:
                assert said.json()["code"] == "version-gone" and key not in self.received and self.app.services.withdrawn

        @rule(gone=st.booleans())
        def the_version_is_withdrawn_or_back(self, gone: bool) -> None:
            self.app.services.withdrawn = frozenset({"rats@1"} if gone else ())

        @invariant()
        def each_key_is_one_case(self) -> None:
            assert count(self.app.db, "submission") == self.before + len(self.received)

        def teardown(self) -> None:
            self.app.services.withdrawn = frozenset()
            for who in ("Inger", "Samir"):
                sign_in(self.client, who)
                forget_sent(self.client, "rats")

    return Phone


@pytest.mark.fault
def test_in_every_order_each_key_is_received_once_and_stays_whose_it_was(door: Any) -> None:
    most = 500 if NIGHTLY else 40
    checked = settings(max_examples=most, stateful_step_count=15, derandomize=not NIGHTLY, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine(door), settings=checked)
