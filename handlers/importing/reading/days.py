"""Days as exports write them → ISO text; and which order a column of numbers like 4/30/2027 can be in.

One reading of a cell is taken, never guessed: ISO, the policy's formats, a month in words, the year in front. What
may be month/day or day/month needs a word from people (`Days.questions`), once a column.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from handlers.door.values import Unsettled, Wrong, clean, short
from handlers.importing.reading.headers import compared
from storage.account.record import LIVED
from storage.base.errors import UserError
from storage.base.folding import folded
from storage.base.moments import YEARS, civil_day
from storage.importing.record import ORDERS, CellReading, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from handlers.importing.reading.table import Record
    from storage.base.policy import Policy
    from storage.importing.record import Reading

    Reader = Callable[[str], str | None]

DAY_HEADERS = frozenset(
    {"renewal_date", "customer_since", "last_ebr", "health_on", "opened_on", "closed_on", "due_on", *LIVED}
)

_MONTHS = (
    ("jan", "january", "januar", "janner", "janvier"),
    ("feb", "february", "februar", "fevrier"),
    ("mar", "march", "marz", "mrz", "mars"),
    ("apr", "april", "avril"),
    ("may", "mai"),
    ("jun", "june", "juni", "juin"),
    ("jul", "july", "juli", "juillet"),
    ("aug", "august", "aout"),
    ("sep", "sept", "september", "septembre"),
    ("oct", "october", "okt", "oktober", "octobre"),
    ("nov", "november", "novembre"),
    ("dec", "december", "dez", "dezember", "decembre"),
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_TIME = r"(?:(?:,? +|t)\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?)?"
_NUMBERS = re.compile(rf"(\d{{1,4}}) ?([-/.]) ?(\d{{1,2}}) ?\2 ?(\d{{1,4}}){_TIME}")
_WEEKDAY = r"(?:[a-z]{2,9}[.,]+ *|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]* )?"
_WORD = r"([a-z]{3,9})\.?"
_DAY_FIRST = re.compile(rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?[-/. ]{{0,2}}{_WORD},?[-/ ]*'?(\d{{4}}|\d\d){_TIME}")
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}{_WORD}[-/ ]*(\d{{1,2}})(?:st|nd|rd|th)?(?:, *|[-/ ]+)'?(\d{{4}}){_TIME}")
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/. ]{_WORD}[-/. ](\d{{1,2}}){_TIME}")
# What databases and Excel write where there is no day.
_NO_DAY = re.compile(
    r"(?:0{1,4}([-/.])0{1,2}\1(?:0{4}|0{1,2})|0?1([-/.])0{1,2}\2(?:19)?00|1900-01-00)(?:[ t]0{1,2}:00(?::00)?)?"
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:$|[T ])")
_PIVOT = 69


def order_of(text: str) -> str:
    """The order that `--dates m/d/y` names; raises UserError for one that is none."""
    letters = re.sub(r"([a-z])\1+", r"\1", re.sub(r"[^a-z]", "", text.lower()))
    if letters not in ORDERS:
        raise UserError(f"--dates {text} is no order of a day.", "Write m/d/y, d/m/y or y-m-d.")
    return letters


def day_reader(formats: Sequence[str], zone: str, order: Callable[[], str] = str) -> Reader:
    """A reader of days; None for a day that is none, such as 0000-00-00.

    An instant counts on its civil day in the zone, one at midnight on the day that it names. `order` is that of days
    in numbers, '' where nobody has said.
    """

    def read(text: str) -> str | None:
        if _NO_DAY.fullmatch(text.lower()):
            return None
        said = order()
        found = _iso_day(text, zone) or (said and _in_numbers(text, said)) or _as_declared(text, formats)
        found = found or _year_first(text) or _in_words(text)
        if not found:
            raise Wrong(_no_day(text, formats, said))
        if found.year not in YEARS:
            raise Wrong(f"{found.isoformat()} can't be meant: days run from {YEARS[0]} to {YEARS[-1]}")
        return found.isoformat()

    return read


class Days:
    """The day columns of one file: which order each is read in, and what has to be asked about them."""

    def __init__(self, columns: Mapping[int, str], policy: Policy, here: Reading, kept: Reading) -> None:
        self._columns = columns
        self._policy = policy
        self._here = {place: here.days.get(compared(title), here.days.get("", "")) for place, title in columns.items()}
        self._kept = {place: kept.days.get(compared(title), "") for place, title in columns.items()}
        self._unclear: set[int] = set()

    def reader(self, place: int) -> Reader:
        """The reader of a column."""
        order = self._here[place] or self._kept[place]
        plain = day_reader(self._policy.date_formats, self._policy.timezone, lambda: order)

        def read(text: str) -> str | None:
            try:
                return plain(text)
            except Wrong as wrong:
                if not self._here[place] and _readings(text):
                    self._unclear.add(place)
                    raise Unsettled(str(wrong)) from wrong
                raise

        return read

    def questions(self, records: Callable[[], Iterable[Record]]) -> list[Question]:
        """One for each column that has days in an order that nobody has said; the file is read once more for it."""
        if not self._unclear:
            return []
        asked = {place: _Asked() for place in sorted(self._unclear)}
        for record in records():
            for place, about in asked.items():
                if place < len(record.cells):
                    about.look_at(record.cells[place])
        return [about.question(place, self._columns[place]) for place, about in asked.items()]


class _Asked:
    """What the cells of one column allow."""

    def __init__(self) -> None:
        self.lines = 0
        self._count = dict.fromkeys(ORDERS, 0)
        self._examples: dict[str, tuple[str, date]] = {}
        self._tells = False

    def look_at(self, cell: str) -> None:
        try:
            text = clean(cell)
        except Wrong:
            return
        if not _numbers(text) or _year_first(text) or _NO_DAY.fullmatch(text.lower()):
            return
        self.lines += 1
        found = _readings(text)
        tells = len(set(found.values()) - {found.get("ymd")}) > 1  # an example that shows the difference
        for order, day in found.items():
            self._count[order] += 1
            if order not in self._examples or (tells and not self._tells):
                self._examples[order] = text, day
        self._tells = self._tells or tells

    def question(self, place: int, title: str) -> Question:
        """What to ask: the readings that fit every line, or else the likeliest two."""
        likely = [order for order, count in self._count.items() if count == self.lines]
        likely = likely or sorted((o for o, n in self._count.items() if n), key=lambda o: -self._count[o])
        # the year at the end is how such days are written, where that fits
        likely = [order for order in likely if order != "ymd"] or likely
        readings = [CellReading(o, self._count[o], *_shown(self._examples[o])) for o in likely if self.lines]
        return Question(place, title, self.lines, tuple(readings))


def _numbers(text: str) -> re.Match[str] | None:
    return _NUMBERS.fullmatch(folded(text))


def _readings(text: str) -> dict[str, date]:
    """What a day in numbers may be, by order."""
    return {order: day for order in ORDERS if (day := _in_numbers(text, order)) and day.year in YEARS}


def _shown(example: tuple[str, date]) -> tuple[str, str]:
    return short(example[0]), example[1].isoformat()


def _no_day(text: str, formats: Sequence[str], order: str) -> str:
    others = [date(2027, 4, 30).strftime(form) for form in formats if form != "%Y-%m-%d"]
    if order and _numbers(text):
        return f"'{short(text)}' is not a day when it is read as {ORDERS[order]}"
    also = f" or {others[0]}" if others else ""
    return f"'{short(text)}' is not a day; write it as 2027-04-30{also} (policy: date_formats)"


def _iso_day(text: str, zone: str) -> date | None:
    if not _ISO.match(text):
        return None
    try:
        at = datetime.fromisoformat(re.sub(r" ?(?:UTC|GMT)$", "+00:00", text))
    except ValueError:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise Wrong(f"'{text}' is not a day of the calendar") from None
        return None
    return civil_day(at.astimezone(UTC), zone) if at.tzinfo and at.time() != time() else at.date()


def _as_declared(text: str, formats: Sequence[str]) -> date | None:
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a civil day, no instant
        except ValueError:
            continue
    return None


def _in_numbers(text: str, order: str) -> date | None:
    """A day of three numbers; four digits in front are a year in any order, in the middle or alone they are none."""
    found = _numbers(text)
    if found is None:
        return None
    first, middle, last = found[1], found[3], found[4]
    if order == "ymd":
        return _day(first, middle, last) if len(last) <= 2 else None  # noqa: PLR2004 - the digits of a day
    if len(first) > 2:  # noqa: PLR2004 - the digits of a day
        return None
    month, day = (first, middle) if order == "mdy" else (middle, first)
    return _day(last, month, day)


def _year_first(text: str) -> date | None:
    found = _numbers(text)
    return _day(found[1], found[3], found[4]) if found and len(found[1]) == len("2027") else None


def _in_words(text: str) -> date | None:
    plain = " ".join(folded(text).split())
    if found := _DAY_FIRST.fullmatch(plain):
        day, month, year = found[1], found[2], found[3]
    elif found := _MONTH_FIRST.fullmatch(plain):
        month, day, year = found[1], found[2], found[3]
    elif found := _YEAR_FIRST.fullmatch(plain):
        year, month, day = found[1], found[2], found[3]
    else:
        return None
    return _day(year, str(_MONTH_OF.get(month, 0)), day)


def _day(year: str, month: str, day: str) -> date | None:
    if len(year) not in (2, 4) or len(day) > 2:  # noqa: PLR2004 - the digits of a year and of a day
        return None
    number = int(year)
    if len(year) == 2:  # noqa: PLR2004 - as C and Python read them: 00 to 68 are of this century
        number += 2000 if number < _PIVOT else 1900
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None
