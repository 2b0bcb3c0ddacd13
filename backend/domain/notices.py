"""What is told to a resident, by which ways, and what came of it. Values only: `push/ladder.py` decides with them,
the store keeps them.

A notice is one fact or duty to tell. A rung is one try of one channel; it tells one or several notices, each of them at
one step of its own plan. A step is used once: (notice, step) is unique, so nothing is sent twice.
"""

from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

Channel = Literal["push", "sms", "email", "helper", "letter", "call"]
Kind = Literal["tell", "act"]
"""`tell` ends when it is opened, `act` only when it is done."""
Weight = Literal["light", "normal", "heavy"]
State = Literal["due", "handed_over", "seen", "failed", "skipped"]
"""Of a try: being sent; given to the carrier; shown or opened on her phone; came to nothing; not tried."""

Ended = Literal["done", "withdrawn", "replaced", "decided", "erased", "dead", "cancelled"]
"""Endings that the truth gives, asked just before sending. A moved appointment replaces its notice; `decided` without
her answer; `cancelled` a campaign that the operator stopped."""
EndReason = Literal[
    "done", "withdrawn", "replaced", "decided", "erased", "dead", "cancelled",
    "opened", "past", "told", "not-told", "night", "no-phone", "settled",
]  # fmt: skip
"""Every ending of a notice. Beside the truth's: `opened` a tell; `past` its last day is over; `dead` the resident;
`told` all its steps are used; `not-told` all failed, and it is nothing to call about; `night` only quiet hours were left;
`no-phone` a notice of the city, of a campaign or of a draft, without a channel for it; `settled` by the person who called."""
CallReason = Literal["not-reached", "not-done", "only-night-left", "letter-too-late", "no-way", "missed"]
"""Why a person shall ring: no rung reached her; reached, but not done; only quiet hours left; a letter cannot arrive;
no channel at all; the last day went by with nothing sent (the service was down)."""

END_REASONS: tuple[str, ...] = get_args(EndReason)
CHANNELS: tuple[str, ...] = get_args(Channel)
CALL_REASONS: tuple[str, ...] = get_args(CallReason)


class Notice(Struct, frozen=True, gc=False):
    """What the ladder needs of one open notice."""

    id: int
    matter: str
    """"case/ID", "appointment/ID", "draft/ID", "letter/ID", "register/passport"."""
    rule: str
    """"received", a deadline's id, "appointment", "draft", "unread", "city", "campaign"."""
    kind: Kind
    weight: Weight
    created_at: datetime
    """Aware, UTC, as every moment here."""
    shape: str = ""
    """Of the deadline, as in `services.Shape`; "" without one."""
    opens: str = ""
    """First local day on which it can be done, YYYY-MM-DD: nothing is sent before."""
    last_day: str = ""
    """Local day; it ends at midnight of the municipality."""
    at: str = ""
    """An appointment's local wall time, 2027-03-02T10:15."""
    remind: tuple[str, ...] = ()
    """The service's own plan, before the last day: ("-9 months", "-6 months"). () = the rows of the ladder."""
    opened_at: datetime | None = None
    helper: str = ""
    """Id of a helper whose grant for this very service is live now; "" none."""
    ended: Ended | Literal[""] = ""
    again_at: datetime | None = None
    """"Remind me tomorrow": nothing more is said of it before, and then it is."""


class Tried(Struct, frozen=True, gc=False):
    """One step of one notice that a rung has used; a list of them is oldest first."""

    step: str
    kind: Channel
    """The channel by which it went: in a bundle, the strongest of all."""
    at: datetime
    state: State


class Person(Struct, frozen=True, gc=False):
    """How she is reached today."""

    push: Literal["live", "suspect", "none"] = "none"
    """`suspect`: not opened for 45 days; still pushed to, but nothing waits for it."""
    sms: bool = False
    email: bool = False
    letter: bool = False
    """An address that post reaches."""
    first: Literal["sms", "email"] = "sms"
    is_exempt: bool = False
    """Paper only. Who is exempt in part is not exempt here, and has the channels that remain."""
    is_dead: bool = False
    quiet_from: str = "20:00"
    quiet_to: str = "08:00"
    """Local wall time; equal to `quiet_from`: no quiet hours."""
    told_on: str = ""
    """Local day of her last rung with `Send.counts` that did not fail; "" never."""
    city_on: str = ""
    """Local day of her last city notice; "" never."""


class Town(Struct, frozen=True, gc=False):
    """The municipality's data."""

    zone: str = "Europe/Copenhagen"
    closed: frozenset[str] = frozenset()
    """Its own closing days, beside the public holidays."""
    print_days: int = 1
    post_days: int = 3
    """Working days from the print run to her door."""
    most_per_matter: int = 6
    """Push, SMS, e-mail and helper together."""
    morning: str = "09:00"
    """When what is planned for a day is sent."""


class Send(Struct, frozen=True, gc=False):
    """One rung, now."""

    kind: Channel
    notices: tuple[tuple[int, str], ...]
    """(notice, step) of each that it tells."""
    not_after: datetime
    counts: bool
    """It is her one reminder of the day (`Person.told_on`). Not so: letters, what goes to a helper, two hours before."""


class Call(Struct, frozen=True, gc=False):
    """One row of the call list, now; kept as a try of step "call"."""

    notice: int
    why: CallReason


class Wait(Struct, frozen=True, gc=False):
    """Look again then, or as soon as something happens."""

    notice: int
    until: datetime


class End(Struct, frozen=True, gc=False):
    notice: int
    why: EndReason


Answer = Send | Call | Wait | End
"""Each notice gets exactly one Wait or End; Send and Call come beside it, before it."""


class Message(Struct, frozen=True):
    """What an adapter carries. Told again with the same rung id, it is carried once."""

    rung_id: str
    kind: Channel
    lang: str
    to: str
    """A phone number, an e-mail address, or the lines of a postal address."""
    text: str
    subject: str = ""
    not_after: datetime | None = None


class Outcome(Struct, frozen=True):
    """What became of a message. `retry`: trying again can help; `failed`: it cannot; `gone`: nor will this address ever."""

    state: Literal["handed_over", "failed", "retry", "gone"]
    code: str = ""
    """The carrier's answer, never its prose: "451", "timeout", "rejected"."""
    ref: str = ""
    """The carrier's own number for the message."""
