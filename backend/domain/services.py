"""A service as data: what one TOML file in `services/` says. Nothing here runs; `journeys.py` walks it.

The same Structs travel to the phone in the content bundle, packed by `backend/web/rendering/packing.py`.
"""

from typing import Any, Literal

from msgspec import Struct, field

Kind = Literal[
    "yes_no", "choice", "choices", "date", "text", "long_text", "name", "phone", "email", "address",
    "number", "amount", "person", "file", "declaration", "appointment",
]  # fmt: skip
Shape = Literal[
    "window", "after-letter", "after-event", "earliest-latest", "before-act",
    "validity", "season", "authority-clock", "at-once", "complaint",
]  # fmt: skip
SignIn = Literal["never", "to-send", "to-start"]

Value = Any
"""A literal (str, int, bool), a day `{from, add}` or a figure `{figure}`; resolved by `conditions.py`."""

Condition = dict[str, Any]
"""`{question|fact, exists|is|is_not|more_than|less_than|at_least|at_most}` or `{any: […]}` or `{all: […]}`."""


class Option(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    is_: str = field(name="is")
    say: str = ""
    hint: str = ""


class Must(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A limit on the question's own answer, with the sentence to `say` when it does not hold. `alone`: the one of several
    choices that cannot stand with others, as "I do not know"."""

    say: str
    is_: Value = field(name="is", default=None)
    is_not: Value = None
    more_than: Value = None
    less_than: Value = None
    at_least: Value = None
    at_most: Value = None
    alone: str = ""
    when: Condition = {}


class Question(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    id: str
    kind: Kind
    ask: str
    hint: str = ""
    options: list[Option] = []
    must: list[Must] = []
    when: Condition = {}
    optional: bool = False
    known: str = ""
    remember: Literal["", "person", "household"] = ""
    group: str = ""
    near: bool = False
    """A date close to today: offer "today", "yesterday" (or "tomorrow") as buttons."""
    unit: str = ""
    """For `number`: what is counted, as a sentence fragment shown after the field (translated)."""
    desk: str = ""
    """For `appointment`: the ability a desk must have, e.g. "passport"."""
    pick: str = "household.people"
    """For `person`: the fact that lists who can be chosen. With nobody on the list, a name is typed."""
    address: Literal["danish", "abroad", "place"] = "danish"
    """For `address`: "danish" needs street and house number, postcode and town; "abroad" street and town; of a "place"
    a description is enough."""
    about: Literal["me", "other"] = "me"
    """"other": not about the person who writes, so the phone must not fill in the writer's own name or number."""


class Group(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Questions asked again for each row: as often as the person says "one more", or once for `each` in a fact."""

    id: str
    title: str = ""
    more: str = ""
    hint: str = ""
    when: Condition = {}
    each: str = ""
    at_most: int = 20
    own_submission: bool = False


class Ending(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """"You cannot get this": shown where it stands in the file when `when` holds. `after` = the question before it."""

    id: str
    say: str
    next: str = ""
    when: Condition = {}
    after: str = ""


class Figure(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    value: int | str
    unit: str
    source: str
    as_of: str
    municipality: str = ""
    valid_from: str = ""
    valid_to: str = ""


class Deadline(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    id: str
    shape: Shape
    from_: str = field(name="from", default="")
    add: Value = None
    opens: Value = None
    closes: Value = None
    latest: list[dict] = []
    days: Literal["calendar", "working"] = "calendar"
    counts_first: bool = False
    closed_last_day: Literal["stays", "next", "before"] = "stays"
    weight: Literal["light", "normal", "heavy"] = "normal"
    remind: list[str] = []
    """Spans before the last day on which a person is reminded; none: as the weight has it."""
    loses: str = ""
    say: str = ""
    stops: str = "submission.received"
    when: Condition = {}
    law: str = ""


class Outcome(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A status sentence. Those called `received` or `received-…` speak on the receipt: the first whose `when`
    holds gives `say`, all that hold give `next`."""

    id: str
    say: str
    next: str = ""
    action: str = ""
    deadline: str = ""
    when: Condition = {}


class Task(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Something that stays to be done on the case after sending, e.g. the host's consent."""

    id: str
    say: str
    who: Literal["me", "other", "us"] = "me"
    name: str = ""
    """Id of the question whose answer is the name of whom we wait for."""
    when: Condition = {}
    each: str = ""
    """A group, or a fact that lists people: one task for each."""


class Tick(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line of a personal list, which she ticks herself when it is done."""

    id: str
    say: str
    source: str
    """Where it is from; "unchecked" is told on the page."""
    hint: str = ""
    service: str = ""
    """Id of the service of ours that does it."""
    link: str = ""
    """Another site, https."""
    phone: str = ""
    deadline: str = ""
    """Id of the deadline that is its last day."""
    when: Condition = {}


class Bring(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One more thing to bring to the desk, for those of whom `when` is true."""

    say: str
    when: Condition = {}


class Service(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`items` is the file order of questions and endings: `["q:where", "e:not-here", …]`; the checker fills it."""

    id: str
    version: int
    title: str
    wish: str
    """The resident's own words for it: "I am ill and cannot work"."""
    for_whom: str
    themes: list[str]
    words: list[str]
    sign_in: SignIn
    law: str = ""
    minutes: int = 5
    cost: str = ""
    """Id of a figure; empty = free."""
    icon: str = ""
    is_sensitive: bool = field(name="sensitive", default=False)
    """About health, money or protection: a locked phone never shows which matter a message is of."""
    bring: list[str] = []
    brings: list[Bring] = []
    questions: list[Question] = []
    groups: list[Group] = []
    endings: list[Ending] = []
    figures: dict[str, Figure] = {}
    deadlines: list[Deadline] = []
    outcomes: list[Outcome] = []
    tasks: list[Task] = []
    ticks: list[Tick] = []
    """With these the service is a list for the person alone: its last page is the list, and nothing is sent."""
    send: str = ""
    items: list[str] = []


def question(service: Service, id: str) -> Question:
    return next(each for each in service.questions if each.id == id)


def group(service: Service, id: str) -> Group:
    return next(each for each in service.groups if each.id == id)


def ending(service: Service, id: str) -> Ending:
    return next(each for each in service.endings if each.id == id)


def of_group(service: Service, id: str) -> list[Question]:
    return [each for each in service.questions if each.group == id]
