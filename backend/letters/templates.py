"""Letter templates of the services: loaded and checked at the start, filled for one case in every language that is offered.

    templates = Templates.load(folders, services, words, Town("Havneby", "+4533663366"))
    letter = templates.compose(templates.get("sick-pay", "granted"), Given(...), ["da", "en", "ar"])

What is missing, in whichever language, is said before anything leaves: `Incomplete`.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any


from backend.domain import conditions, kinds, texts
from backend.domain.errors import NotFound
from backend.domain.letters import ANSWERS, TOWN, Action, Letter, Summary, Text
from backend.domain.lint.report import Mistake, Mistakes, did_you_mean
from backend.domain.services import Service
from backend.letters.filling import Room, Unfilled, fill, one_line, paragraphs
from backend.letters.known import Given, Town, names
from backend.letters.subset import inspected
from backend.letters.template_files import FOLDER, GENERAL, Doing, Field, Template, parse
from i18n.catalogue import Catalogue

ORIGINAL = "da"
"""The language with legal weight."""


class Incomplete(Exception):
    """The letter is not sent. `lang` "" for what is missing in all; `names`: fields, names of the text, blocks, or sentences
    that are not translated."""

    def __init__(self, lang: str, names: list[str]) -> None:
        super().__init__(f"{lang or '*'}: {', '.join(names)}")
        self.lang, self.names = lang, names


class Templates:
    def __init__(self, found: list[Template], services: Mapping[str, Service], words: Mapping[str, Catalogue], town: Town) -> None:
        self.found = {(one.service, one.id): one for one in found}
        self.services, self.words, self.town = services, words, town
        self.rooms: dict[str, Room] = {}

    @classmethod
    def load(cls, folders: Iterable[Path], services: Mapping[str, Service], words: Mapping[str, Catalogue], town: Town) -> "Templates":
        """`folders` hold `letters/<service>/*.txt`; a later one replaces what an earlier one has under the same name. Raises
        `Mistakes`."""
        found, wrong = read_all(folders, services)
        if wrong:
            raise Mistakes(wrong)
        return cls(found, services, words, town)

    def of(self, service: str) -> list[Template]:
        """A service's own, then those of no service, by name."""
        mine = [one for one in self.found.values() if one.service == service]
        general = [one for one in self.found.values() if one.service == "" and service]
        return sorted(mine, key=lambda one: one.id) + sorted(general, key=lambda one: one.id)

    def get(self, service: str, id: str) -> Template:
        """Also one of no service. Raises `NotFound`."""
        one = self.found.get((service, id)) or self.found.get(("", id))
        if one is None:
            raise NotFound(f"{service}/{id}")
        return one

    def lacking(self, template: Template, lang: str) -> list[str]:
        """Sentences that this language does not have."""
        words = self.words[lang]
        asked = [((one.context, one.one), one.many) for one in template.sentences] + [(("", one.say), "") for one in template.actions if one.say]
        return [key[1] for key, many in asked if words.find(key, many).lang != words.code]

    def compose(self, template: Template, given: Given, langs: Iterable[str]) -> Letter:
        """Raises `Incomplete`. A template that a caseworker writes herself (`one_language`) has her language alone."""
        service = self.services.get(template.service) or self.services.get(given.service)
        head = template.head
        asked = [given.lang] if head.one_language else list(dict.fromkeys([ORIGINAL, *langs]))
        unfit = [field.id for field in template.fields if not fits(field, given.fields.get(field.id), asked)]
        if unfit:
            raise Incomplete("", unfit)
        versions = {lang: self.text(template, service, given, lang) for lang in asked}
        held = names(template, service, given, self.words[asked[0]], self.town)
        return Letter(
            TOWN, self.town.name, asked[0], versions, actions=[self.action(one, given, held, asked) for one in template.actions],
            may_reply=head.reply, reply_by=day(held, head.reply_by), is_mandatory=True, is_legal=head.legal,
            case_number=given.case_number, service=service.id if service else "",
        )  # fmt: skip

    def text(self, template: Template, service: Service | None, given: Given, lang: str) -> Text:
        untold = self.lacking(template, lang)
        if untold:
            raise Incomplete(lang, untold)
        try:
            made = fill(self.room(lang), template, names(template, service, given, self.words[lang], self.town))
        except Unfilled as error:
            raise Incomplete(lang, [error.name]) from error
        title, body = one_line(made["title"]), paragraphs(made["body"])
        answers = {name: one_line(made[name]) for name in ANSWERS}
        empty = [name for name, said in {"title": title, **answers, "body": body}.items() if not said]
        if empty:
            raise Incomplete(lang, empty)
        return Text(title, Summary(**answers), body)

    def room(self, lang: str) -> Room:
        if lang not in self.rooms:
            self.rooms[lang] = Room(self.words[lang])
        return self.rooms[lang]

    def action(self, doing: Doing, given: Given, held: Mapping[str, Any], langs: list[str]) -> Action:
        said = {lang: self.words[lang].plain(doing.say) for lang in langs} if doing.say else {}
        if "{case}" in doing.path and not given.case:
            raise Incomplete("", ["case"])
        path = doing.path.replace("{case}", given.case)
        return Action(doing.kind, path, doing.url, said, day(held, doing.by), day(held, doing.starts_at), place=str(held.get(doing.place) or "") if doing.place else "")


def day(held: Mapping[str, Any], name: str) -> str:
    """What the head names: "paid_from", "last_days.complain". Raises `Incomplete` where it is not known."""
    if not name:
        return ""
    table, _, key = name.partition(".")
    value = held[table].get(key) if key else held.get(table)
    if not value:
        raise Incomplete("", [name])
    return str(value)


def fits(field: Field, value: Any, langs: list[str]) -> bool:
    """Is it an answer to the field? A text is one for all languages, or one for each."""
    if value in (None, ""):
        return field.optional
    if isinstance(value, dict):
        return field.kind in ("text", "long_text") and all(isinstance(value.get(lang), str) and value[lang].strip() and fits(field, value[lang], langs) for lang in langs)
    if field.kind in ("text", "long_text") and not (isinstance(value, str) and value.strip()):
        return False
    clean = texts.lines(value) if field.kind == "long_text" else texts.line(value) if field.kind == "text" else value
    return clean != "" and not kinds.invalid_value(field.question, clean, conditions.Scope({}, {}, "", {}, {}))


def read_all(folders: Iterable[Path], services: Mapping[str, Service]) -> tuple[list[Template], list[Mistake]]:
    """Every template of the folders, the last of each name, and every mistake in any of them."""
    found: dict[tuple[str, str], Template] = {}
    wrong: list[Mistake] = []
    for path in (path for folder in folders for path in sorted(Path(folder).glob(f"{FOLDER}/*/*.txt"))):
        one, mistakes = checked(path, services)
        wrong += mistakes
        if one:
            found[one.service, one.id] = one
    return list(found.values()), wrong


def check(paths: Iterable[Path], services: Mapping[str, Service]) -> list[Mistake]:
    """Every mistake in these files, whose services are among `services`."""
    return [mistake for path in paths for mistake in checked(path, services)[1]]


def checked(path: Path, services: Mapping[str, Service]) -> tuple[Template | None, list[Mistake]]:
    """A template, if its head could be read; and what is wrong with it."""
    one, wrong = parse(path)
    if one is None:
        return None, wrong
    say = partial(Mistake, str(path), 1)
    service = services.get(one.service)
    if one.service and service is None:
        return one, [*wrong, say(f"There is no service `{one.service}`.", did_you_mean(one.service, [*services, GENERAL]))]
    statuses = [each.id for each in service.outcomes] if service else []
    if one.status and one.status not in statuses:
        wrong.append(say(f"The service has no outcome `{one.status}`.", did_you_mean(one.status, statuses) if statuses else "A letter of no service has no status."))
    if wrong:
        return one, sorted(wrong, key=lambda each: each.line)
    return inspected(one, service)


