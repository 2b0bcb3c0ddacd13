"""The demo's made-up town: 300 residents in families, the same in every demo, and three to sign in as."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from random import Random

import msgspec
from msgspec import Struct

from backend.domain.actors import SYSTEM
from backend.domain.residents import age
from backend.identity import register, register_fields, staff
from backend.identity.made_up_residents import DANES, NEWCOMERS, Line, Town
from backend.store import personas, residents
from backend.store.database import Database
from backend.store.personas import Featured

PEOPLE = 300
SEED = 9999
HAVNEGADE = ("Havnegade 12, 1. tv", "9999", "Havneby")
MOLLEPARKEN = ("Mølleparken 48, 2. th", "9999", "Havneby")
ROSENVAENGET = ("Rosenvænget 7", "9999", "Havneby")
BIRKEVEJ = ("Birkevej 31", "9998", "Sønderhavn")


class WrongTown(Exception):
    """Demo and real life must not meet in one database; the text is for the operator."""


class Persona(Struct, frozen=True):
    """A row of the demo's sign-in page. `about` is "pension", "newcomer" or "family"."""

    id: str
    name: str
    age: int
    about: str


def seed(db: Database, now: datetime | None = None) -> bool:
    """Fills an empty store with the town. False when it was there already."""
    stamp = db.read_now(personas.stamp, SYSTEM)
    if stamp.personas:
        staff.seed(db, now or datetime.now(UTC))  # a demo of before there was a desk
        return False
    if stamp.people:
        raise WrongTown(f"{db.data} holds residents of a real register. Give the demo a folder of its own: --data DIR")
    now = now or datetime.now(UTC)
    main = town(now.date())
    order = {name: place for place, name in enumerate(register_fields.FIELDS)}
    checked = [register_fields.check(at, list(msgspec.structs.astuple(line)), order) for at, line in enumerate(main, 2)]
    register.take(db, checked, register.milliseconds(now))
    first = {line.name: line.cpr for line in reversed(main)}
    feature(db, [(first[name], place, about) for place, (name, about) in enumerate(FEATURED)])
    staff.seed(db, now)
    return True


def feature(db: Database, chosen: list[tuple[str, int, str]]) -> None:
    """(person number, place on the page, in a word why): to sign in as."""
    found = [(db.read_now(residents.find_by_cpr, SYSTEM, cpr_macs=db.keys.look_ups(cpr)).public_id, place, about) for cpr, place, about in chosen]
    db.write_now(personas.add, SYSTEM, featured=[Featured(*one).signed(db.keys) for one in found])


def refuse_demo(db: Database) -> None:
    """For `serve`: never on a town of made-up people whom anyone may sign in as."""
    if db.read_now(personas.stamp, SYSTEM).personas:
        raise WrongTown(f"{db.data} holds the made-up people of a demo. Start with an empty folder: --data DIR")


def people(db: Database, today: str) -> list[Persona]:
    """Whom one can sign in as, in the order of the page."""
    rows = db.read_now(personas.in_order, SYSTEM)
    known = [(row, residents.opened(db.keys, row)) for row in rows if row.is_authentic(db.keys)]
    return [Persona(row.public_id, one.name, age(one.born, today), row.about) for row, one in known]


FEATURED = [("Inger Holm", "pension"), ("Samir Haddad", "newcomer"), ("Mette Lund", "family")]


def town(today: date) -> list[Line]:
    drawn = Town(Random(SEED), today)
    known = [holm(drawn), haddad(drawn), lund(drawn)]
    taken = {name for name, _ in FEATURED}
    others = (family for family in drawn.families() if not taken & {line.name for line in family})
    return list(first(chain(known, others), PEOPLE))


def first(families: Iterator[list[Line]], count: int) -> Iterator[Line]:
    """Whole families while they fit, so that nobody's parent is missing."""
    left = count
    for family in families:
        if len(family) <= left:
            yield from family
            left -= len(family)
        if not left:
            return


def holm(drawn: Town) -> list[Line]:
    """81, lives alone, and her passport runs out in six weeks."""
    inger = drawn.line("Inger Holm", 81, woman=True, home=HAVNEGADE, people=DANES)
    inger.phone, inger.nemkonto_ending, inger.protected = "+4533663312", "4321", ""
    inger.doctor, inger.doctor_km = "Lægerne Torvet", "1"
    inger.passport_until = str(drawn.today + timedelta(days=43))
    return [inger]


def haddad(drawn: Town) -> list[Line]:
    """New in Denmark, reads Arabic, two children; his employer has reported him ill."""
    syrians = NEWCOMERS[0]
    samir = drawn.line("Samir Haddad", 37, woman=False, home=MOLLEPARKEN, people=syrians)
    rania = drawn.line("Rania Haddad", 34, woman=True, home=MOLLEPARKEN, people=syrians)
    samir.partner_cpr, rania.partner_cpr = rania.cpr, samir.cpr
    samir.phone, samir.nemkonto_ending = "+4531663337", "8850"
    samir.employer, samir.employer_first_day = "Havneby Fiskeindustri", str(drawn.today - timedelta(days=6))
    children = [child_of(drawn, name, years, samir, rania) for name, years in (("Yara Haddad", 8), ("Karim Haddad", 4))]
    family = [samir, rania, *children]
    for line in family:
        line.protected, line.passport_until, line.doctor, line.doctor_km = "", "", "Lægecenter Nord", "3"
    return family


def lund(drawn: Town) -> list[Line]:
    """Two children who live with her; their father, who lives elsewhere, has a say when they move."""
    mette = drawn.line("Mette Lund", 41, woman=True, home=ROSENVAENGET, people=DANES)
    jonas = drawn.line("Jonas Lund", 43, woman=False, home=BIRKEVEJ, people=DANES)
    mette.phone, mette.nemkonto_ending = "+4540663341", "1907"
    mette.doctor, mette.doctor_km = "Lægehuset Strandvejen", "2"
    children = [child_of(drawn, name, years, mette, jonas) for name, years in (("Alma Lund", 11), ("Viggo Lund", 7))]
    family = [mette, jonas, *children]
    for line in family:
        line.protected = ""
    mette.passport_until = str(drawn.today + timedelta(days=2100))
    return family


def child_of(drawn: Town, name: str, years: int, one: Line, other: Line) -> Line:
    home, people = (one.street, one.postcode, one.town), DANES
    child = drawn.line(name, years, woman=name[0] in "YA", home=home, people=people)
    child.language, child.citizen = one.language, one.citizen
    child.parent1_cpr, child.parent2_cpr = one.cpr, other.cpr
    child.doctor, child.doctor_km = one.doctor, one.doctor_km
    return child
