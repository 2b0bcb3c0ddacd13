"""The rules for pages that a machine can see, over every shape of page, in every language, from server and phone.

Nobody lists pages here: `survey.py` finds them, and `shapes.py` says which are alike. Every page there is: `make nightly`. Each test is one rule, named by its id; its message names the pages.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from backend.web.middleware.headers import PAGE_HEADERS, SECURITY
from tests.browser import readers
from tests.browser.gates import Findings, banned_words, html_mistakes
from tests.browser.stations import SERVICES
from tests.browser.survey import Survey
from tests.browser.town import Town
from tests.conftest import NIGHTLY
from tests.languages import LOOKED_AT

RULES = {
    "s1": "text_is_large_enough",
    "s2": "text_of_twice_the_size_is_neither_cut_off_nor_sideways",
    "s3": "lines_are_short_enough",
    "s5": "text_begins_at_the_start_side_and_stands_upright",
    "s7": "what_can_be_pressed_looks_like_it",
    "s8": "what_can_be_pressed_has_a_visible_word",
    "s9": "nothing_is_sideways_at_320_px",
    "s10": "a_reader_may_set_text_wider",
    "s11": "nothing_sticks_and_covers_the_page",
    "s12": "with_forced_colours_every_control_keeps_its_line",
    "t1": "every_target_is_large_enough",
    "t2": "targets_keep_their_distance",
    "taps": "an_unsteady_hand_hits_what_it_means",
    "broken": "no_word_of_a_heading_breaks_inside",
    "t3": "a_choice_answers_in_its_whole_row",
    "t4": "a_reader_may_zoom",
    "t5": "nothing_moves_sounds_or_hides",
    "t7": "no_button_is_disabled",
    "t8": "the_focus_is_seen_at_every_stop",
    "p1": "a_page_has_one_first_heading",
    "p2": "choices_are_few_and_no_list_drops_down",
    "p3": "a_page_has_one_main_button",
    "p4": "back_leads_to_the_page_last_seen",
    "p6": "home_is_one_tap_away",
    "p10": "nothing_pops_up",
    "p11": "no_new_window_opens",
    "f5": "every_field_has_a_visible_label_and_no_placeholder",
    "f6": "no_field_loses_or_refuses_text",
    "f10": "every_page_leads_to_the_other_languages",
    "e1": "the_browser_does_not_judge_in_its_own_words",
    "e2": "a_mistake_is_told_above_the_question_and_at_the_field",
    "e6": "no_page_breaks",
    "h1": "the_phone_number_stands_on_every_page",
    "l2": "the_accessibility_statement_is_one_tap_away",
    "w9": "no_sentence_stands_in_another_language",
    "u2": "a_page_names_the_manifest_of_its_language",
    "c1": "no_page_holds_script_or_style_of_its_own",
    "seen": "every_step_stands_at_its_address",
    "lang": "a_page_says_its_language_and_direction",
    "axe": "axe_finds_nothing",
}
LANGUAGES = LOOKED_AT
KINDS = ["signed in", "guest"]
DIFFERENT = {"x-request-id", "date", "content-length", "server", "etag", "set-cookie", "content-encoding", "age", "connection", "transfer-encoding"}

Half = tuple[str, str]
"""A language, and whose pages: halves keep two cores equally busy."""
surveys: dict[Half, Survey] = {}
looked: dict[tuple[Half, str], Findings | Exception] = {}

each_half = pytest.mark.parametrize(
    "half", [pytest.param((lang, kind), id=f"pages-{lang}-{kind.replace(' ', '-')}") for kind in KINDS for lang in LANGUAGES]
)
"""The ids tell xdist what belongs into one process (tests/conftest.py)."""
each_renderer = pytest.mark.parametrize("renderer", ["server", "phone"])


@pytest.fixture
def findings(browser: Browser, peopled: Town) -> Callable[[Half, str], Findings]:
    """What is wrong in this half, from "server" or "phone": looked at once, asked by every rule."""

    def of(half: Half, renderer: str) -> Findings:
        if (half, renderer) not in looked:
            survey = surveys.setdefault(half, Survey(browser, peopled, *half, whole=NIGHTLY))
            try:
                if renderer == "phone":
                    of(half, "server")
                looked[half, renderer] = survey.of_server() if renderer == "server" else survey.of_phone()
            except Exception as error:  # noqa: BLE001 - a survey that breaks is broken for every rule, and takes minutes
                looked[half, renderer] = error
        found = looked[half, renderer]
        if isinstance(found, Exception):
            raise AssertionError(f"the survey broke: {found}") from found
        return found

    return of


def gate(rule: str, sentence: str) -> None:
    """One test for each rule, so that its name stands in the report."""

    @each_half
    @each_renderer
    def test(renderer: str, half: Half, findings: Callable[[Half, str], Findings]) -> None:
        found = findings(half, renderer)
        assert len(found.html) > 20, "the survey has not found the pages"
        assert list(dict.fromkeys(found.wrong[rule])) == []

    test.__name__ = f"test_{rule}_{sentence}"
    globals()[test.__name__] = test


for rule, sentence in RULES.items():
    gate(rule, sentence)


@each_half
def test_e2_a_mistake_in_every_kind_of_form_is_looked_at(half: Half, findings: Callable[[Half, str], Findings]) -> None:
    """Of the mistakes too, those with a shape of their own. Without one, nothing would have been asked of e2 and p4."""
    mistaken = {page for page in findings(half, "server").pages if page.endswith(" with a mistake")}
    assert len(mistaken) >= 5
    assert any("/check " in page for page in mistaken)


@each_half
def test_p1_the_html_of_every_page_is_valid(half: Half, findings: Callable[[Half, str], Findings]) -> None:
    assert html_mistakes(findings(half, "server").html) == []


@each_half
def test_w_no_page_says_a_banned_word(half: Half, findings: Callable[[Half, str], Findings]) -> None:
    lang = half[0]
    words = banned_words(lang)
    assert words or lang != "da", "the glossary has no banned words"
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.I) if words else re.compile("(?!)")
    found = findings(half, "server")
    assert [f"{page}: {hit[0]}: {text}" for page, texts in found.texts.items() for text in texts if (hit := pattern.search(text))] == []


@each_half
@each_renderer
def test_c2_every_page_carries_the_security_headers(renderer: str, half: Half, findings: Callable[[Half, str], Findings]) -> None:
    wrong = []
    for page, said in findings(half, renderer).headers.items():
        for name, value in (SECURITY | PAGE_HEADERS).items():
            may_be = {value, "no-cache"} if name == "cache-control" else {value}
            if said.get(name) not in may_be:
                wrong.append(f"{page}: {name}: {said.get(name)}")
    assert wrong == []


@each_half
def test_o17_a_page_from_the_phone_has_the_headers_of_the_server(half: Half, findings: Callable[[Half, str], Findings]) -> None:
    server, phone = findings(half, "server").headers, findings(half, "phone").headers
    wrong = []
    for page in sorted(server.keys() & phone.keys()):
        for name in sorted((server[page].keys() | phone[page].keys()) - DIFFERENT):
            if server[page].get(name) != phone[page].get(name):
                wrong.append(f"{page}: {name}: {server[page].get(name)} / {phone[page].get(name)}")
    assert wrong == []


def test_every_step_of_every_service_has_a_reader(peopled: Town) -> None:
    """A question that nobody can reach has not been looked at: readers.py names one more resident who can."""
    planned = [services for kind in KINDS for services in readers.plan(peopled, kind).values()]
    seen = {f"{one.service}/{one.step.id}" for services in planned for found in services.values() for one in found}
    assert {f"{service}/{step}" for service in SERVICES for step in readers.all_steps(service)} - seen == set()


@each_half
def test_p5_the_phone_makes_the_bytes_of_the_server(half: Half, findings: Callable[[Half, str], Findings]) -> None:
    """Every question that both have asked. Other pages say on the phone what only the phone knows."""
    findings(half, "phone")
    survey = surveys[half]
    both = survey.made_by_both()
    assert both
    assert [page for page in both if not survey.same_bytes(page)] == []
