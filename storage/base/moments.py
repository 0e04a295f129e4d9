"""How days and instants are written: instants as UTC text to the second, days as ISO dates.

Both sort as text, so that SQLite compares them without parsing. Used by every room.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

_OFFSET = re.compile(r"UTC([+-])(\d\d):(\d\d)")
_DAY_OF_SECONDS = 86_400
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

YEARS = range(1970, 2200)
"""Those that a day may be in: beyond them calendars end, and what is due a day later can't be reckoned."""


def instant_text(at: datetime) -> str:
    """An aware instant as `2026-11-21T09:00:00Z`; fractions of a second are cut."""
    if at.tzinfo is UTC:
        return _utc_text(at)
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return _utc_text(at.astimezone(UTC))


@lru_cache(maxsize=1 << 12)
def _utc_text(at: datetime) -> str:
    # The same few are written again and again. Elsewhere two instants may be equal that are an hour apart (fold).
    return f"{at.isoformat()[:19]}Z"


@lru_cache(maxsize=1 << 12)
def instant(text: str) -> datetime:
    """The aware UTC instant of a text that `instant_text` wrote; the same few are read again and again."""
    return datetime.fromisoformat(text)


@lru_cache(maxsize=1 << 12)
def day(text: str) -> date:
    """The civil day of an ISO date."""
    return date.fromisoformat(text)


@lru_cache(maxsize=1 << 12)
def day_text(on: date) -> str:
    """A civil day as `2026-11-21`; the same few are written again and again."""
    return on.isoformat()


def maybe_day(text: str | None) -> date | None:
    """`day`, or None for none."""
    return None if text is None else day(text)


def maybe_instant(text: str | None) -> datetime | None:
    """`instant`, or None for none."""
    return None if text is None else instant(text)


@lru_cache(maxsize=512)
def zone(name: str) -> tzinfo:
    """The time zone of an IANA name, or of an `offset_name`; raises ZoneInfoNotFoundError for an unknown one."""
    if offset := _OFFSET.fullmatch(name):
        away = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-away if offset[1] == "-" else away, name)
    return ZoneInfo(name)


@lru_cache(maxsize=512)
def is_zone(name: str) -> bool:
    """Whether this machine knows a time zone of this name: Slack's list is newer than some machines'."""
    with suppress(ValueError, OSError, KeyError):
        return bool(zone(name))
    return False


def offset_name(seconds: int) -> str | None:
    """The name of a zone that is so many seconds east of UTC, all year: `UTC+05:30`; None if there can be none."""
    if abs(seconds) >= _DAY_OF_SECONDS:
        return None
    hours, rest = divmod(abs(seconds), 3600)
    return f"UTC{'-' if seconds < 0 else '+'}{hours:02}:{rest // 60:02}"


@lru_cache(maxsize=1 << 12)
def civil_day(at: datetime, zone_name: str) -> date:
    """The civil day of an instant in a time zone."""
    return at.astimezone(zone(zone_name)).date()


class OwnDay(date):
    """Today where somebody is, who knows what day it is where the team is: what is kept is of that one."""

    where_kept: date | None = None


def own_day(now: datetime, zone_name: str, team_zone: str) -> date:
    """Today where somebody is, to be said against; see `past_today`."""
    own, kept = civil_day(now, zone_name), civil_day(now, team_zone)
    if own == kept:
        return own
    today = OwnDay(own.year, own.month, own.day)
    today.where_kept = kept
    return today


def kept_today(today: date) -> date:
    """Today where the team is, of somebody's own: rules count by it."""
    return (isinstance(today, OwnDay) and today.where_kept) or today


def past_today(today: date) -> date:
    """The day against which is said what was done: today there or where the team is, whichever is not as far on.

    So what was done just now was done today, for whoever reads it.
    """
    return min(today, kept_today(today))


def reads_days(form: str) -> bool:
    """Whether a day that is written by a format of strptime's is read by it as that day."""
    day = date(2024, 2, 29)
    try:
        return datetime.strptime(day.strftime(form), form).date() == day  # noqa: DTZ007 - a civil day has no zone
    except (ValueError, re.error):
        return False


def latest_today(today: date) -> date:
    """The day after which nothing was done yet: today there or where the team is, whichever is further on."""
    return max(today, kept_today(today))


def days_since(day: date, today: date) -> int:
    """So many days ago something was done; 0 where it is of a day that has not begun for the reader yet."""
    return max((past_today(today) - day).days, 0)


def civil_end(on: date, zone_name: str) -> datetime:
    """The last instant of a civil day in a time zone, as the first of the next one."""
    return datetime.combine(on + timedelta(days=1), time(), zone(zone_name)).astimezone(UTC)


@lru_cache(maxsize=1 << 16)
def add_months(on: date, months: int) -> date:
    """A day moved by months, clamped to the month's end: 31 July - 5 months is 28 or 29 February."""
    return on + relativedelta(months=months)


def day_in_words(on: date) -> str:
    """A day inside a sentence that is kept, and read in any year: `30 Dec 2026`."""
    return f"{on.day} {on:%b %Y}"


def day_said(on: date, today: date) -> str:
    """A day said to somebody whose day is `today`: `Fri 18 Dec`, with the year where it is not this year."""
    words = f"{_WEEKDAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"
    return words if on.year == today.year else f"{words} {on.year}"


def past_day_said(on: date, today: date) -> str:
    """The same of a day on which something was done, where the team is: it is not said to be ahead."""
    return lived_day_said(on, past_today(today))


def lived_day_said(on: date, today: date) -> str:
    """The same of a day that people name by their own calendar, of what has happened."""
    return day_said(min(on, today), today)
