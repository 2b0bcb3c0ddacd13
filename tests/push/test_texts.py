"""The words of reminders: each fits where it is shown, in each language, and says no more than it may."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from backend.domain import definitions
from i18n import catalogue
from i18n.languages import languages
from push import texts
from push.payload import payload, topic
from push.sms_length import fits, is_latin, length, plainer
from push.sentences import About, Sender, about
from push.texts import BODY, TITLE, Texts
from tests.languages import ALL
from tests.push import canaries

SERVICES = [definitions.read(path.read_text("utf-8"), path.name) for path in sorted((Path(texts.__file__).parents[1] / "backend" / "services").glob("*.toml"))]
SENDER = Sender("Lyngby-Taarbæk Kommune", "+4533663366", "https://selv.lyngby-taarbaek.example")
LONGEST_DAY = "2027-09-29"
"""Onsdag den 29. september 2027."""
NOW = datetime(2027, 9, 1, 8, 0, tzinfo=UTC)
ID, TOKEN, TAG = "0123456789abcdef" * 2, "A" * 22, topic(b"k" * 32, 7, "case/1")


@pytest.fixture(scope="module")
def said() -> Texts:
    return Texts(SENDER, {code: catalogue.load(code) for code in ALL})


def abouts() -> list[About]:
    """Everything that our services can remind of, and what has no service."""
    found = [about(None, rule, kind, "", "", "") for rule, kind in [("draft", "act"), ("unread", "tell"), ("x", "act"), ("x", "tell")]]
    for service in SERVICES:
        found += [about(service, one.id, "act", one.shape, LONGEST_DAY, "") for one in service.deadlines]
        found += [about(service, f"task.{one.id}", "act", "", "", "") for one in service.tasks]
        found += [about(service, "x", "act", shape, LONGEST_DAY, "") for shape in ("after-event", "before-act", "validity", "season")]
        found += [about(service, "appointment", "act", "", LONGEST_DAY, f"{LONGEST_DAY}T10:15"), about(service, "draft", "act", "", "", "")]
    return found


@pytest.mark.parametrize("lang", list(languages()))
def test_every_text_fits_on_a_locked_screen_in_every_language(said: Texts, lang: str) -> None:
    everything = abouts()
    for level in (0, 1, 2):
        for told in [*([one] for one in everything), *([one] * 12 for one in everything), everything]:
            for now in (NOW, datetime(2027, 9, 29, 6, 15, tzinfo=UTC), datetime(2027, 9, 28, 7, 0, tzinfo=UTC), datetime(2027, 10, 4, 7, 0, tzinfo=UTC)):
                shown = said.push(lang, told, level, now)
                assert 0 < len(shown.title) <= TITLE and 0 < len(shown.body) <= BODY and "…" not in shown.title + shown.body
                assert not {"{", "}", "\u00a0", "\u2068", "\u2069"} & set(shown.title + shown.body)
                assert (shown.lang, shown.dir) == (lang, languages()[lang].dir)


@pytest.mark.parametrize("lang", list(languages()))
def test_no_sentence_falls_back_to_another_language(said: Texts, lang: str) -> None:
    asked: list[str] = []
    words = said.catalogues[lang]
    find = words.find
    words.find = lambda key, many="": asked.append(find(key, many).lang) or find(key, many)  # type: ignore[method-assign, func-returns-value]
    try:
        for told in abouts():
            for level in (0, 1, 2):
                said.push(lang, [told], level, NOW)
            said.email(lang, [told], ID, NOW)
            said.letter(lang, [told], NOW)
        said.push(lang, abouts()[4:7], 2, NOW)
        said.sms(lang), said.helper_sms(lang), said.helper_email(lang)
    finally:
        del words.find  # type: ignore[attr-defined]
    assert set(asked) == {lang}


@pytest.mark.parametrize("lang", list(languages()))
@pytest.mark.parametrize("origin", ["https://selv.lyngby-taarbaek.example", "https://" + "en-meget-lang-adresse." * 9 + "example", "http://localhost:8017"])
def test_an_sms_is_one_message_whatever_the_town_is_called(said: Texts, lang: str, origin: str) -> None:
    town = Sender("Ærøskøbing – det »gode« ’sted’ " * 3, "+4533663366", origin)
    for text in (Texts(town, said.catalogues).sms(lang), Texts(town, said.catalogues).helper_sms(lang), said.sms(lang), said.helper_sms(lang)):
        assert fits(text) and "\u00a0" not in text and "{" not in text and len(text) > 20


def test_an_sms_of_a_language_with_long_words_is_sent_all_the_same(said: Texts) -> None:
    assert said.sms("qps-long") and not fits(said.sms("qps-long"))


def test_an_sms_names_the_town_and_its_number_where_there_is_room(said: Texts) -> None:
    assert said.sms("da") == "Lyngby-Taarbæk Kommune: Der er nyt til dig i Medborger. Se https://selv.lyngby-taarbaek.example/da eller ring 33 66 33 66."
    assert said.sms("ar").startswith("رسالة لك في Medborger: ") and "selv.lyngby-taarbaek.example/ar" in said.sms("ar")


@pytest.mark.parametrize(("text", "signs", "latin"), [
    ("Hej æøåÆØÅé", 11, True), ("[€]", 6, True), ("a\u00a0b", 3, False), ("ç", 1, False), ("🐀", 2, False), ("رسالة", 5, False), ("’", 1, False),
])  # fmt: skip
def test_signs_of_an_sms_are_counted_as_the_network_counts_them(text: str, signs: int, latin: bool) -> None:
    assert (length(text), is_latin(text)) == (signs, latin)


def test_what_typesetters_write_is_made_plain() -> None:
    assert is_latin(plainer("»Her« – det’s… \u00a0")) and fits("a" * 160) and not fits("a" * 161) and not fits("ع" * 71)


@pytest.mark.parametrize(("phone", "shown"), [("+4533663366", "33663366"), ("+46812345678", "0046812345678")])
def test_a_telephone_number_reads_the_same_from_right_to_left(said: Texts, phone: str, shown: str) -> None:
    """In bare text groups of digits between Arabic words change places."""
    town = Texts(Sender("Havneby", phone, "https://x.example"), said.catalogues)
    for text in (town.email("ar", [passport()], ID, NOW).text, town.letter("ar", [passport()], NOW).text):
        assert shown in text
    assert "33 66 33 66" in said.letter("da", [passport()], NOW).text


# ---- what each level says ------------------------------------------------------------------------------------


def passport(last_day: str = "2027-03-03", at: str = "", shape: str = "season") -> About:
    service = next(one for one in SERVICES if one.id == "passport")
    return about(service, "x", "act", shape, last_day, at)


def test_the_discreet_level_says_only_that_there_is_news(said: Texts) -> None:
    shown = said.push("da", [passport()], 0, NOW)
    assert (shown.title, shown.body) == ("Medborger", "Der er nyt til dig.")


def test_the_sender_s_level_says_who_and_whether_something_must_be_done(said: Texts) -> None:
    shown = said.push("da", [passport()], 1, NOW)
    assert (shown.title, shown.body) == ("Besked fra Lyngby-Taarbæk Kommune", "Der er noget, du skal gøre.")
    assert said.push("da", [About(kind="tell")], 1, NOW).body == "Du skal ikke gøre noget. Læs det, når du har tid."
    assert said.push("en", [passport(), passport()], 1, NOW).body == "There are 2 things for you to do."


def test_the_matter_s_level_says_service_and_day(said: Texts) -> None:
    shown = said.push("da", [passport()], 2, datetime(2027, 2, 1, tzinfo=UTC))
    assert (shown.title, shown.body) == ("Pas", "Gør det senest onsdag den 3. marts 2027.")
    both = said.push("da", [passport("2027-04-01"), passport()], 2, datetime(2027, 2, 1, tzinfo=UTC))
    assert both.body == "2 ting at gøre. Først: Pas, senest onsdag den 3. marts 2027."


def test_a_sensitive_service_is_never_named_on_a_locked_screen(said: Texts) -> None:
    sick = next(one for one in SERVICES if one.id == "sick-pay")
    hidden = about(sick, sick.deadlines[0].id, "act", "season", "2027-03-03", "")
    for told in ([hidden], [passport(), hidden]):
        shown = said.push("en", told, 2, NOW)
        assert shown == said.push("en", told, 1, NOW) and "ick" not in shown.title + shown.body and "2027" not in shown.body


@pytest.mark.parametrize(("now", "body"), [
    ("2027-02-24T09:00", "Det er tirsdag den 2. marts 2027 kl. 10.15."), ("2027-03-01T09:00", "I morgen, tirsdag den 2. marts 2027, kl. 10.15."),
    ("2027-03-02T08:15", "I dag kl. 10.15, om 2 timer."), ("2027-03-02T09:15", "I dag kl. 10.15, om 1 time."),
    ("2027-03-02T10:00", "I dag kl. 10.15."), ("2027-03-02T00:30", "I dag kl. 10.15."), ("2027-03-01T23:59", "I morgen, tirsdag den 2. marts 2027, kl. 10.15."),
])  # fmt: skip
def test_an_appointment_is_told_as_people_say_it(said: Texts, now: str, body: str) -> None:
    local = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("Europe/Copenhagen"))
    assert said.push("da", [passport(at="2027-03-02T10:15")], 2, local.astimezone(UTC)).body == body


def test_words_that_become_untrue_say_until_when_they_hold(said: Texts) -> None:
    shown = said.push("da", [passport(at="2027-03-02T10:15")], 2, datetime(2027, 3, 1, 8, tzinfo=UTC))
    assert shown.true_until == datetime(2027, 3, 1, 23, tzinfo=UTC)
    assert said.push("da", [passport(at="2027-03-02T10:15")], 2, datetime(2027, 3, 2, 7, 15, tzinfo=UTC)).true_until == datetime(2027, 3, 2, 9, 15, tzinfo=UTC)
    assert said.push("da", [passport()], 2, NOW).true_until is None


def test_after_the_day_that_costs_money_the_words_say_so(said: Texts) -> None:
    late = datetime(2027, 3, 4, 8, tzinfo=UTC)
    body = "Sidste dag var onsdag den 3. marts 2027. Du kan nu miste penge for hver dag, du venter."
    assert said.push("da", [passport(shape="after-event")], 2, late).body == body
    assert said.push("da", [passport(shape="after-event")], 2, datetime(2027, 3, 3, 22, tzinfo=UTC)).body == "Gør det senest onsdag den 3. marts 2027."
    assert body in said.email("da", [passport(shape="after-event")], ID, late).text


def test_what_the_operator_wrote_is_shown_as_it_stands_and_cut_at_a_word(said: Texts) -> None:
    own = About("city", own=("Storskrald", "Vi henter storskrald i morgen fra kl. 7."))
    assert said.push("da", [own], 2, NOW).body == own.own[1]
    assert said.push("da", [own], 0, NOW).body == "Der er nyt fra kommunen."
    long = said.push("da", [About("city", own=("ord " * 30, "ord " * 90))], 2, NOW)
    assert len(long.title) <= TITLE and long.title.endswith("ord…") and len(long.body) <= BODY


# ---- the push itself -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", list(languages()))
def test_the_payload_is_declarative_web_push_and_small(said: Texts, lang: str) -> None:
    shown = said.push(lang, [passport()], 2, NOW)
    made = payload(shown, SENDER.origin, ID, TOKEN, TAG, 2)
    held = msgspec.json.decode(made)
    assert held["web_push"] == 8030 and held["mutable"] is True and held["app_badge"] == 2
    assert held["notification"] == {
        "title": shown.title, "body": shown.body, "lang": lang, "dir": languages()[lang].dir, "tag": TAG,
        "navigate": f"{SENDER.origin}/{lang}/n/{ID}", "silent": False, "app_badge": "2", "data": {"id": ID, "r": TOKEN},
    }  # fmt: skip
    assert len(made) <= 1024


@pytest.mark.parametrize("wrong", [canaries.PERSON_NUMBER, canaries.NAME, canaries.FREE_TEXT, "", "x/../y", "0123456789abcdef" * 2 + "\n"])
def test_only_what_chance_has_made_can_stand_in_the_ids(said: Texts, wrong: str) -> None:
    shown = said.push("da", [passport()], 0, NOW)
    for ids in ((wrong, TOKEN, TAG), (ID, wrong, TAG), (ID, TOKEN, wrong)):
        with pytest.raises(ValueError, match="id"):
            payload(shown, SENDER.origin, *ids, 1)


def test_a_topic_tells_matters_apart_and_nothing_else() -> None:
    made = {topic(key, person, matter) for key in (b"a" * 32, b"b" * 32) for person in (1, 2) for matter in ("case/1", "case/2")}
    assert len(made) == 8 and all(len(one) == 22 for one in made)
    assert topic(b"a" * 32, 1, "case/1") == topic(b"a" * 32, 1, "case/1")


@pytest.mark.parametrize("lang", list(languages()))
def test_nothing_personal_leaves_where_others_can_see_it(said: Texts, lang: str) -> None:
    """Planted in every argument there is."""
    for canary in canaries.ALL:
        planted = About(canary, "act", canary, canary, canary, canary, "2027-03-03", "2027-03-02T10:15", own=(canary, canary))
        for level in (0, 1):
            shown = said.push(lang, [planted, planted], level, NOW)
            sent = payload(shown, SENDER.origin, ID, TOKEN, topic(b"k" * 32, int(canaries.PERSON_NUMBER), f"case/{canary}"), 1).decode()
            assert canaries.found(sent + topic(b"k" * 32, 1, canary)) == []
        mail = said.email(lang, [planted], ID, NOW)
        assert canaries.found(said.sms(lang) + said.helper_sms(lang) + mail.subject + mail.text + said.helper_email(lang).text) == []


# ---- e-mail and letter ---------------------------------------------------------------------------------------


def test_an_e_mail_says_the_last_day_and_not_the_matter(said: Texts) -> None:
    mail = said.email("da", [passport()], ID, datetime(2027, 2, 1, tzinfo=UTC))
    assert mail.subject == "Nyt til dig fra Lyngby-Taarbæk Kommune"
    assert "Sidste dag er onsdag den 3. marts 2027." in mail.text and "Pas" not in mail.text
    assert f"{SENDER.origin}/da/n/{ID}" in mail.text and f"{SENDER.origin}/da/mine/reminders" in mail.text and "33 66 33 66" in mail.text


def test_a_letter_says_what_until_when_what_is_lost_and_whom_to_call(said: Texts) -> None:
    moving = next(one for one in SERVICES if one.id == "change-of-address")
    letter = said.letter("en", [about(moving, "tell-us", "act", "window", "2027-03-03", "")], datetime(2027, 2, 1, tzinfo=UTC))
    for part in ("Moving\n", "The last day is Wednesday, 3 March 2027. You can tell us", "You may have to pay a fine.", "33 66 33 66", "There is no form to fill in."):
        assert part in letter.text
    assert letter.subject == "There is something for you to do"


def test_a_letter_without_a_rule_of_its_own_says_what_to_do_when_late(said: Texts) -> None:
    assert "Are you too late?" in said.letter("en", [passport()], datetime(2027, 2, 1, tzinfo=UTC)).text


def test_a_language_nobody_has_checked_says_so_on_paper(said: Texts) -> None:
    assert "ترجمت آلة هذا النص" in said.letter("ar", [passport()], NOW).text
    assert "maskine" not in said.letter("da", [passport()], NOW).text


def test_a_language_that_is_not_carried_is_danish(said: Texts) -> None:
    assert said.push("pl", [passport()], 0, NOW).body == "Der er nyt til dig."
