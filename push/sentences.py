"""What reminders say in every form: who sends, what is to be done, by when, at what time. `texts.py` makes messages of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.domain.services import Service
from i18n.catalogue import Catalogue
from i18n.languages import ALWAYS

TASK = "task."
SOON_MIN, LATER_MIN = 50, 190
"""Within these an appointment of today is told with its hours."""


class Sender(Struct, frozen=True):
    """The municipality. `origin` without a slash at the end; `phone` as +4533663366."""

    town: str
    phone: str
    origin: str
    zone: str = "Europe/Copenhagen"


class About(Struct, frozen=True):
    """One notice, as texts see it. `title`, `say`, `loses` are sentences of a service, in English as its file has them;
    `own` is what the operator wrote, in the reader's language already: (title, body)."""

    rule: str = ""
    kind: str = "tell"
    shape: str = ""
    title: str = ""
    say: str = ""
    loses: str = ""
    last_day: str = ""
    at: str = ""
    is_sensitive: bool = False
    own: tuple[str, str] = ("", "")


def about(service: Service | None, rule: str, kind: str, shape: str, last_day: str, at: str) -> About:
    """`rule`, `kind` … as a notice has them; None where it is about no service."""
    if service is None:
        return About(rule, kind, shape, last_day=last_day, at=at)
    deadline = next((one for one in service.deadlines if one.id == rule), None)
    task = next((one.say for one in service.tasks if TASK + one.id == rule), "")
    say, loses = (deadline.say, deadline.loses) if deadline else (task, "")
    return About(rule, kind, shape, service.title, say, loses, last_day, at, service.is_sensitive)


class Sentences:
    """`catalogues`: language -> its sentences. A language that is not carried falls back to Danish."""

    def __init__(self, sender: Sender, catalogues: Mapping[str, Catalogue]) -> None:
        self.sender, self.catalogues = sender, catalogues
        self.zone = ZoneInfo(sender.zone)

    def words(self, lang: str) -> Catalogue:
        return self.catalogues.get(lang) or self.catalogues["da"]

    def phone(self, w: Catalogue) -> str:
        """From right to left without spaces: groups of digits in bare text would stand there in the wrong order, and be
        another number."""
        said = w.formats.phone(self.sender.phone)
        return said.replace(" ", "").replace("+", "00") if w.dir == "rtl" else said

    def from_town(self, w: Catalogue) -> str:
        # i18n: where: on a locked phone, above the message  kind: push-title
        return w.plain("A message from {town}", {"town": self.sender.town})

    def to_do(self, w: Catalogue, told: Sequence[About]) -> str:
        if len(told) == 1 and told[0].at:
            # i18n: where: on a locked phone, of an appointment  kind: push-body
            return w.plain("You have an appointment soon. Press here to see when.")
        acts = sum(one.kind == "act" for one in told)
        if acts > 1:
            # i18n: where: on a locked phone; e-mail  kind: push-body
            return w.plain_n("There is {n} thing for you to do.", "There are {n} things for you to do.", acts)
        if acts:
            # i18n: where: on a locked phone; e-mail  kind: push-body
            return w.plain("There is something for you to do.")
        # i18n: where: on a locked phone; e-mail  kind: push-body
        return w.plain("You need not do anything. Read it when you have time.")

    def when(self, w: Catalogue, one: About, now: datetime) -> str:
        """What is to be done, and by when, of one thing that has a title above."""
        day = {"date": w.formats.date(one.last_day)} if one.last_day else {}
        if one.shape == "authority-clock" and day:
            # i18n: where: reminder, the municipality itself is late  kind: push-body
            return w.plain("We should have answered you by {date}. You can call us.", day)
        if one.rule == "draft":
            # i18n: where: reminder, of something begun  kind: push-body
            return w.plain("You have begun, but you have not sent it.")
        if one.rule == "unread":
            # i18n: where: reminder, of a letter  kind: push-body
            return w.plain("You have a letter that you have not read.")
        if one.kind == "tell":
            # i18n: where: reminder, something happened in a case  kind: push-body
            return w.plain("There is news about what you sent to us.")
        if one.rule.startswith(TASK):
            # i18n: where: reminder, the case waits for her  kind: push-body
            return w.plain("We need something from you before we can go on.")
        if not day:
            # i18n: where: reminder, of what must be done at once  kind: push-body
            return w.plain("Do it as soon as you can.")
        return self.by(w, one.shape, day, one.last_day < now.date().isoformat())

    def by(self, w: Catalogue, shape: str, day: dict[str, str], is_passed: bool) -> str:
        if is_passed:
            # i18n: where: reminder, the last day is over, and each day costs money  kind: push-body
            return w.plain("The last day was {date}. You may now lose money for each day you wait.", day)
        if shape == "complaint":
            # i18n: where: reminder, of the right to complain  kind: push-body
            return w.plain("You can complain until {date}.", day)
        if shape == "validity":
            # i18n: where: reminder, of a passport or a permit  kind: push-body
            return w.plain("It is valid until {date}. Get a new one in good time.", day)
        if shape == "before-act":
            # i18n: where: reminder, of what must come before a treatment, a purchase, building  kind: push-body
            return w.plain("Do it before {date}.", day)
        # i18n: where: reminder, of a last day  kind: push-body
        return w.plain("Do it at the latest {date}.", day)

    def appointment(self, w: Catalogue, at: str, now: datetime) -> tuple[str, datetime | None]:
        """`at` is wall time of the town, as `now` is."""
        starts = datetime.fromisoformat(at).replace(tzinfo=self.zone)
        values = {"date": w.formats.date(at[:10]), "time": w.formats.time(at)}
        days = (starts.date() - now.date()).days
        minutes = (starts - now.astimezone(self.zone)).total_seconds() / 60
        if days == 0 and SOON_MIN <= minutes <= LATER_MIN:
            # i18n: where: reminder, an appointment  kind: push-body
            return w.plain_n("Today at {time}, in {n} hour.", "Today at {time}, in {n} hours.", round(minutes / 60), values), starts
        if days == 0:
            # i18n: where: reminder, an appointment  kind: push-body
            return w.plain("Today at {time}.", values), starts
        if days == 1:
            # i18n: where: reminder, an appointment  kind: push-body
            return w.plain("Tomorrow, {date}, at {time}.", values), midnight(starts.date(), self.zone)
        return self.on(w, values), None

    def on(self, w: Catalogue, values: dict[str, str]) -> str:
        # i18n: where: reminder, an appointment  kind: push-body
        return w.plain("It is {date} at {time}.", values)

    def unchecked(self, w: Catalogue) -> list[str]:
        if w.code in ALWAYS or w.language.state != "draft":
            return []
        # i18n: where: e-mail; letter, in a language nobody has checked  kind: text
        return [w.plain("A machine has translated this text. No person has checked it. Call us if you are in doubt.")]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
