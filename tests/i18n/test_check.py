"""Each check of a translation is seen to fail; then our own languages pass them all."""

from pathlib import Path

import pytest

from backend import commands as commands_of
from i18n import check, commands, po
from i18n.languages import ROOM, languages
from i18n.messages import Asked, Definition, Sentence, of_manifest, together
from i18n.readability import score
from pwa.texts import asked_in
from tests.pwa.twins import ROOT, TEMPLATES

SERVICES = ROOT / "backend" / "services"


def sources() -> dict[str, list[Sentence]]:
    return commands.sources_of(lambda: asked_in(TEMPLATES), SERVICES, ROOT / "push", commands_of.letters, None, lambda: asked_in(commands_of.DESK), lambda: asked_in(commands_of.EXPORT))


def found(tmp_path: Path, text: str, *forms: str, kind: str = "text", plural: str = "", code: str = "da", note: str = "") -> list[str]:
    sentence = together([Asked(text, plural, "", "home", kind, note)])[0]
    entry = sentence.entry()
    entry.forms = list(forms)
    po.write(tmp_path / "pages.po", code, [entry])
    return [finding.code for finding in check.check(code, {"pages.po": [sentence]}, tmp_path)]


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("Go on", "Gå videre", []),
        ("Go on", "", ["missing"]),
        ("Good day, {name}", "Goddag, {navn}", ["names"]),
        ("Good day", "Goddag {", ["brace"]),
        ("See <link>it</link>", "Se det", ["marks"]),
        ("Write it", "Indtast det", ["banned"]),
        ("Open it again", "Åbn appen igen", ["banned"]),
        ("Write it.", "Skriv det", ["ending"]),
        ("Write it", "Skriv det.", ["ending"]),
        ("Come at 9.30", "Kom kl. 9.30", []),
        ("Come at 9.30", "Kom kl. 9.45", ["numbers"]),
        ("It costs 1,000 kr.", "Det koster 1.000 kr.", []),
        ("With MitID", "Med NemID", ["proper"]),
        ("Write it", "Skriv\u200f det", ["hidden"]),
        ("Write it", "Skriv det ", ["space"]),
        ("Write it", "Skriv dеt", ["script"]),
        ("Continue", "Næste", ["fixed", "banned"]),
        ("Sunday", "Sunday", ["same"]),
    ],
)
def test_a_bad_translation_is_found(text: str, form: str, expected: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, text, form) == expected


def test_blame_is_banned_in_errors_alone(tmp_path: Path) -> None:
    assert found(tmp_path, "Not right", "Det er forkert", kind="error") == ["banned"]
    assert found(tmp_path, "Not right", "Det er forkert") == []


def test_a_heading_says_where_its_long_words_may_part(tmp_path: Path) -> None:
    assert found(tmp_path, "A statement", "Tilgængelighedserklæringen", kind="heading") == ["long-word"]
    assert found(tmp_path, "A statement", "Til\u00adgængelig\u00adheds\u00aderklæringen", kind="heading") == []
    assert found(tmp_path, "A statement", "Tilgængelighedserklæringen", kind="link") == []


def test_every_form_is_filled_and_holds_its_number(tmp_path: Path) -> None:
    assert found(tmp_path, "{n} day", "En dag", "{n} dage", plural="{n} days") == []
    assert found(tmp_path, "{n} day", "{n} dag", "", plural="{n} days") == ["forms"]
    assert found(tmp_path, "{n} day", "{n} dag", "dage", plural="{n} days") == ["names"]


def test_a_text_too_long_for_its_place_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, "Save it", "Gem det, så du har det", note="max: 10") == ["length"]


def test_a_sentence_of_more_than_twenty_words_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, "Too long", " ".join(["ord"] * 21)) == ["sentence"]


def test_latin_words_and_other_digits_do_not_belong_in_arabic(tmp_path: Path) -> None:
    assert found(tmp_path, "Open Medborger", "افتح Medborger", code="ar") == []
    assert found(tmp_path, "Open the page", "افتح page", code="ar") == ["script"]
    assert found(tmp_path, "Page 7", "صفحة ٧", code="ar") == ["script"]


def test_one_english_with_two_translations_is_found(tmp_path: Path) -> None:
    sentence = together([Asked("Yes", where="home")])[0]
    for name, form in (("pages.po", "Ja"), ("services.po", "Jo")):
        entry = sentence.entry()
        entry.forms = [form]
        po.write(tmp_path / name, "da", [entry])
    both = {"pages.po": [sentence], "services.po": [sentence]}
    assert [finding.code for finding in check.check("da", both, tmp_path)] == ["twice"]


def test_a_header_of_another_tool_is_found(tmp_path: Path) -> None:
    sentence = together([Asked("Yes", where="home")])[0]
    entry = sentence.entry()
    entry.forms = ["نعم"]
    po.write(tmp_path / "pages.po", "ar", [entry])
    text = (tmp_path / "pages.po").read_text("utf-8").replace("n % 100 >= 3", "n % 100 >= 4")
    (tmp_path / "pages.po").write_text(text, "utf-8")
    assert [finding.code for finding in check.check("ar", {"pages.po": [sentence]}, tmp_path)] == ["header"]


def test_hard_danish_is_found() -> None:
    hard = "Kommunalbestyrelsens sagsbehandlingsforpligtelse vedrørende selvbetjeningsløsningerne administreres. " * 12
    assert [finding.code for finding in check.hard_texts({"services.po rats": [hard]})] == ["lix"]


def test_lix_counts_words_and_long_words() -> None:
    found = score("Kom kl. 9.30. Tag dit pas med. Fotografiet tager vi.")
    assert (found.sentences, found.words, found.long_words, found.longest) == (3, 10, 1, 4)


@pytest.mark.parametrize("code", languages())
def test_our_own_languages_pass_every_check(code: str) -> None:
    findings = [finding for finding in check.check(code, sources(), ROOM / code) if not finding.warning]
    assert not findings, "\n".join(map(str, findings))


def test_the_words_of_each_service_hold_a_few_in_every_language() -> None:
    """Ten lay words per service: people do not know what we call it."""
    for code in languages():
        entries = {} if code == "en" else {entry.key: entry for entry in po.read(ROOM / code / "services.po")[1]}
        for path in sorted(SERVICES.glob("*.toml")):
            asked = next(place for place in Definition(path).places() if place.kind == "search words")
            words = asked.id if code == "en" else entries[asked.key].forms[0]
            assert len(words.split(", ")) >= 10, f"{path.name} in {code}"


def test_a_service_file_s_notes_and_lines_reach_the_translator(tmp_path: Path) -> None:
    path = tmp_path / "bikes.toml"
    path.write_text('[service]\nid = "bikes"\n# i18n: the official name\ntitle = "Borrow a bicycle"\nwords = ["bike", "bicycle"]\n')
    title, words = Definition(path).places()
    assert (title.id, title.where, title.kind, title.note, title.line) == ("Borrow a bicycle", "bikes", "heading", "the official name", 4)
    assert words.id == "bike, bicycle" and words.kind == "search words"


def test_only_danish_and_english_stop_a_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = together([Asked("Yes", where="home")])
    assert commands.check({"pages.po": sentence}, lambda code: tmp_path / code, ["ar"]) == 0
    assert commands.check({"pages.po": sentence}, lambda code: tmp_path / code, ["da"]) == 1
    assert "ar: 1 errors" in capsys.readouterr().out


def test_a_municipality_extracts_its_own_services(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bikes.toml").write_text('[service]\nid = "bikes"\ntitle = "Borrow a bicycle"\n')
    arguments = ["extract", "--services", str(tmp_path)]
    assert commands.main(arguments, lambda: asked_in(TEMPLATES), SERVICES, ROOT / "push", commands_of.letters, lambda: asked_in(commands_of.DESK)) == 0
    assert [entry.id for entry in po.read(tmp_path / "ar" / "services.po")[1]] == ["Borrow a bicycle"]
    assert "bikes" in capsys.readouterr().out


def test_the_manifest_s_words_are_translated_too(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text('{\n "name": "Medborger",\n "description": "{The town hall on your phone}", "start_url": "/{lang}/"\n}')
    assert [(place.id, place.line) for place in of_manifest(path)] == [("The town hall on your phone", 3)]


def test_an_sms_in_arabic_letters_holds_fewer_signs(tmp_path: Path) -> None:
    assert found(tmp_path, "News", "خبر " * 17 + "خبر", kind="sms", code="ar") == ["length"]
    assert found(tmp_path, "News", "nyt " * 17 + "nyt", kind="sms") == []
