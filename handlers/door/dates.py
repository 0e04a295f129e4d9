"""Days and times as people write them: `fri`, `+2w`, `15 May`, `3 Dec 15:00`. Pure: today is an argument.

Used by the grammars of the commands. A day without a year means the next such day, today included, or with
`past=True` (what was held, what is back-dated) the latest one that has been. What could mean two
days is refused, never guessed.

What has been is judged by who types: their tomorrow has not, though it may be today where the team is. A date that is
today there may be named (docs/domain.md, "Days and zones").
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from dateutil.relativedelta import relativedelta

from storage.base.errors import UserError
from storage.base.moments import YEARS, latest_today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ISO_FORMATS: Final = ("%Y-%m-%d",)
LONGEST: Final = 7
"""Words in the longest day or moment that is understood: `on fri 15th of may 2027 15:00`."""
_LONGEST_MOMENT: Final = LONGEST + 3
"""The same with a time in as many words as it takes: `… at 3 pm`."""

_DAY_EXAMPLES = "Write it like fri, +2w, 15 May or 2027-05-15."
_TIME_EXAMPLES = "Write it like 15:00 or 3pm."
_MOMENT_EXAMPLES = "Write it like 3 Dec 15:00."

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED_DAYS = {
    "today": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "day after tomorrow": 2,
    "day before yesterday": -2,
}
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}
_UNITS = {
    "d": relativedelta(days=1),
    "w": relativedelta(weeks=1),
    "m": relativedelta(months=1),
    "y": relativedelta(years=1),
}
_PERIODS = {"m": 1, "q": 3, "y": 12}

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = (
    r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?:[ -]?(?P<year>\d{4})| '?(?P<short_year>\d\d))?"
_AMOUNT = rf"(?P<amount>\d{{1,4}}|{'|'.join(_NUMBERS)})"
_UNIT = r"(?P<unit>d|days?|w|wks?|weeks?|m|months?|y|years?)"
_TIME = re.compile(r"(?P<at>at )?(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d))?(?P<h>h)?(?: ?(?P<half>[ap])\.?m\.?)?")
_ISO_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d)")


class DateNotUnderstood(UserError, ValueError):
    """A text that is no day or time; the hint says what would be right.

    `was_meant` tells a day that was clearly meant but can't be (31 February, 03/04) from any other text.
    """

    def __init__(self, message: str, hint: str, *, was_meant: bool = False) -> None:
        super().__init__(message, hint)
        self.was_meant = was_meant


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a day is read against."""

    today: date
    past: bool
    quarter_start_month: int

    @property
    def bound(self) -> date:
        """The last date of what has been, the first one of what is to come."""
        return latest_today(self.today) if self.past else self.today


def parse_day(
    text: str,
    today: date,
    formats: Sequence[str] = ISO_FORMATS,
    *,
    past: bool = False,
    quarter_start_month: int = 1,
) -> date:
    """The day that a text names; DateNotUnderstood for any other text.

    `formats` are the policy's strptime formats (only they make 03/04 plain); ISO is always understood.
    `quarter_start_month` is a month in which a quarter begins, for `end of quarter`.
    """
    wanted = " ".join(text.lower().replace(",", " ").split())
    wanted = re.sub(r"^(?:(?:on|until|till|by|in|from) )?(?:the )?", "", wanted)
    try:
        day = _read(wanted, formats, _Asked(today, past, quarter_start_month))
    except OverflowError as error:
        raise _cannot_be(f"{text.strip()} is too far away.") from error
    if day is None:
        raise DateNotUnderstood(f"'{text.strip()[:60]}' is not a day that I know.", _DAY_EXAMPLES)
    return _near(day)


def picked_day(text: str) -> date:
    """The day of a date picker, which gives any year: DateNotUnderstood where `parse_day` would refuse it too."""
    try:
        return _near(date.fromisoformat(text))
    except ValueError as error:
        if isinstance(error, DateNotUnderstood):
            raise
        raise DateNotUnderstood(f"'{text.strip()[:60]}' is not a day that I know.", _DAY_EXAMPLES) from error


def picked_time(text: str) -> time:
    """The time of a time picker."""
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise DateNotUnderstood(f"'{text.strip()[:60]}' is not a time that I know.", _TIME_EXAMPLES) from error


def maybe_picked(text: str) -> date | None:
    """`picked_day` of a date picker that may be left empty."""
    return picked_day(text) if text else None


def find_day(
    words: Sequence[str],
    today: date,
    formats: Sequence[str] = ISO_FORMATS,
    *,
    at_end: bool = False,
    past: bool = False,
    quarter_start_month: int = 1,
) -> tuple[date, int] | None:
    """The longest day at the start (or end) of the words, and how many words it took; None for none.

    A day that was clearly meant but can't be is raised, not overlooked: `31 February` is not `February`.
    """
    for count in range(min(len(words), LONGEST), 0, -1):
        text = " ".join(words[-count:] if at_end else words[:count])
        try:
            return parse_day(text, today, formats, past=past, quarter_start_month=quarter_start_month), count
        except DateNotUnderstood as error:
            if error.was_meant:
                raise
    return None


def parse_time(text: str) -> time:
    """The time of day of `15:00`, `3pm`, `9.30`, `15h`, `noon` or `at 9`; a bare hour needs its `at`."""
    wanted = " ".join(text.lower().split())
    if wanted.removeprefix("at ") in {"noon", "midday"}:
        return time(12)
    found = _TIME.fullmatch(wanted)
    if not found or not (found["at"] or found["minute"] or found["half"] or found["h"]):
        raise DateNotUnderstood(f"'{text.strip()[:60]}' is not a time that I know.", _TIME_EXAMPLES)
    hour = int(found["hour"])
    if found["half"] and 1 <= hour <= 12:  # noqa: PLR2004 - the hours of a clock
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    elif found["half"]:
        raise _cannot_be(f"There is no {wanted}.", _TIME_EXAMPLES)
    elif not (found["minute"] or found["h"]) and 1 <= hour <= 6:  # noqa: PLR2004 - rarely an hour of the morning
        raise _cannot_be(f"'{wanted}' can be {hour}am or {hour}pm.", f"Write {hour}am or {hour}pm.")
    try:
        return time(hour, int(found["minute"] or 0))
    except ValueError as error:
        raise _cannot_be(f"There is no {wanted}.", _TIME_EXAMPLES) from error


def parse_moment(
    text: str,
    today: date,
    zone: tzinfo,
    formats: Sequence[str] = ISO_FORMATS,
    *,
    past: bool = False,
) -> datetime:
    """The aware instant of a day and a time, in either order, or of a time today; a day alone is refused.

    A time that the clocks leave out is refused; of one that comes twice, the first is meant.
    """
    words = _ISO_MOMENT.sub(r"\1 \2", text).split()
    # Of many words no way to read them is a moment, and there are more ways than can be tried within an answer.
    for day_text, time_text in _splits(words) if len(words) <= _LONGEST_MOMENT else ():
        try:
            at = parse_time(time_text)
            return _instant(parse_day(day_text, today, formats, past=past) if day_text else today, at, zone)
        except DateNotUnderstood as error:
            if error.was_meant:
                raise
    raise DateNotUnderstood(f"'{text.strip()[:60]}' is not a day and time that I know.", _MOMENT_EXAMPLES)


def _splits(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The ways to read words as a day and a time: day first, then time first."""
    for place in range(len(words)):
        yield " ".join(words[:place]), " ".join(words[place:])
    for place in range(1, len(words)):
        yield " ".join(words[place:]), " ".join(words[:place])


def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    moment = datetime.combine(day, at, zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise _cannot_be(f"The clocks go forward on {_words(day)}: there is no {at:%H:%M}.", _MOMENT_EXAMPLES)
    return moment


def _read(wanted: str, formats: Sequence[str], asked: _Asked) -> date | None:
    for pattern, read in _RULES:
        if found := pattern.fullmatch(wanted):
            day = read(found, asked)
            if asked.past and read in _BY_TODAY and day > asked.today:
                raise _cannot_be(f"'{wanted}' is still ahead.", "That lies in the past, or is today.")
            return day
    if by_format := _by_formats(wanted, formats, asked):
        return by_format
    numeric = _NUMERIC.fullmatch(wanted)
    return _numeric(numeric, asked) if numeric else None


def _near(day: date) -> date:
    if day.year not in YEARS:
        raise _cannot_be(f"{day} is too far away.")
    return day


def _cannot_be(message: str, hint: str = _DAY_EXAMPLES) -> DateNotUnderstood:
    return DateNotUnderstood(message, hint, was_meant=True)


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _place(names: Sequence[str], start: str) -> int:
    return next(place for place, name in enumerate(names) if name.startswith(start[:3]))


def _named_day(found: re.Match[str], asked: _Asked) -> date:
    return asked.today + timedelta(_NAMED_DAYS[found["name"]])


def _weekday(found: re.Match[str], asked: _Asked) -> date:
    """`fri` is today or the next one, `next fri` the one of next week, `last fri` the latest before today."""
    weekday, today = _place(_WEEKDAYS, found["weekday"]), asked.today
    if found["which"] == "next":
        return today - timedelta(today.weekday()) + timedelta(7 + weekday)
    if found["which"] == "last":
        return today - timedelta((today.weekday() - weekday - 1) % 7 + 1)
    if asked.past:
        return today - timedelta((today.weekday() - weekday) % 7)
    return today + timedelta((weekday - today.weekday()) % 7)


def _next_period(found: re.Match[str], asked: _Asked) -> date:
    """The first day of the next week (its Monday), month, quarter or year."""
    if found["period"] == "week":
        return asked.today + timedelta(7 - asked.today.weekday())
    return _last_of(found["period"], asked) + timedelta(1)


def _end_of_period(found: re.Match[str], asked: _Asked) -> date:
    return _last_of(found["period"], asked)


def _last_of(period: str, asked: _Asked) -> date:
    months = _PERIODS[period[0]]
    start_month = asked.quarter_start_month if period[0] == "q" else 1
    left = months - 1 - (asked.today.month - start_month) % months
    return asked.today + relativedelta(months=left, day=31)


def _span(found: re.Match[str], asked: _Asked) -> date:
    """`+2w`, `in 2 weeks`, `2 weeks ago`; a month later is clamped to its end (31 Jan + 1m is 28 Feb)."""
    amount = _NUMBERS.get(found["amount"]) or int(found["amount"])
    if found["sign"] == "-" or found["ago"]:
        amount = -amount
    try:
        return asked.today + _UNITS[found["unit"][0]] * amount
    except ValueError as error:  # relativedelta's word for a year that there is not
        raise OverflowError from error


def _day_of_month(found: re.Match[str], asked: _Asked) -> date:
    """`15 May`, `Fri 15 May 2027`; a weekday beside the date must be right."""
    month, number = _place(_MONTHS, found["month"]) + 1, int(found["day"])
    if found["short_year"]:
        written = f"{number} {_MONTHS[month - 1][:3].title()} 20{found['short_year']}"
        raise _cannot_be(f"'{found[0]}' may be a year or not.", f"Write the year in full: {written}.")
    day = _in_year(int(found["year"]), month, number) if found["year"] else _such_day(month, number, asked)
    if found["weekday"] and day.weekday() != _place(_WEEKDAYS, found["weekday"]):
        raise _cannot_be(f"{_words(day)} is a {day:%A}.")
    return day


def _month(found: re.Match[str], asked: _Asked) -> date:
    """`May` is its first day, `end of May` its last."""
    month = _place(_MONTHS, found["month"]) + 1
    if not found["end"]:
        return date(int(found["year"]), month, 1) if found["year"] else _such_day(month, 1, asked)
    if found["year"]:
        return date(int(found["year"]), month, 1) + relativedelta(day=31)
    last = date(asked.bound.year, month, 1) + relativedelta(day=31)
    if asked.past:
        return last if last <= asked.bound else last + relativedelta(years=-1, day=31)
    return last if last >= asked.bound else last + relativedelta(years=1, day=31)


def _iso(found: re.Match[str], _asked: _Asked) -> date:
    return _in_year(int(found["year"]), int(found["month"]), int(found["day"]))


def _such_day(month: int, day: int, asked: _Asked) -> date:
    """The next such day, or the latest one; a 29 February can be eight years away."""
    step = -1 if asked.past else 1
    for year in range(asked.bound.year, asked.bound.year + 9 * step, step):
        if 1 <= day <= monthrange(year, month)[1]:
            such = date(year, month, day)
            if such == asked.bound or (such < asked.bound) == asked.past:
                return such
    raise _cannot_be(f"{_MONTHS[month - 1].title()} has no day {day}.")


def _in_year(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        if year and 1 <= month <= len(_MONTHS):
            raise _cannot_be(f"{_MONTHS[month - 1].title()} {year} has no day {day}.") from error
        raise _cannot_be(f"There is no {year:04}-{month:02}-{day:02}.") from error


def _by_formats(text: str, formats: Sequence[str], asked: _Asked) -> date | None:
    """The day by the policy's formats, their year left out or not; two that disagree are refused."""
    read = {_by_format(text, form) or _without_year(text, form, asked) for form in formats}
    days = sorted(day for day in read if day)
    if len(days) > 1:
        raise _cannot_be(f"'{text}' can be {' or '.join(_words(day) for day in days)}.")
    return days[0] if days else None


def _by_format(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a civil day has no zone
    except ValueError:
        return None


def _without_year(text: str, form: str, asked: _Asked) -> date | None:
    short = re.sub(r"[^%\w]?%[Yy]$", "", form)
    # A leap year beside it, so that strptime knows 29 February.
    day = _by_format(f"2000 {text}", f"%Y {short}") if short != form else None
    return _such_day(day.month, day.day, asked) if day else None


def _numeric(found: re.Match[str], asked: _Asked) -> date:
    """`25/12` is plain, `03/04` is not: which of two numbers is the month shows only above twelve."""
    first, second = int(found["first"]), int(found["second"])
    if found["year"] and len(found["year"]) == len("26"):
        raise _cannot_be(f"'{found[0]}' can be read in several ways.")
    if first != second and 1 <= first <= len(_MONTHS) and 1 <= second <= len(_MONTHS):
        readings = (first, second), (second, first)
        one, other = (f"{day} {_MONTHS[month - 1][:3].title()}" for day, month in readings)
        raise _cannot_be(f"'{found[0]}' can be {one} or {other}.", f"Write {one} or {other}.")
    day, month = (first, second) if second <= len(_MONTHS) else (second, first)
    if not 1 <= month <= len(_MONTHS):
        raise _cannot_be(f"There is no {found[0]}.")
    return _in_year(int(found["year"]), month, day) if found["year"] else _such_day(month, day, asked)


# `3-4` and `9.30` are no days: only a slash does without a second mark (18/12, 18.12., 18-12-2026).
_NUMERIC = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})"
    r"(?:(?P=mark)(?P<year>\d{4}|\d\d)?|(?<=/\d)|(?<=/\d\d))"
)
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], _Asked], date]], ...] = (
    (re.compile(rf"(?P<name>{'|'.join(_NAMED_DAYS)})"), _named_day),
    (re.compile(rf"(?:(?P<which>this|next|last) )?{_WEEKDAY}"), _weekday),
    (re.compile(r"next (?P<period>week|month|quarter|year)"), _next_period),
    (re.compile(r"(?:end of (?:the |this )?|eo)(?P<period>month|quarter|year|[mqy])"), _end_of_period),
    (re.compile(rf"(?P<sign>[+-]|) ?{_AMOUNT} ?{_UNIT}(?: from (?:now|today)|(?P<ago> ago))?"), _span),
    (re.compile(rf"(?:{_WEEKDAY} (?:the )?)?{_DAY}[ -]?(?:of )?{_MONTH}{_YEAR}"), _day_of_month),
    (re.compile(rf"(?:{_WEEKDAY} )?{_MONTH} ?(?:the )?{_DAY}{_YEAR}"), _day_of_month),
    (re.compile(rf"(?:(?P<end>end of )|(?:start|beginning) of )?{_MONTH}(?: (?P<year>\d{{4}}))?"), _month),
    (re.compile(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"), _iso),
)
_BY_TODAY = (_named_day, _weekday, _next_period, _end_of_period, _span)
"""What names a day by how far it is from today."""
