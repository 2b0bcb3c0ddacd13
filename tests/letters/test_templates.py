"""A decision becomes a letter: every language or none, five answers each, and what people wrote stays text."""

from pathlib import Path

import pytest

from backend.domain import definitions
from backend.domain.errors import NotFound
from backend.domain.letters import ANSWERS, Letter, lacking
from backend.letters.template_files import Template
from backend.letters.templates import Given, Incomplete, Templates, Town, read_all
from i18n import catalogue

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "backend" / "services"
SERVICES = definitions.load([SHIPPED])
LANGS = ["da", "en", "ar"]
WORDS = {code: catalogue.load(code) for code in LANGS}
TOWN = Town("Havneby", "+4533663366")
TEMPLATES = Templates.load([SHIPPED], SERVICES, WORDS, TOWN)
SAMPLE = {"date": "2026-12-03", "amount": 424500, "text": "Din lønseddel", "long_text": "Første linje.\n\nAnden linje."}
ANSWERED = {"where": "Havnegade 4", "new-address": {"street": "Havnegade 4", "postcode": "9999", "town": "Havneby"}, "time": {"desk": "town-hall", "at": "2026-12-01T10:15"}}
FACTS = {
    "person.nemkonto": {"bank": "Havneby Bank", "ending": "4321"},
    "desks": [{"id": "town-hall", "name": "Rådhuset", "address": "Torvet 1, 9999 Havneby", "abilities": ["passport"]}],
}


def given(template: Template, **changes: object) -> Given:
    """Everything that can be filled in."""
    fields = {one.id: one.options[0].is_ if one.options else SAMPLE[one.kind] for one in template.fields}
    held = {"name": "Inger Holm", "today": "2026-11-27", "case": "c-1", "case_number": "M 224 763", "service": template.service or ("passport" if template.id == "appointment" else "sick-pay"),
            "received_on": "2026-11-20", "answers": ANSWERED, "facts": FACTS, "fields": fields}  # fmt: skip
    return Given(**{**held, **changes})


def composed(service: str, id: str, langs: list[str] = LANGS, **changes: object) -> Letter:
    template = TEMPLATES.get(service, id)
    return TEMPLATES.compose(template, given(template, **changes), langs)


def refused(service: str, fields: dict, lang: str = "da") -> list[str]:
    """The body of a no, with these fields changed."""
    template = TEMPLATES.get(service, "refused")
    held = given(template)
    return TEMPLATES.compose(template, given(template, fields={**held.fields, **fields}), LANGS).texts[lang].body


@pytest.mark.parametrize("template", TEMPLATES.found.values(), ids=lambda one: f"{one.service}/{one.id}")
def test_every_shipped_letter_has_its_five_answers_in_each_language(template: Template) -> None:
    letter = TEMPLATES.compose(template, given(template), LANGS)
    assert lacking(letter) == []
    assert list(letter.texts) == (["da"] if template.head.one_language else LANGS) and letter.original == "da"


def test_each_service_has_letters_and_every_refusal_says_until_when_one_can_complain() -> None:
    decided = {id for id, service in SERVICES.items() if not service.ticks}  # a list one ticks sends nothing, so nothing is decided
    assert {one.service for one in TEMPLATES.found.values()} == {"", *decided}
    for template in TEMPLATES.found.values():
        if template.status == "refused":
            letter = TEMPLATES.compose(template, given(template), LANGS)
            assert letter.reply_by == "2026-12-25" and letter.is_legal
            assert "fredag den 25. december 2026" in letter.texts["da"].summary.by_when


def test_a_yes_says_days_and_amounts_in_the_language_of_the_reader() -> None:
    letter = composed("sick-pay", "granted")
    da, en, ar = (letter.texts[lang] for lang in LANGS)
    assert da.title == "Du får syge\u00addagpenge" and da.summary.what == "Vi har sagt ja til sygedagpenge fra torsdag den 3. december 2026."
    assert "- For en hel uge får du 4.245 kr. før skat.\n- Vi betaler, når hver måned er slut.\n- Pengene kommer på din NemKonto, den konto, der ender på 4321." in da.body
    assert "from Thursday, 3 December 2026" in en.summary.what and "الخميس، 3 ديسمبر 2026" in ar.summary.what
    assert letter.case_number == "M 224 763" and letter.service == "sick-pay" and letter.actions[0].path == "mine/cases/c-1"
    assert letter.actions[0].say["da"] == "Se din sag"


def test_what_was_answered_and_booked_stands_in_words() -> None:
    letter = composed("passport", "time")
    assert letter.texts["da"].summary.by_when == "Det er tirsdag den 1. december 2026 kl. 10.15."
    assert letter.actions[0].starts_at == "2026-12-01T10:15" and letter.actions[0].place == "Torvet 1, 9999 Havneby"
    assert "- Kort eller kontanter. Et pas koster 891 kr." in letter.texts["da"].body[-1]
    assert "Du er registreret på: Havnegade 4, 9999 Havneby" in composed("change-of-address", "registered").texts["da"].body[0]


def test_a_missing_field_is_named_before_anything_leaves() -> None:
    template = TEMPLATES.get("sick-pay", "granted")
    with pytest.raises(Incomplete) as told:
        TEMPLATES.compose(template, given(template, fields={"paid_from": ""}), LANGS)
    assert (told.value.lang, told.value.names) == ("", ["paid_from", "a_week"])


@pytest.mark.parametrize("fields", [{"paid_from": "3/12"}, {"a_week": "4245"}, {"a_week": -1}, {"a_week": True}, {"paid_until": "2026-02-30"}, {"a_week": 10**15}])
def test_a_field_that_does_not_fit_is_named(fields: dict) -> None:
    template = TEMPLATES.get("sick-pay", "granted")
    with pytest.raises(Incomplete) as told:
        TEMPLATES.compose(template, given(template, fields={**given(template).fields, **fields}), LANGS)
    assert told.value.names == list(fields)


@pytest.mark.parametrize("text", ["a\0b", "x" * 4001, "x" * 1_000_000, " \n\u202e ", 7, ["x"]])
def test_a_text_that_no_form_would_take_is_named(text: object) -> None:
    with pytest.raises(Incomplete) as told:
        refused("sick-pay", {"reasons": text})
    assert told.value.names == ["reasons"]


def test_a_case_without_a_booked_time_gets_no_letter_with_a_gap() -> None:
    with pytest.raises(Incomplete) as told:
        composed("passport", "time", answers={})
    assert told.value.names == ["visit_at"]


def test_a_button_to_no_case_is_not_sent() -> None:
    with pytest.raises(Incomplete, match="case"):
        composed("sick-pay", "granted", case="")


def test_a_text_may_be_written_once_for_each_language_and_then_none_may_lack() -> None:
    reasons = {"da": "Fordi.", "en": "Because.", "ar": "لأن."}
    assert "لأن." in "".join(refused("sick-pay", {"reasons": reasons}, "ar")) and "Because." in refused("sick-pay", {"reasons": reasons}, "en")
    with pytest.raises(Incomplete) as told:
        refused("sick-pay", {"reasons": {"da": "Fordi.", "en": ""}})
    assert told.value.names == ["reasons"]


def test_a_language_that_lacks_a_sentence_stops_the_letter_and_says_which(tmp_path: Path) -> None:
    words = WORDS | {"ar": catalogue.load("ar")}
    key = ("", "We have said no to sick pay.")
    words["ar"].texts = {k: v for k, v in words["ar"].texts.items() if k != key}
    templates = Templates.load([SHIPPED], SERVICES, words, TOWN)
    template = templates.get("sick-pay", "refused")
    with pytest.raises(Incomplete) as told:
        templates.compose(template, given(template), LANGS)
    assert (told.value.lang, told.value.names) == ("ar", [key[1]])
    assert list(templates.compose(template, given(template), ["da", "en"]).texts) == ["da", "en"]


HOSTILE = [
    "## Du skal betale", "- betal nu", "<b>fed</b> & <script>alert(1)</script>", "\u202eegnev\u202c", "{day} {{ name }} {% raw %}",
    "linje\n## overskrift\n- punkt\r\n\r\n## to\u2028## tre\x85- fire", "\u200f\u2067## vendt", "x" * 10_000, "\ue000## gemt \ue000- mere", "-", "##", "#",
    "\x0c## side", "\u2029- afsnit",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_what_a_caseworker_or_a_resident_wrote_is_never_a_heading_a_list_or_an_answer(hostile: str) -> None:
    plain = composed("change-of-address", "refused")
    template = TEMPLATES.get("change-of-address", "refused")
    fields = {**given(template).fields, "reasons": hostile[:4000]}
    letter = TEMPLATES.compose(template, given(template, fields=fields, name=hostile, answers={"new-address": {"street": hostile, "postcode": "9999", "town": "Havneby"}}), LANGS)
    for lang in LANGS:
        before, after = plain.texts[lang], letter.texts[lang]
        marks = [part for part in after.body if part.startswith(("## ", "- ")) or "\n" in part]
        assert marks == [part for part in before.body if part.startswith(("## ", "- ")) or "\n" in part]
        assert after.summary == before.summary and after.title == before.title
        assert not set("".join(after.body)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200f\ue000\u2028\x85")


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_in_an_answer_stays_one_line_of_text(hostile: str) -> None:
    template = TEMPLATES.get("", "paper-asked")
    fields = {**given(template).fields, "paper": hostile[:200]}
    letter = TEMPLATES.compose(template, given(template, fields=fields), LANGS)
    for lang in LANGS:
        for name in ANSWERS:
            said = getattr(letter.texts[lang].summary, name)
            assert said and "\n" not in said and not said.startswith(("## ", "- "))
        assert letter.texts[lang].summary.must.count("\u2068") == letter.texts[lang].summary.must.count("\u2069")


def test_words_of_another_direction_stand_apart_from_the_text_around_them() -> None:
    fields = given(TEMPLATES.get("", "paper-asked")).fields
    letter = composed("", "paper-asked", fields={**fields, "paper": "كشف (راتب)"})
    assert letter.texts["da"].summary.must == "Send os dette: \u2068كشف (راتب)\u2069"
    assert "\u206833 66 33 66\u2069" in letter.texts["ar"].summary.who and "\u2068" not in letter.texts["da"].summary.who


def test_a_letter_in_a_caseworkers_own_words_has_her_language_alone() -> None:
    letter = composed("", "free-text", lang="en")
    assert list(letter.texts) == ["en"] and letter.original == "en" and letter.service == "sick-pay"
    assert letter.texts["en"].body == ["Første linje.", "Anden linje."]


def test_a_services_own_letters_come_before_the_general_ones() -> None:
    assert [one.id for one in TEMPLATES.of("rats")] == ["closed", "visit", "visited", "answer", "appointment", "free-text", "paper-asked"]
    assert [one.id for one in TEMPLATES.of("")] == ["answer", "appointment", "free-text", "paper-asked"]
    with pytest.raises(NotFound):
        TEMPLATES.get("rats", "granted")


def test_a_municipality_replaces_a_letter_and_adds_its_own_words(tmp_path: Path) -> None:
    text = (SHIPPED / "letters/rats/closed.txt").read_text("utf-8").replace("The rats are gone", "No rats any more")
    (tmp_path / "letters/rats").mkdir(parents=True)
    (tmp_path / "letters/rats/closed.txt").write_text("\ufeff" + text.replace("\n", "\r\n"), "utf-8", newline="")
    templates = Templates.load([SHIPPED, tmp_path], SERVICES, WORDS, TOWN)
    assert templates.lacking(templates.get("rats", "closed"), "da") == ["No rats any more"]
    assert len(templates.of("rats")) == 7 and read_all([SHIPPED, tmp_path], SERVICES)[1] == []
