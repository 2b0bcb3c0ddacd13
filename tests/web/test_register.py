"""What the register says about me, and who is never shown there."""

from backend.domain.residents import Member, Resident, is_shown_to
from tests.web.conftest import Client, see, sign_in


def test_each_line_of_the_register_stands_there_and_leads_to_where_it_is_corrected(alone: Client) -> None:
    sign_in(alone, "Inger")
    lines = {line["what"]: line for line in see(alone, "/en/mine/register")["lines"]}
    assert list(lines)[:3] == ["name", "born", "address"] and lines["name"]["shown"][0]["text"] == "Inger Holm"
    assert (lines["address"]["service"], lines["passport"]["service"]) == ("change-of-address", "passport")
    assert lines["nemkonto"]["shown"][0]["text"] == "4321"
    page = alone.get("/en/mine/register", headers={"accept": "text/html"}).text
    assert "From the CPR register" in page and 'href="/en/services/change-of-address"' in page
    assert "phone" in lines and "employer" not in lines


def test_a_family_sees_who_lives_there(alone: Client) -> None:
    sign_in(alone, "Samir")
    people = see(alone, "/en/mine/register")["people"]
    assert sorted((one["name"], one["kinship"]) for one in people) == [("Karim Haddad", "child"), ("Rania Haddad", "partner"), ("Yara Haddad", "child")]


def test_a_protected_person_is_shown_to_nobody_but_a_parent_protected_with_her_child() -> None:
    def member(protected: bool, kinship: str) -> Member:
        return Member("p", Resident("Rania", "1990-01-01", protected=protected), kinship)

    plain, hidden = Resident("Samir", "1989-01-01"), Resident("Samir", "1989-01-01", protected=True)
    assert is_shown_to(plain, member(False, "partner")) and not is_shown_to(plain, member(True, "partner"))
    assert not is_shown_to(plain, member(True, "child")) and is_shown_to(hidden, member(True, "child"))
    assert not is_shown_to(hidden, member(True, "partner")) and is_shown_to(plain, member(True, "self"))
