"""An appointment as a calendar file (RFC 5545) for the phone's own calendar."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

LASTS = timedelta(minutes=15)
DAY_BEFORE = timedelta(days=-1)


def appointment(uid: str, title: str, at: str, place: str, zone: ZoneInfo, now: datetime) -> bytes:
    """One event with an alarm the day before. `uid` stays the same for ever; `at` is wall time in `zone`; the title
    is the service's and never names the person, since calendars are shared."""
    starts = datetime.fromisoformat(at).replace(tzinfo=zone)
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("sequence", 0)
    event.add("dtstart", starts)
    event.add("dtend", starts + LASTS)
    event.add("summary", title)
    event.add("location", place)
    event.add_component(reminder(title))
    whole = Calendar()
    whole.add("prodid", "-//Medborger//EN")
    whole.add("version", "2.0")
    whole.add_component(event)
    whole.add_missing_timezones()
    return whole.to_ical()


def reminder(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", DAY_BEFORE)
    return alarm
