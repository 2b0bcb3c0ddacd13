"""The register taken in: repeatable, sealed, and found by nothing but a keyed hash."""

from datetime import timedelta
from pathlib import Path

import pytest

from backend.domain.actors import SYSTEM, guest, resident
from backend.domain.errors import NotFound
from backend.identity import demo, register
from backend.identity.activation import DESK
from backend.store import audit, residents
from tests.identity.conftest import NOW, TODAY, run

HEADER = "cpr,name,street,postcode,town,protected,partner_cpr,parent1_cpr,parent2_cpr"
MOTHER, FATHER, CHILD, OTHER = "0101904320", "0202894321", "0303155432", "1403454320"
HOME = "Birkevej 1,9999,Havneby,no"
TOWN = [
    f"{MOTHER},Mother,{HOME},{FATHER},,",
    f"{FATHER},Father,{HOME},,,",
    f"{CHILD},Child,{HOME},,{MOTHER},{FATHER}",
    f"{OTHER},Grandmother,Skolevej 2,9999,Havneby,yes,,,",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "register.csv"


def take(db, file, rows, later=0):
    file.write_text("\n".join([HEADER, *rows, ""]), "utf-8")
    return register.residents_import(db, file, NOW + timedelta(days=later))


def counts(done):
    return (done.lines, done.added, done.changed, done.same, done.bad_lines)


def actor_of(db, cpr):
    return resident(db.read_now(residents.find_by_cpr, DESK, cpr_macs=db.keys.look_ups(cpr)).public_id)


def facts(db, cpr):
    return run(residents.facts(db, actor_of(db, cpr), TODAY))


def test_each_line_becomes_a_person_who_is_found_by_number(empty, file):
    assert counts(take(empty, file, TOWN)) == (4, 4, 0, 0, 0)
    assert run(residents.get(empty, actor_of(empty, CHILD))).name == "Child"


def test_the_same_file_twice_changes_nothing(empty, file):
    take(empty, file, TOWN)
    before = people(empty)
    assert counts(take(empty, file, TOWN, later=1)) == (4, 0, 0, 4, 0)
    assert people(empty) == before


def people(db):
    return db.read_now(lambda tx, actor: tx.con.execute("SELECT id, public_id, sealed FROM person ORDER BY id").fetchall(), None)


def test_a_changed_line_changes_that_person_alone(empty, file):
    take(empty, file, TOWN)
    moved = [TOWN[0].replace("Birkevej 1", "Åvej 9"), *TOWN[1:]]
    assert counts(take(empty, file, moved, later=1)) == (4, 0, 1, 3, 0)
    assert facts(empty, MOTHER)["person.address"]["street"] == "Åvej 9"
    assert facts(empty, FATHER)["person.address"]["street"] == "Birkevej 1"


def test_the_key_of_a_person_outlives_a_changed_line(empty, file):
    take(empty, file, TOWN)
    before = actor_of(empty, MOTHER)
    take(empty, file, [TOWN[0].replace("Mother", "Mor")], later=1)
    assert actor_of(empty, MOTHER) == before
    assert run(residents.get(empty, before)).name == "Mor"


def test_the_order_of_a_family_in_the_file_does_not_matter(empty, file):
    take(empty, file, TOWN[::-1])
    assert [one["name"] for one in facts(empty, MOTHER)["household.people"]] == ["Mother", "Father", "Child"]
    assert [one["name"] for one in facts(empty, FATHER)["household.children"]] == ["Child"]
    assert [one["name"] for one in facts(empty, CHILD)["household.people"]] == ["Child", "Father", "Mother"]


def test_a_link_that_is_taken_out_of_the_line_is_gone(empty, file):
    take(empty, file, TOWN)
    take(empty, file, [TOWN[0].replace(f",{FATHER},", ",,"), *TOWN[1:]], later=1)
    assert [one["name"] for one in facts(empty, MOTHER)["household.people"]] == ["Mother", "Child"]


def test_who_lives_elsewhere_is_not_of_the_household(empty, file):
    away = TOWN[2].replace("Birkevej 1", "Skolevej 2")
    take(empty, file, [*TOWN[:2], away])
    assert "household.children" not in facts(empty, MOTHER)


def test_one_person_twice_with_other_content_is_told_and_the_first_counts(empty, file):
    again = TOWN[0].replace("Mother", "Imposter")
    done = take(empty, file, [*TOWN, again])
    assert counts(done) == (5, 4, 0, 0, 1)
    assert str(done.bad[0]).startswith("line 6: cpr stands in this file twice")
    assert run(residents.get(empty, actor_of(empty, MOTHER))).name == "Mother"


def test_twice_is_told_also_when_thousands_stand_between(empty, file, monkeypatch):
    monkeypatch.setattr(register, "CHUNK", 2)
    rows = [*TOWN, TOWN[0].replace("Mother", "Imposter"), TOWN[1]]
    assert counts(take(empty, file, rows)) == (6, 4, 0, 1, 1)
    assert counts(take(empty, file, rows, later=1)) == (6, 0, 0, 5, 1)


def test_who_is_missing_in_a_later_file_is_kept_and_counted(empty, file):
    take(empty, file, TOWN)
    assert take(empty, file, TOWN[:3], later=1).unlisted == 1
    assert run(residents.get(empty, actor_of(empty, OTHER))).name == "Grandmother"


def test_no_number_no_name_and_no_street_lies_open_in_the_store(empty, file):
    take(empty, file, TOWN)
    everything = b"".join(one.read_bytes() for one in empty.data.iterdir() if one.is_file())
    for planted in (MOTHER, CHILD, "Grandmother", "Birkevej"):
        assert planted.encode() not in everything


def test_a_strangers_row_is_not_found(empty, file):
    take(empty, file, TOWN)
    mother, father = actor_of(empty, MOTHER), actor_of(empty, FATHER)
    with pytest.raises(NotFound):
        empty.read_now(residents.sealed_person, mother, public_id=father.person)
    with pytest.raises(NotFound):
        empty.read_now(residents.find_by_cpr, mother, cpr_macs=empty.keys.look_ups(FATHER))


def test_a_guest_is_known_by_nothing(empty):
    assert run(residents.facts(empty, guest("s"), TODAY)) == {}
    assert run(residents.get(empty, guest("s"))) is None


def test_what_the_register_does_not_say_is_no_fact(empty, file):
    take(empty, file, [f"{OTHER},Grandmother,,,,,,,"])
    assert set(facts(empty, OTHER)) == {"person.name", "person.born", "person.age", "household.people", "household.size"}


def test_the_import_is_one_line_of_the_audit_log(empty, file):
    take(empty, file, TOWN)
    lines = empty.read_now(audit.of_subject, SYSTEM, most=9)
    assert [line.verb for line in lines if line.object == "register"] == ["import"]


# The demo's town


def test_the_demo_has_three_hundred_residents_and_three_to_sign_in_as(db):
    people = db.read_now(lambda tx, actor: tx.con.execute("SELECT count(*) FROM register").fetchone(), None)
    assert people == (300,)
    shown = [(one.name, one.age, one.about) for one in demo.people(db, TODAY)]
    assert shown == [("Inger Holm", 81, "pension"), ("Samir Haddad", 37, "newcomer"), ("Mette Lund", 41, "family")]


def test_the_demo_is_the_same_every_time():
    assert demo.town(NOW.date()) == demo.town(NOW.date())


def test_nobody_in_the_demo_misses_a_parent():
    town = demo.town(NOW.date())
    known = {line.cpr for line in town}
    named = {cpr for line in town for cpr in (line.partner_cpr, line.parent1_cpr, line.parent2_cpr) if cpr}
    assert named <= known and len(known) == 300


def test_newcomers_and_protected_people_live_in_the_demo_too():
    town = demo.town(NOW.date())
    assert {"da", "ar", "uk", "tr", "so", "pl"} <= {line.language for line in town}
    assert 0 < sum(line.protected == "yes" for line in town) < 30


def test_each_persona_has_what_their_story_needs(db, personas):
    known = {name: run(residents.facts(db, resident(one.id), TODAY)) for name, one in personas.items()}
    assert TODAY < known["Inger"]["person.passport_until"] < "2027-02"
    assert known["Samir"]["case.report"]["employer"] and len(known["Samir"]["household.children"]) == 2
    assert len(known["Mette"]["household.children"]) == 2 and known["Mette"]["household.size"] == 3


def test_a_town_is_seeded_once(db):
    assert demo.seed(db, NOW) is False


def test_demo_and_real_life_refuse_each_others_store(db, empty, file):
    with pytest.raises(demo.WrongTown):
        demo.refuse_demo(db)
    demo.refuse_demo(empty)
    take(empty, file, TOWN)
    with pytest.raises(demo.WrongTown):
        demo.seed(empty, NOW)
