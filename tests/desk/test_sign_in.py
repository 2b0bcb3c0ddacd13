"""Two doors: no session, key or code of one side opens the other."""

from typing import Any

import pytest
from litestar.testing import TestClient

from backend.domain.actors import SYSTEM
from backend.identity import activation, staff as accounts
from backend.store import staff as rows
from backend.web import cookies
from tests.desk.conftest import OURS, PAGE, STAFF, work_as
from tests.identity.soft_phone import SoftPhone
from tests.web.conftest import NOW, ORIGIN, Client, see, sign_in


@pytest.mark.parametrize("path", ["/desk", "/desk/find", "/desk/staff", "/desk/residents/x/help"])
def test_who_is_not_signed_in_at_the_desk_is_led_to_its_sign_in(desk: Client, path: str) -> None:
    answer = desk.get(path, headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/desk/sign-in?next=")


def test_a_residents_session_opens_no_page_of_the_desk_and_the_desks_none_of_residents(desk: Client) -> None:
    sign_in(desk, "Inger")
    assert desk.get("/desk/find", headers=PAGE, follow_redirects=False).status_code == 303
    work_as(desk, "Dorte Friis")
    assert desk.get("/desk/find", headers=PAGE).status_code == 200
    assert see(desk, "/en/mine")["frame"]["name"] == "Inger Holm"  # both sides in one browser


def test_a_token_of_one_side_in_the_cookie_of_the_other_is_nobodys(desk: Client) -> None:
    sign_in(desk, "Inger")
    work_as(desk, "Dorte Friis")
    hers, desks = desk.cookies[cookies.SESSION], desk.cookies[cookies.DESK]
    swapped = TestClient(desk.app, base_url=ORIGIN, cookies={cookies.SESSION: desks, cookies.DESK: hers})
    assert swapped.get("/desk/find", headers=PAGE, follow_redirects=False).status_code == 303
    assert see(swapped, "/en/")["frame"]["signed_in"] == 0


@pytest.mark.parametrize(("name", "may"), [("Anne Berg", "/desk/find"), ("Dorte Friis", "/desk/find"), ("Erik Dam", "/desk/staff")])
def test_each_sees_what_the_table_of_roles_says(desk: Client, name: str, may: str) -> None:
    work_as(desk, name)
    answers = {path: desk.get(path, headers=PAGE).status_code for path in ("/desk/find", "/desk/staff")}
    assert answers == {path: 200 if path == may else 404 for path in answers}


def test_signing_out_ends_the_desks_session_alone(desk: Client) -> None:
    sign_in(desk, "Inger")
    work_as(desk, "Dorte Friis")
    kept = desk.cookies[cookies.DESK]
    desk.post("/desk/sign-out", headers=OURS)
    again = TestClient(desk.app, base_url=ORIGIN, cookies={cookies.DESK: kept})
    assert again.get("/desk/find", headers=PAGE, follow_redirects=False).status_code == 303
    assert see(desk, "/en/mine")["frame"]["signed_in"] == 1


def test_a_new_account_is_opened_by_its_code_with_a_key_and_by_nothing_else(town: Any) -> None:
    client, app = TestClient(town, base_url=ORIGIN), town.inner.state.app
    made = accounts.add(app.db, "Karen Holst", ["caseworker"], ["sick-pay"], "", NOW)
    key = SoftPhone("town.example", ORIGIN)
    # not at the residents' door
    assert client.post("/en/activate", data={"code": made.code}, headers=OURS).status_code == 422
    assert client.post("/api/passkeys/register/options", json={"code": made.code}, headers=OURS).status_code == 422
    # at the desk's
    assert "Karen Holst" in client.post("/desk/activate", data={"code": made.code}, headers=OURS).text
    options = client.post("/desk/api/passkeys/register/options", json={"code": made.code}, headers=OURS).json()
    answer = client.post("/desk/api/passkeys/register", json={"credential": key.make(options), "lang": "da"}, headers=OURS)
    assert answer.json() == {"next": "/desk"} and cookies.DESK in client.cookies
    # her key signs in at the desk and not as a resident
    options = client.post("/api/passkeys/sign-in/options", json={}, headers=OURS).json()
    assert client.post("/api/passkeys/sign-in", json={"credential": key.use(options), "lang": "en"}, headers=OURS).status_code == 401
    options = client.post("/desk/api/passkeys/sign-in/options", json={}, headers=OURS).json()
    assert client.post("/desk/api/passkeys/sign-in", json={"credential": key.use(options), "lang": "da"}, headers=OURS).status_code == 200
    assert client.get("/desk/find", headers=PAGE, follow_redirects=False).status_code == 200
    # who has left
    app.db.write_now(rows.end, SYSTEM, id=made.person, now=1)
    assert client.get("/desk/find", headers=PAGE, follow_redirects=False).status_code == 303


def test_a_residents_code_and_key_do_not_open_the_desk(town: Any) -> None:
    client, app = TestClient(town, base_url=ORIGIN), town.inner.state.app
    inger = see_person(client, "Inger")
    made = activation.make(app.db, inger, NOW)
    assert client.post("/desk/activate", data={"code": made.code}, headers=OURS).status_code == 422
    assert client.post("/desk/api/passkeys/register/options", json={"code": made.code}, headers=OURS).status_code == 422
    options = client.post("/api/passkeys/register/options", json={"code": made.code}, headers=OURS).json()
    key = SoftPhone("town.example", ORIGIN)
    assert client.post("/api/passkeys/register", json={"credential": key.make(options), "lang": "en"}, headers=OURS).status_code == 200
    options = client.post("/desk/api/passkeys/sign-in/options", json={}, headers=OURS).json()
    assert client.post("/desk/api/passkeys/sign-in", json={"credential": key.use(options), "lang": "en"}, headers=OURS).status_code == 401


def see_person(client: Client, name: str) -> str:
    sign_in(client, name)
    return see(client, "/en/mine")["frame"]["owner"]


def test_whoever_writes_the_database_makes_nobody_a_caseworker(town: Any) -> None:
    client, db = TestClient(town, base_url=ORIGIN), town.inner.state.app.db
    work_as(client, "Erik Dam")
    db.write_now(lambda tx, actor: tx.con.execute("UPDATE staff SET roles = 'service-centre,operator' WHERE name = 'Erik Dam'") and None, SYSTEM)
    assert client.get("/desk/find", headers=PAGE, follow_redirects=False).status_code == 303
    assert len([row for row in accounts.everybody(db)]) == len(STAFF) - 1
