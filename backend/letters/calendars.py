"""An appointment as a calendar file (RFC 5545, with the methods of RFC 5546) for a phone's or an office's calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event
from msgspec import Struct

from backend.letters import timezones

DAY_BEFORE = timedelta(days=-1)


class Meeting(Struct, frozen=True):
    """`uid` stays the same for ever and `sequence` grows with each change: by them a calendar knows the event again.

    `at` is wall time in the desk's zone; `changed_at` when the booking was last changed. `title` is the service's and
    never names the person, since calendars are shared.
    """

    uid: str
    sequence: int
    title: str
    at: str
    minutes: int
    place: str
    changed_at: datetime
    is_cancelled: bool = False


def appointment(meeting: Meeting, zone: ZoneInfo) -> bytes:
    """One event with an alarm the day before; of a cancelled one the file that takes it out again.

    A cancelled event has no alarm: some calendars would ring for it. The same booking gives the same bytes, so that
    fetching it twice changes nothing.
    """
    whole = Calendar()
    whole.add("prodid", "-//Medborger//EN")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "CANCEL" if meeting.is_cancelled else "PUBLISH")
    whole.add_component(timezones.component(zone))
    whole.add_component(event(meeting, zone))
    return whole.to_ical()


def event(meeting: Meeting, zone: ZoneInfo) -> Event:
    starts = datetime.fromisoformat(meeting.at).replace(tzinfo=zone)
    changed = meeting.changed_at.astimezone(UTC).replace(microsecond=0)
    made = Event()
    made.add("uid", meeting.uid)
    made.add("dtstamp", changed)
    made.add("last-modified", changed)
    made.add("sequence", meeting.sequence)
    made.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    made.add("dtstart", starts)
    made.add("dtend", starts + timedelta(minutes=meeting.minutes))
    made.add("summary", plain(meeting.title))
    made.add("location", plain(meeting.place))
    made.add("class", "PRIVATE")
    if not meeting.is_cancelled:
        made.add_component(reminder(meeting.title))
    return made


def reminder(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", plain(title))
    alarm.add("trigger", DAY_BEFORE)
    return alarm


def plain(text: str) -> str:
    """Without control characters, which no calendar may hold; a line break stays, written as one."""
    return "".join(sign for sign in text.replace("\r\n", "\n") if sign == "\n" or sign.isprintable() or sign in "\u200e\u200f\u00a0\u200c\u200d")
