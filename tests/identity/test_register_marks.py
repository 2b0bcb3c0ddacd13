"""Whose number a row bears, who is whose relative, and as whom a demo's visitor signs in: changed behind our back, it is refused."""

from datetime import date

import pytest

from backend.domain.actors import SYSTEM, resident
from backend.domain.errors import NotFound
from backend.identity import activation, demo, register
from backend.identity.person_acts import PersonAct, perform
from backend.identity.sessions import Sessions
from backend.store import keyring, personas as kept, residents, tampering
from backend.store.database import Database
from tests.identity.conftest import NOW, TODAY, run
from tests.identity.test_authentic_rows import spoil, tampered

TWINS = (
    "cpr;name;born;street;postcode;town;partner_cpr;parent1_cpr\n"
    "0101801234;Anna;1980-01-01;Havnegade 1;9999;Havneby;;\n"
    "0101801242;Bente;1980-01-01;Birkevej 2;9999;Havneby;;\n"
    "0202104237;Carl;2010-02-02;Havnegade 1;9999;Havneby;;0101801234\n"
    "0303104236;Dora;2010-03-03;Birkevej 2;9999;Havneby;;0101801242\n"
)
ANNA, BENTE, CARL, DORA = "0101801234", "0101801242", "0202104237", "0303104236"


@pytest.fixture(autouse=True)
def nothing_told():
    tampering.told.clear()


@pytest.fixture
def key_folder(tmp_path):
    keyring.make(tmp_path / "own-keys")
    return tmp_path / "own-keys"


@pytest.fixture
def file(tmp_path):
    (tmp_path / "people.csv").write_text(TWINS, "utf-8")
    return tmp_path / "people.csv"


@pytest.fixture
def data(tmp_path, key_folder, file):
    opened = Database(tmp_path / "town", keyring.load(key_folder))
    assert register.residents_import(opened, file, NOW).added == 4
    opened.close()
    return tmp_path / "town"


@pytest.fixture
def town(data, key_folder):
    opened = Database(data, keyring.load(key_folder))
    yield opened
    opened.close()


def name_of(db, cpr):
    return activation.make(db, cpr, NOW).name


def household(db, cpr):
    person = resident(activation.public_id_of(db, cpr))
    return [one["name"] for one in run(residents.facts(db, person, TODAY))["household.people"]]


def swap(db, one, other):
    at, to = db.keys.look_up(one), db.keys.look_up(other)
    for text, values in (("x'00' WHERE cpr_mac = ?", (at,)), ("? WHERE cpr_mac = ?", (at, to)), ("? WHERE cpr_mac = x'00'", (to,))):
        spoil(db, f"UPDATE person SET cpr_mac = {text}", *values)


def test_numbers_of_two_people_with_one_birthday_that_were_swapped_find_nobody(town):
    swap(town, ANNA, BENTE)
    for number in (ANNA, BENTE):
        with pytest.raises(NotFound):
            name_of(town, number)
        with pytest.raises(NotFound):
            run(perform(town, Sessions(town, NOW), PersonAct(act="erase", person=number), NOW))
    assert tampered(town) == ["person", "person"]


def test_an_import_writes_nothing_over_a_person_whose_number_was_swapped(town, file):
    swap(town, ANNA, BENTE)
    file.write_text(TWINS.replace("Havnegade 1;9999;Havneby;;\n", "Nygade 3;9999;Havneby;;\n"), "utf-8")
    done = register.residents_import(town, file, NOW.replace(hour=11))
    assert [(bad.field, bad.why, bad.number) for bad in done.bad] == [("cpr", "tampered", 2), ("cpr", "tampered", 3)]
    assert done.changed == 0


def test_a_number_copied_onto_another_row_finds_nobody(town):
    spoil(town, "UPDATE person SET cpr_mac = NULL WHERE cpr_mac = ?", town.keys.look_up(ANNA))
    spoil(town, "UPDATE person SET cpr_mac = ?, mac = x'' WHERE cpr_mac = ?", town.keys.look_up(ANNA), town.keys.look_up(BENTE))
    with pytest.raises(NotFound):
        name_of(town, ANNA)


def test_a_child_given_to_another_parent_is_not_in_her_household(town):
    assert household(town, ANNA) == ["Anna", "Carl"]
    spoil(town, "UPDATE family SET relative_mac = ? WHERE relative_mac = ?", town.keys.look_up(BENTE), town.keys.look_up(ANNA))
    spoil(town, "UPDATE person SET sealed = sealed")
    assert household(town, ANNA) == ["Anna"] and household(town, BENTE) == ["Bente", "Dora"]
    assert tampered(town) == ["family"]


@pytest.mark.parametrize("kinship", ["partner", "parent"])
def test_a_relative_planted_in_the_table_is_nobodys(town, kinship):
    spoil(
        town, "INSERT INTO family (person, kinship, relative_mac, relative_key, mac) SELECT p.id, ?, ?, '1', (SELECT mac FROM family LIMIT 1) FROM person AS p WHERE p.cpr_mac = ?",
        kinship, town.keys.look_up(ANNA), town.keys.look_up(DORA),
    )
    _, facts = town.read_now(residents.family_of, resident(activation.public_id_of(town, ANNA)), keys=town.keys)
    assert [one.public_id for one in facts.partners] == [] and len(facts.children) == 1 and len(facts.changed) == 1


def test_whose_own_number_was_swapped_has_no_relatives(town):
    anna = resident(activation.public_id_of(town, ANNA))
    swap(town, ANNA, BENTE)
    assert [one["name"] for one in run(residents.facts(town, anna, TODAY))["household.people"]] == ["Anna"]


def test_a_persona_planted_in_the_table_lets_nobody_in(db, personas):
    other = demo.town(date(2026, 11, 24))[40].cpr
    planted = activation.public_id_of(db, other)
    spoil(db, "INSERT INTO persona (person, place, about, mac) SELECT p.id, 9, 'family', (SELECT mac FROM persona LIMIT 1) FROM person AS p WHERE p.public_id = ?", planted)
    assert not db.read_now(kept.is_one, SYSTEM, public_id=planted, keys=db.keys)
    assert len(demo.people(db, TODAY)) == 3 and db.read_now(kept.is_one, SYSTEM, public_id=personas["Inger"].id, keys=db.keys)


# A newer key for the numbers


@pytest.fixture
def again(town_again):
    """The same town under a newer key for the numbers, the older one beside it."""
    yield town_again
    town_again.close()


@pytest.fixture
def town_again(data, key_folder):
    keyring.add(key_folder, "hmac-cpr")
    return Database(data, keyring.load(key_folder))


def under_first_key(db):
    return db.scan_now(lambda tx, _: [*tx.con.execute("SELECT (SELECT count(*) FROM person WHERE cpr_key = '1'), (SELECT count(*) FROM family WHERE relative_key = '1')")][0], SYSTEM)


def test_with_a_newer_key_everybody_is_found_and_nobody_is_taken_in_twice(again, file):
    assert name_of(again, ANNA) == "Anna" and household(again, ANNA) == ["Anna", "Carl"]
    done = register.residents_import(again, file, NOW.replace(hour=11))
    assert (done.added, done.changed, done.same, done.bad_lines) == (0, 0, 4, 0)
    assert under_first_key(again) == (0, 0) and household(again, CARL) == ["Carl", "Anna"]


def test_once_the_register_was_read_again_the_older_key_is_needed_no_more(town_again, data, file, key_folder):
    register.residents_import(town_again, file, NOW.replace(hour=11))
    town_again.close()
    (key_folder / "hmac-cpr-1.key").unlink()
    alone = Database(data, keyring.load(key_folder))
    try:
        assert name_of(alone, BENTE) == "Bente" and household(alone, DORA) == ["Dora", "Bente"]
        assert register.residents_import(alone, file, NOW.replace(hour=12)).same == 4
    finally:
        alone.close()


def test_families_hold_together_where_the_new_file_names_only_one_of_them(again, file):
    file.write_text("".join(line + "\n" for line in TWINS.splitlines() if not line.startswith((ANNA, DORA))), "utf-8")
    assert register.residents_import(again, file, NOW.replace(hour=11)).unlisted == 2
    assert household(again, ANNA) == ["Anna", "Carl"] and household(again, BENTE) == ["Bente", "Dora"]
    assert under_first_key(again) == (1, 0)


def test_a_swap_under_the_older_key_is_not_moved_to_the_newer_one(again, file):
    one, other = (again.keys.look_ups(number)[0] for number in (ANNA, BENTE))
    for text, values in (("x'00' WHERE cpr_mac = ?", (one,)), ("? WHERE cpr_mac = ?", (one, other)), ("? WHERE cpr_mac = x'00'", (other,))):
        spoil(again, f"UPDATE person SET cpr_mac = {text}", *values)
    done = register.residents_import(again, file, NOW.replace(hour=11))
    assert [bad.why for bad in done.bad] == ["tampered", "tampered"] and done.added == 0
