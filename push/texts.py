"""The words of what is sent: to a phone, as SMS, as e-mail, on paper. English here, other languages in `i18n/*/notices.po`.

What goes in (`About`) are days and sentences of services, never a word of hers. How much a phone shows when it is locked
is her own choice (`level`); a service that is marked sensitive never goes beyond the sender. An SMS says nothing at all of
the matter, for telephone numbers are shared and given to others.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from i18n.catalogue import Catalogue
from push.sentences import About, Sentences
from push.sms_length import fits, plainer

Level = Literal[0, 1, 2]
DISCREET: Level = 0
SENDER: Level = 1
MATTER: Level = 2
TITLE, BODY = 40, 120
"""Signs that every phone shows on a locked screen."""


class Shown(Struct, frozen=True):
    """Of a push. `true_until`: from then on the words are wrong ("tomorrow"); None = they stay true."""

    title: str
    body: str
    lang: str
    dir: str
    true_until: datetime | None = None


class Written(Struct, frozen=True):
    """An e-mail or a letter. Paragraphs are parted by an empty line; the first line of one with several is its heading."""

    subject: str
    text: str


class Texts(Sentences):
    """Whole messages."""

    # ---- a locked screen ---------------------------------------------------------------------------------------

    def push(self, lang: str, told: Sequence[About], level: int, now: datetime) -> Shown:
        w = self.words(lang)
        if level <= DISCREET:
            return self.shown(w, "Medborger", self.discreet(w, told))
        if level == SENDER or any(one.is_sensitive for one in told):
            return self.shown(w, self.from_town(w), self.to_do(w, told))
        if len(told) > 1:
            return self.shown(w, self.from_town(w), self.several(w, told))
        body, until = self.matter(w, told[0], now.astimezone(self.zone))
        title = told[0].own[0] or w.plain_say(told[0].title) or self.from_town(w)
        return self.shown(w, title, body, until)

    def shown(self, w: Catalogue, title: str, body: str, until: datetime | None = None) -> Shown:
        return Shown(cut(title, TITLE), cut(body, BODY), w.code, w.dir, until)

    def discreet(self, w: Catalogue, told: Sequence[About]) -> str:
        if all(one.rule == "city" for one in told):
            # i18n: where: on a locked phone, what a town tells everybody who wants to know  kind: push-body
            return w.plain("There is news from the town.")
        # i18n: where: on a locked phone, of anything at all  kind: push-body
        return w.plain("There is news for you.")

    def test(self, lang: str) -> Shown:
        """What she asked for with "Send me a test now"."""
        w = self.words(lang)
        # i18n: where: on a locked phone, the test she asked for  kind: push-body
        return self.shown(w, "Medborger", w.plain("It works. This is how we send you messages."))

    def several(self, w: Catalogue, told: Sequence[About]) -> str:
        first = min(told, key=lambda one: one.last_day or "9999")
        title = first.own[0] or w.plain_say(first.title)
        acts = sum(one.kind == "act" for one in told)
        if not title or not first.last_day or acts < len(told):
            return self.to_do(w, told)
        values = {"title": title, "date": w.formats.date(first.last_day)}
        text = w.plain_n(
            # i18n: where: on a locked phone, several things at once  kind: push-body  {title} e.g. "Passport"
            "{n} thing to do. First: {title}, at the latest {date}.", "{n} things to do. First: {title}, at the latest {date}.",
            len(told), values,
        )  # fmt: skip
        return text if len(text) <= BODY else self.to_do(w, told)

    def matter(self, w: Catalogue, one: About, now: datetime) -> tuple[str, datetime | None]:
        if one.own[1]:
            return one.own[1], None
        if one.at:
            return self.appointment(w, one.at, now)
        return self.when(w, one, now), None

    # ---- SMS ---------------------------------------------------------------------------------------------------

    def sms(self, lang: str) -> str:
        """The longest that fits into one message; nothing in it is about a person."""
        w = self.words(lang)
        full = f"{self.sender.origin}/{w.code}"
        bare = full.removeprefix("https://")
        phone = self.phone(w)
        texts = [
            # i18n: where: SMS, as long as it may be  kind: sms  max: 160  {link} e.g. "https://selv.havneby.dk/da"
            w.plain("{town}: There is news for you in Medborger. See {link} or call {phone}.", {"town": self.sender.town, "link": full, "phone": phone}),
            # i18n: where: SMS, the shorter one  kind: sms  {link} e.g. "https://selv.havneby.dk/da"
            *(w.plain("There is news for you in Medborger: {link}", {"link": link}) for link in (full, bare)),
            # i18n: where: SMS, the shortest one  kind: sms
            w.plain("There is news for you in Medborger. Call {phone}.", {"phone": phone}),
        ]
        return one_message(texts)

    def helper_sms(self, lang: str) -> str:
        w = self.words(lang)
        full = f"{self.sender.origin}/{w.code}"
        texts = [
            # i18n: where: SMS to a helper  kind: sms  {link} e.g. "https://selv.havneby.dk/da"
            *(w.plain("There is something to do for someone you help: {link}", {"link": link}) for link in (full, full.removeprefix("https://"))),
            # i18n: where: SMS to a helper, the shortest one  kind: sms
            w.plain("There is something to do for someone you help."),
        ]
        return one_message(texts)

    # ---- e-mail ------------------------------------------------------------------------------------------------

    def email(self, lang: str, told: Sequence[About], notice: str, now: datetime) -> Written:
        """As much as the sender's level of a locked screen, and the last day. The subject says nothing: it is shown on
        screens of others. `notice`: the public id the link leads to; the link signs nobody in."""
        w = self.words(lang)
        town = {"town": self.sender.town}
        # i18n: where: e-mail, its subject  kind: title
        subject = w.plain("News for you from {town}", town)
        paragraphs = [
            # i18n: where: e-mail, first line  kind: text
            w.plain("{town} has a message for you.", town),
            self.to_do(w, [msgspec.structs.replace(one, at="") for one in told]),
            *self.days(w, told, now.astimezone(self.zone)),
            # i18n: where: e-mail, above a link  kind: text
            w.plain("Read it here:") + f"\n{self.sender.origin}/{w.code}/n/{notice}",
            *self.ending(w),
        ]
        return Written(subject, "\n\n".join(paragraphs))

    def days(self, w: Catalogue, told: Sequence[About], now: datetime) -> list[str]:
        """The first of all last days, or the time of an appointment."""
        ats = sorted(one.at for one in told if one.at)
        if ats:
            # i18n: where: e-mail, an appointment  kind: text
            return [w.plain("You have an appointment: {date} at {time}.", {"date": w.formats.date(ats[0][:10]), "time": w.formats.time(ats[0])})]
        last = min((one for one in told if one.kind == "act" and one.last_day), key=lambda one: one.last_day, default=None)
        if last is None:
            return []
        if last.last_day < now.date().isoformat():
            return [self.by(w, last.shape, {"date": w.formats.date(last.last_day)}, True)]
        # i18n: where: e-mail; letter  kind: text
        return [w.plain("The last day is {date}.", {"date": w.formats.date(last.last_day)})]

    def ending(self, w: Catalogue) -> list[str]:
        phone = {"phone": self.phone(w)}
        return [
            # i18n: where: e-mail; letter  kind: text
            w.plain("You can also call us: {phone}.", phone),
            # i18n: where: e-mail  kind: text
            w.plain("We never ask for your CPR number or for a code in an e-mail."),
            # i18n: where: e-mail, above a link  kind: text
            w.plain("Choose here how we send you messages:") + f"\n{self.reminders_page(w.code)}",
            *self.unchecked(w),
        ]

    def helper_email(self, lang: str) -> Written:
        w = self.words(lang)
        # i18n: where: e-mail to a helper, its subject and first line  kind: title
        subject = w.plain("There is something to do for someone you help")
        # i18n: where: e-mail to a helper  kind: text
        here = w.plain("Open Medborger to see what it is:") + f"\n{self.sender.origin}/{w.code}"
        return Written(subject, "\n\n".join([subject + ".", here, *self.ending(w)]))

    def reminders_page(self, lang: str) -> str:
        """Where reminders are chosen and stopped."""
        return f"{self.sender.origin}/{lang}/mine/reminders"

    # ---- a letter ----------------------------------------------------------------------------------------------

    def letter(self, lang: str, told: Sequence[About], now: datetime) -> Written:
        """In an envelope, so it says everything: what, until when, what happens otherwise, whom to call."""
        w = self.words(lang)
        acts = any(one.kind == "act" for one in told)
        # i18n: where: letter, its heading  kind: title
        subject = w.plain("There is something for you to do") if acts else w.plain("There is news for you")
        local = now.astimezone(self.zone)
        sections = [self.section(w, one, local) for one in told]
        return Written(subject, "\n\n".join([w.formats.date(local.date().isoformat()), *sections, self.help(w), *self.unchecked(w)]))

    def section(self, w: Catalogue, one: About, now: datetime) -> str:
        heading = one.own[0] or w.plain_say(one.title) or self.from_town(w)
        if one.at:
            values = {"date": w.formats.date(one.at[:10]), "time": w.formats.time(one.at)}
            # i18n: where: letter, an appointment  kind: text
            return f"{heading}\n" + w.plain("You have an appointment: {date} at {time}.", values)
        return "\n".join([heading, " ".join(line for line in [self.what(w, one, now), self.missed(w, one, now)] if line)])

    def what(self, w: Catalogue, one: About, now: datetime) -> str:
        """The service's own sentence says "this day", so the day stands before it."""
        if one.own[1] or one.kind != "act" or not one.say:
            return one.own[1] or self.when(w, one, now)
        if not one.last_day:
            return w.plain_say(one.say)
        date = {"date": w.formats.date(one.last_day)}
        if one.last_day < now.date().isoformat():
            return self.by(w, one.shape, date, True)
        # i18n: where: e-mail; letter  kind: text
        return w.plain("The last day is {date}.", date) + " " + w.plain_say(one.say)

    def missed(self, w: Catalogue, one: About, now: datetime) -> str:
        """What happens otherwise, in the service's own words or in ours."""
        if one.kind != "act" or (one.last_day and one.last_day < now.date().isoformat()):
            return ""
        if one.loses:
            return w.plain_say(one.loses)
        # i18n: where: letter, where no rule says what is lost  kind: text
        return w.plain("Are you too late? Call us, and we tell you what you can still do.")

    def help(self, w: Catalogue) -> str:
        values = {"phone": self.phone(w)}
        # i18n: where: letter, a heading  kind: heading
        heading = w.plain("Do you need help?")
        # i18n: where: letter  kind: text
        call = w.plain("Call us: {phone}. We do it together with you. There is no form to fill in.", values)
        link = f"{self.sender.origin}/{w.code}".removeprefix("https://")
        # i18n: where: letter  kind: text  {link} e.g. "selv.havneby.dk/da"
        return f"{heading}\n{call} " + w.plain("You can also do it yourself here: {link}", {"link": link})


def one_message(texts: Sequence[str]) -> str:
    """The first that fits. Of a language whose shortest is too long, that one: it costs two."""
    plain = [plainer(text) for text in texts]
    return next((text for text in plain if fits(text)), plain[-1])


def cut(text: str, most: int) -> str:
    """At a word, where it is too long; only a municipality's own long titles are."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head).rstrip(" ,.;:") + "…"
