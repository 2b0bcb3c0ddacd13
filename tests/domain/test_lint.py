"""Every mistake one can make in a service file is told with its line and a way out."""

from pathlib import Path

import pytest

from backend.domain import definitions
from backend.domain.lint.report import Mistakes

GOOD = """
[service]
id = "bins"
version = 1
title = "A new bin"
wish = "My bin is broken"
words = ["bin", "waste"]
for_whom = "For everyone."
themes = ["housing"]
sign_in = "never"
[figure]
weeks = { value = 2, unit = "weeks", source = "town.dk", as_of = "2026" }
price = { value = 300, unit = "kr", source = "town.dk", as_of = "2026" }
[[question]]
id = "what"
kind = "choice"
ask = "What is wrong?"
options = [{ is = "broken", say = "It is broken" }, { is = "gone", say = "It is gone" }, { is = "other", say = "Something else" }]
[[question]]
id = "since"
kind = "date"
ask = "Since when?"
optional = true
must = [{ at_most = { from = "today" }, say = "Write today or a day before." }, { at_least = { from = "today", add = "-1 year" }, say = "Write a day of this year." }]
[[ending]]
id = "not-ours"
say = "We cannot help."
when = { question = "what", is = "other" }
[[question]]
id = "more-bins"
kind = "yes_no"
ask = "Are there more?"
when = { question = "what", is = "broken" }
[[group]]
id = "bins"
more = "One more?"
when = { question = "more-bins", is = "yes" }
[[question]]
id = "bin-name"
kind = "name"
group = "bins"
ask = "Which bin?"
[[question]]
id = "true"
kind = "declaration"
ask = "It is true."
[check]
send = "Send it"
[[deadline]]
id = "we-come"
shape = "authority-clock"
from = "submission.received"
add = { figure = "weeks" }
say = "We come at the latest on this day."
[[deadline]]
id = "complain"
shape = "complaint"
from = "decision.received"
add = "4 weeks"
say = "You can complain until this day."
[[outcome]]
id = "received"
say = "We have got it."
[[outcome]]
id = "refused"
say = "You get no bin."
deadline = "complain"
[[task]]
id = "look"
say = "Look for it."
"""

MISTAKES = [
    # tables and keys
    ('[[ending]]', '[[endings]]', "no table `endings`", "Did you mean `ending`?"),
    ('[[question]]\nid = "what"', '[question]\nid = "what"', "not TOML", ""),
    ('ask = "What is wrong?"', 'aks = "What is wrong?"', "`question` has no key `aks`", "Did you mean `ask`?"),
    ('optional = true', 'optional = true\nnote = "Only if you know."', "has no key `note`", "A sentence for people stands only under"),
    ('optional = true', 'optional = true\nwhatever = 5', "has no key `whatever`", "It is one of"),
    ('send = "Send it"', 'button = "Send it"', "`check` has no key `button`", "only `send`"),
    ('send = "Send it"', 'send = ""', "The button that sends has no words", "what it does"),
    ('ask = "What is wrong?"\n', '', "The question `what` has no `ask`", "one sentence"),
    ('ask = "What is wrong?"', 'ask = " "', "`ask` is empty", "the sentence people read"),
    ('ask = "What is wrong?"', 'ask = 5', "`ask` does not fit: expected str, got int", ""),
    ('ask = "What is wrong?"', 'ask = "What is wrong, {name}?"', "`{name}` is the person of a row", "each"),
    ('say = "We have got it."', 'say = "We have got it at {time}."', "`{time}`", "{received_at}"),
    ('[check]\nsend = "Send it"\n', '', "The file has no `check`", "neighbour"),
    ('title = "A new bin"\n', '', "The service `bins` has no `title`", "title"),
    ('wish = "My bin is broken"\n', '', "has no `wish`", "own words"),
    ('sign_in = "never"', 'sign_in = "maybe"', "`sign_in` does not fit", "never, to-send, to-start"),
    ('shape = "authority-clock"', 'shape = "our-clock"', "`shape` does not fit", "authority-clock"),
    # ids
    ('id = "since"', 'id = "Since When"', "not small letters, digits and hyphens", "Write `since-when`."),
    ('id = "since"', 'id = "check"', "`check` is taken by a page", "another word"),
    ('id = "since"', 'id = "done"', "`done` is taken by a page", "another word"),
    ('id = "since"', 'id = "what"', "The id `what` is used before, in line 15", "Give this another"),
    ('id = "not-ours"', 'id = "since"', "used before, in line 20", ""),
    # the service
    ('version = 1', 'version = 0', "The first version is 1", "version = 1"),
    ('themes = ["housing"]', 'themes = ["house"]', "no theme `house`", "Did you mean `housing`?"),
    ('words = ["bin", "waste"]', 'words = []', "`words` is empty", "at least one"),
    ('sign_in = "never"', 'sign_in = "never"\nicon = "bin"', "no icon `bin`", "bed, house"),
    ('sign_in = "never"', 'sign_in = "never"\ncost = "prise"', "`prise`, which is no figure", "kroner"),
    ('sign_in = "never"', 'sign_in = "never"\ncost = "weeks"', "not in whole kroner", "kr"),
    ('id = "received"', 'id = "accepted"', "No outcome is called `received`", "Add"),
    ('deadline = "complain"', 'deadline = "complain"\naction = "call"', "no action `call`", "payment"),
    # kinds
    ('kind = "choice"', 'kind = "choise"', "no kind `choise`", "Did you mean `choice`?"),
    ('kind = "yes_no"', 'kind = "yes_no"\nnear = true', "`near` means nothing for the kind `yes_no`", "date"),
    ('kind = "date"', 'kind = "date"\nremember = "person"', "A date is never remembered", "away"),
    ('kind = "declaration"', 'kind = "declaration"\nremember = "person"', "A declaration is never remembered", ""),
    ('kind = "declaration"', 'kind = "declaration"\noptional = true', "cannot be left out", "yes_no"),
    ('kind = "yes_no"', 'kind = "appointment"', "Which desks can do this?", "desk ="),
    ('kind = "name"', 'kind = "declaration"', "made once, not in every row", "group"),
    ('{ is = "gone", say = "It is gone" }', '{ is = "broken", say = "It is gone" }', "option `broken` stands twice", ""),
    ('{ is = "gone", say = "It is gone" }', '{ is = "gone" }', "The option `gone` has no words", "say"),
    ('{ is = "gone", say = "It is gone" }', '{ is = "Gone Now", say = "It is gone" }', "The option `Gone Now`", "`say`"),
    ('options = [{ is = "broken", say = "It is broken" }, { is = "gone", say = "It is gone" }, { is = "other", say = "Something else" }]',
     'options = [{ is = "other", say = "Something" }]', "nothing to choose between", "two options"),
    ('{ is = "gone", say = "It is gone" }', ", ".join(f'{{ is = "o{n}", say = "{n}" }}' for n in range(7)), "9 options are too many", "At most 7"),
    # groups
    ('group = "bins"', 'group = "bin"', "no group `bin`", "Did you mean `bins`?"),
    ('group = "bins"\n', '', "No question is in the group `bins`", "group ="),
    ('more = "One more?"\n', '', "Nothing asks whether there is one more", "each"),
    ('more = "One more?"', 'each = "person.name"', "`person.name` is no list of people", "household"),
    # figures
    ('source = "town.dk", as_of = "2026" }\nprice', 'as_of = "2026" }\nprice', "The figure `weeks` has no `source`", "unchecked"),
    ('value = 2, unit', 'value = "two", unit', "no number of weeks", "whole number"),
    ('unit = "weeks", source', 'units = "weeks", source', "has no key `units`", "Did you mean `unit`?"),
    # conditions
    ('{ question = "more-bins", is = "yes" }', '{ question = "more-bin", is = "yes" }', "no question `more-bin`", "Did you mean `more-bins`?"),
    ('{ question = "what", is = "broken" }', '{ question = "bin-name", exists = true }', "`bin-name` is asked later", "above"),
    ('{ question = "what", is = "broken" }', '{ question = "true", is = "yes" }', "stands on the check page", ""),
    ('{ question = "what", is = "broken" }', '{ question = "what", is = "brocken" }', "`what` has no option `brocken`", "Did you mean `broken`?"),
    ('{ question = "more-bins", is = "yes" }', '{ question = "more-bins", is = true }', "answered \"yes\" or \"no\"", "quotes"),
    ('{ question = "what", is = "broken" }', '{ question = "what", more_than = 1 }', "`more_than` cannot be asked of `what`, a choice", "exists, is, is_not"),
    ('{ question = "what", is = "broken" }', '{ question = "since", is_not = { from = "today" } }', "`is_not` is true as well when `since`", "exists = true"),
    ('{ question = "what", is = "broken" }', '{ fact = "person.citizen", is_not = "dk" }', "when nobody knows", "exists = true"),
    ('{ question = "what", is = "broken" }', '{ fact = "person.citizn", is = "dk" }', "No register knows `person.citizn`", "Did you mean `person.citizen`?"),
    ('{ question = "what", is = "broken" }', '{ fact = "row.name", exists = true }', "the person of a row", "each"),
    ('{ question = "what", is = "broken" }', '{ question = "what", equals = "broken" }', "A condition has no `equals`", ""),
    ('{ question = "what", is = "broken" }', '{ is = "broken" }', "looks at one `question` or one `fact`", "any"),
    ('{ question = "what", is = "broken" }', '{ question = "what" }', "compares with nothing", "exists"),
    ('{ question = "what", is = "broken" }', '{ question = "what", exists = "yes" }', "`exists` is true or false", "without quotes"),
    ('{ question = "what", is = "broken" }', '{ any = { question = "what", is = "broken" } }', "`any` holds a list", "[{ … }"),
    ('{ question = "what", is = "broken" }', '{ question = "since", more_than = 5 }', "compared with a day", "from"),
    ('{ question = "what", is = "broken" }', '{ question = "since", more_than = { from = "what" } }', "`what` is no date", ""),
    ('{ question = "what", is = "broken" }', '{ question = "since", more_than = { from = "sinc" } }', "no question `sinc`", "Did you mean `since`?"),
    ('{ question = "what", is = "broken" }', '{ question = "since", more_than = { from = "person.age" } }', "no day that a register knows", ""),
    # limits
    ('{ from = "today" }, say', '{ from = "today", add = "3 fortnights" }, say', "`3 fortnights` is no length of time", "2 weeks"),
    ('{ from = "today" }, say', '{ from = "today", plus = "3 days" }, say', "A day has no `plus`", ""),
    ('{ from = "today" }, say', '{ from = "today", add = { figure = "wekes" } }, say', "no figure `wekes`", "Did you mean `weeks`?"),
    ('{ from = "today" }, say', '{ from = "today", add = { figure = "price" } }, say', "in kr, not a length of time", "weeks"),
    ('{ from = "today" }, say', '3, say', "compared with a day, not `3`", "today"),
    ('say = "Write today or a day before."', 'say = ""', "`say` is empty", ""),
    ('at_most = { from = "today" }, say', 'is = "2026-11-24", say', "`is` is no limit for a date", "at_least"),
    ('at_most = { from = "today" }, say', 'say', "The limit limits nothing", "at_most"),
    ('kind = "name"', 'kind = "name"\nmust = [{ at_least = 9, at_most = 3, say = "So." }]', "at least 9 and at most 3", ""),
    ('kind = "yes_no"', 'kind = "yes_no"\nmust = [{ at_least = 1, say = "So." }]', "no limit for a yes_no", "ending"),
    ('kind = "yes_no"', 'kind = "yes_no"\nmust = [{ alone = "no", say = "So." }]', "`alone` is no limit for a yes_no", "choices"),
    ('kind = "choice"', 'kind = "choices"\nmust = [{ alone = "brocken", say = "So." }]', "`what` has no option `brocken`", "Did you mean `broken`?"),
    ('kind = "yes_no"', 'kind = "yes_no"\nknown = "person.nam"', "No register knows `person.nam`", "Did you mean `person.name`?"),
    ('kind = "yes_no"', 'kind = "yes_no"\nknown = "row.name"', "the person of a row", ""),
    ('at_least = { from = "today", add = "-1 year" }', 'at_most = { from = "today", add = "1 year" }', "The date `since` has no earliest day", "at_least"),
    ('at_most = { from = "today" }, say', 'at_least = { from = "today" }, say', "The date `since` has no latest day", "at_most"),
    ('at_most = { from = "today" }, say', 'at_most = { from = "case.first_day" }, say', "has no latest day that always holds", "today"),
    ('say = "Write today or a day before." }', 'when = { question = "what", is = "gone" }, say = "So." }', "has no latest day that always holds", "today"),
    ('kind = "name"', 'kind = "number"', "The number `bin-name` has no highest value", "40"),
    ('kind = "name"', 'kind = "amount"\nmust = [{ at_least = 5, say = "So." }]', "The amount `bin-name` has no highest value", "øre"),
    ('kind = "name"', 'kind = "name"\naddress = "place"', "`address` means nothing for the kind `name`", "address"),
    ('kind = "name"', 'kind = "address"\naddress = "danich"', "`address` does not fit", "danish, abroad, place"),
    # what nobody comes to
    ('{ question = "more-bins", is = "yes" }', '{ all = [{ question = "more-bins", is = "yes" }, { question = "what", is = "gone" }] }', "Nobody is ever asked `bin-name`", "hangs on"),
    ('when = { question = "what", is = "other" }\n', '', "The ending `not-ours` has no `when`", "when it holds"),
    ('{ question = "what", is = "other" }', '{ all = [{ question = "what", is = "other" }, { question = "what", is = "gone" }] }', "Nobody ever meets the ending", ""),
    # last days, outcomes, tasks
    ('add = { figure = "weeks" }\n', '', "`authority-clock` has no `add`", "add"),
    ('from = "submission.received"', 'from = "submision.received"', "no day that a register knows", ""),
    ('add = "4 weeks"', 'add = "four weeks"', "`four weeks` is no length of time", ""),
    ('say = "We come at the latest on this day."\n', '', "says nothing to people", "loses"),
    ('deadline = "complain"', 'deadline = "complian"', "no deadline `complian`", "Did you mean `complain`?"),
    ('deadline = "complain"', 'deadline = "we-come"', "until when one can complain", "complaint"),
    ('say = "Look for it."', 'say = "Look for it."\neach = "bin"', "no group and no list of people", "Did you mean `bins`?"),
    ('say = "Look for it."', 'say = "Look for it."\nname = "bin-nam"', "no question `bin-nam`", "Did you mean `bin-name`?"),
    # no TOML at all
    ('sign_in = "never"', 'sign_in = never', "not TOML", "quotes"),
]  # fmt: skip


def test_the_good_file_is_good():
    assert definitions.read(GOOD, "bins.toml").items == ["q:what", "q:since", "e:not-ours", "q:more-bins", "q:bin-name", "q:true"]


@pytest.mark.parametrize(("good", "bad", "said", "hint"), MISTAKES, ids=[each[2][:50] for each in MISTAKES])
def test_a_mistake_is_explained(good: str, bad: str, said: str, hint: str):
    assert good in GOOD
    with pytest.raises(Mistakes) as raised:
        definitions.read(GOOD.replace(good, bad, 1), "bins.toml")
    told = [each for each in raised.value.found if said in each.text]
    assert told, str(raised.value)
    assert hint in told[0].hint
    assert told[0].line > 1 or "The file has no" in said or "not TOML" in said


def test_a_mistake_names_its_line():
    with pytest.raises(Mistakes, match=r"bins.toml:17: `question` has no key `aks`. Did you mean `ask`\?"):
        definitions.read(GOOD.replace('ask = "What is wrong?"', 'aks = "What is wrong?"'), "bins.toml")


def test_all_mistakes_of_a_file_are_told_at_once():
    with pytest.raises(Mistakes) as raised:
        definitions.read(GOOD.replace("is_not", "").replace('"housing"', '"house"').replace('kind = "date"', 'kind = "dat"'), "bins.toml")
    assert len(raised.value.found) == 2


def test_a_line_inside_a_long_text_is_no_table():
    text = GOOD.replace('say = "We cannot help."', 'say = """We cannot\n[[question]]\nhelp."""')
    assert definitions.read(text, "bins.toml").items[2] == "e:not-ours"


def test_every_answer_that_ends_is_a_dead_end():
    endings = "".join(f'[[ending]]\nid = "no-{id}"\nsay = "No."\nwhen = {{ question = "what", is = "{id}" }}\n' for id in ("broken", "gone"))
    with pytest.raises(Mistakes, match="Every answer to `what` leads to an ending"):
        definitions.read(GOOD.replace("[[group]]", endings + "[[group]]"), "bins.toml")


def kept(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_two_files_cannot_have_one_id(tmp_path: Path):
    paths = [kept(tmp_path, "bins.toml", GOOD), kept(tmp_path, "waste.toml", GOOD)]
    assert [each.text for each in definitions.check(paths)] == [
        f"The id `bins` is taken by {paths[0]}.", "The file is called waste.toml, the service `bins`.",
    ]  # fmt: skip


def test_a_published_version_is_never_edited(tmp_path: Path):
    published = {"bins": definitions.read(GOOD, "bins.toml")}
    changed = GOOD.replace("What is wrong?", "What is broken?")
    found = definitions.check([kept(tmp_path, "bins.toml", changed)], published)
    assert [each.hint for each in found] == ["Write version = 2."]
    assert not definitions.check([kept(tmp_path, "bins.toml", changed.replace("version = 1", "version = 2"))], published)


def test_a_file_that_is_no_text_is_told(tmp_path: Path):
    path = tmp_path / "bins.toml"
    path.write_bytes(b"\xff\xfe")
    assert "cannot be read" in definitions.check([path])[0].text


def test_our_own_services_have_no_mistakes(root: Path):
    assert definitions.check(sorted((root / "backend" / "services").glob("*.toml"))) == []


LIST = """
[service]
id = "list"
version = 1
title = "A list"
wish = "I am new"
words = ["new"]
for_whom = "For you."
themes = ["help"]
sign_in = "never"
[[question]]
id = "pet"
kind = "yes_no"
ask = "Have you a pet?"
[check]
send = "Keep"
[[tick]]
id = "dog"
say = "Register the dog"
source = "unchecked"
link = "https://dog.example/a"
phone = "+4533663366"
when = { question = "pet", is = "yes" }
"""


def test_a_list_needs_no_words_for_a_receipt():
    assert definitions.read(LIST, "list.toml").ticks[0].id == "dog"


@pytest.mark.parametrize(("good", "bad", "said"), [
    ('source = "unchecked"\n', "", "The tick `dog` has no `source`."),
    ("https://", "http://", "`http://dog.example/a` is no address of another site."),
    ("+45", "", "`33663366` is no phone number."),
    ('"never"', '"to-send"', "Nothing is sent from a list: nobody signs in for it."),
    ('when = { question = "pet"', 'deadline = "soon"\nwhen = { question = "pet"', "There is no deadline `soon`."),
    ('question = "pet", is = "yes"', 'question = "cat", is = "yes"', "There is no question `cat`."),
    ('kind = "yes_no"', 'kind = "file"', "`pet` belongs to something that is sent."),
    ('id = "dog"', 'id = "pet"', "The id `pet` is used before, in line 12."),
])  # fmt: skip
def test_a_mistake_in_a_list_is_explained(good: str, bad: str, said: str):
    with pytest.raises(Mistakes) as wrong:
        definitions.read(LIST.replace(good, bad), "list.toml")
    assert said in [each.text for each in wrong.value.found]


def test_a_list_leads_only_to_services_that_are_offered(tmp_path: Path):
    (tmp_path / "list.toml").write_text(LIST.replace('link = "https://dog.example/a"', 'service = "dogs"'), "utf-8")
    with pytest.raises(Mistakes, match="list.toml:21: There is no service `dogs`."):
        definitions.load([tmp_path])
