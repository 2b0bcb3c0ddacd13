"""Residents as the person register knows them, and what a journey may take from there as facts."""

from typing import Any, Literal

from msgspec import Struct

Kinship = Literal["partner", "parent"]
"""How the register links two people: "my partner is …", "my parent is …"."""

Status = Literal["", "dead", "moved", "missing"]
FULL_AGE = 18


class Resident(Struct, frozen=True, omit_defaults=True):
    """One line of the register. Days are "YYYY-MM-DD"; '' and `None` mean the register does not say."""

    name: str
    born: str
    street: str = ""
    postcode: str = ""
    town: str = ""
    protected: bool = False
    """Name and address protection (CPR Act, section 28): shown to nobody but the resident and the desk."""
    language: str = ""
    citizen: str = ""
    phone: str = ""
    doctor: str = ""
    doctor_km: int | None = None
    nemkonto_ending: str = ""
    passport_until: str = ""
    employer: str = ""
    """Who has reported this resident as ill, and the first day of it."""
    employer_first_day: str = ""
    status: Status = ""
    """Of whoever is not to be written to any more: dead, moved out of the country, or missing."""


class Member(Struct, frozen=True):
    """Somebody of a resident's household; `kinship` says what they are to the resident."""

    id: str
    resident: Resident
    kinship: Literal["self", "partner", "child", "parent", "sibling"]


def age(born: str, today: str) -> int:
    """Whole years, in the old office way: the birthday of 29 February is 1 March in other years."""
    had_birthday = today[5:] >= born[5:]
    return int(today[:4]) - int(born[:4]) - (not had_birthday)


def lives_with(one: Resident, other: Resident) -> bool:
    return bool(one.street) and (one.street, one.postcode) == (other.street, other.postcode)


def facts(resident: Resident, household: list[Member], today: str) -> dict[str, Any]:
    """The closed list of names services may use. What the register does not say is absent, never ''."""
    said = {
        "person.name": resident.name,
        "person.born": resident.born,
        "person.age": age(resident.born, today),
        "person.address": place(resident),
        "person.protected": "yes" if resident.protected else "",
        "person.nemkonto": {"ending": resident.nemkonto_ending} if resident.nemkonto_ending else "",
        "person.passport_until": resident.passport_until,
        "person.doctor": resident.doctor,
        "person.doctor_km": "" if resident.doctor_km is None else resident.doctor_km,
        "person.citizen": resident.citizen,
        "case.report": report(resident),
        "case.first_day": resident.employer_first_day,
    }
    people = [shown(member, today) for member in household]
    said["household.people"] = people
    said["household.children"] = [one for one in people if one["child"] == "yes" and one["self"] == "no"]
    said["household.size"] = len(people)
    return {name: value for name, value in said.items() if value != "" and value != []}


def place(resident: Resident) -> dict[str, str] | str:
    if not resident.street:
        return ""
    return {"street": resident.street, "postcode": resident.postcode, "town": resident.town}


def report(resident: Resident) -> dict[str, str] | str:
    if not resident.employer:
        return ""
    return {"employer": resident.employer, "first_day": resident.employer_first_day}


def shown(member: Member, today: str) -> dict[str, Any]:
    years = age(member.resident.born, today)
    return {
        "id": member.id,
        "name": member.resident.name,
        "born": member.resident.born,
        "age": years,
        "child": "yes" if years < FULL_AGE else "no",
        "self": "yes" if member.kinship == "self" else "no",
    }


def in_order(household: list[Member]) -> list[Member]:
    """Oneself first, then the others, oldest first: the order of a family at a counter."""
    return sorted(household, key=lambda one: (one.kinship != "self", one.resident.born, one.id))


def is_shown_to(viewer: Resident, member: Member) -> bool:
    """On a page that lists a household. Somebody with name and address protection is shown to nobody else, not even as
    one more person; only a child who is protected together with the parent who looks."""
    return member.kinship == "self" or not member.resident.protected or (viewer.protected and member.kinship == "child")
