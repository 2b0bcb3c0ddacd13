"""kill -9 in the middle of a letter to many, on a real server: whoever was to get it has it once, and the counts add up."""

import random
import time
from datetime import UTC, datetime

import msgspec
import pytest

from backend.identity import demo
from backend.identity.ask_server import Server, ask
from backend.identity.mailing_acts import MailingAct, MailingDone
from backend.identity.operator_requests import OPERATOR
from backend.store import keyring
from backend.store.database import Database
from tests.browser.town import Town
from tests.conftest import NIGHTLY
from tests.store.many import letter, settle

pytestmark = pytest.mark.fault
KILLS = 100 if NIGHTLY else 20
MORE = 6_000 if NIGHTLY else 2_700
"""People beside the demo's three hundred."""


@pytest.mark.long
def test_kill_9_in_the_middle_of_a_letter_to_everybody_gives_each_of_them_one(tmp_path):
    """One person a commit, so that there is a middle each time."""
    chance, cut = random.Random(20261127), 0
    town = Town(tmp_path / "data", env={"MEDBORGER_LETTERS_AT_ONCE": "1"})
    exempt = peopled(town)
    town.start()
    mailing = said(town, MailingAct(act="start", letter=letter(), name="bins", is_list=False)).id
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.0, 0.03))
        town.kill()
        cut += 0 < town.kept("mailbox") < town.kept("register")
        town.start()
    one = finished(town, mailing)
    town.stop()
    people = town.kept("register")
    assert cut > 1, "no kill hit the middle"
    assert (one.state, one.total.total, one.total.to_paper, one.total.refused) == ("done", people, len(exempt), 0)
    assert one.total.to_mailbox + one.total.to_paper == town.kept("mailbox") == people, "(person, letter) is unique: so many rows are one each"
    assert town.kept("print_job") == len(exempt)


def peopled(town: Town) -> tuple[int, ...]:
    """Who of them is exempt."""
    exempt = tuple(range(1, MORE, 100))
    keyring.make(town.data / "demo-keys")
    db = Database(town.data, keyring.load(town.data / "demo-keys"))
    demo.seed(db)
    settle(db, MORE, paper=exempt)
    db.close()
    return exempt


def finished(town: Town, mailing: str):  # noqa: ANN201
    until = time.monotonic() + 120
    while time.monotonic() < until:
        one = next(each for each in said(town, MailingAct()).all if each.id == mailing)
        if one.state == "done":
            return one
        time.sleep(0.05)
    raise AssertionError("not done in two minutes")


def said(town: Town, wanted: MailingAct) -> MailingDone:
    keys = keyring.load(town.data / "demo-keys")
    server = Server(town.origin, f"http://localhost:{town.port}")
    return msgspec.json.decode(ask(keys.newest(OPERATOR), server, "/api/errands/mailings", wanted, datetime.now(UTC)), type=MailingDone)
