"""Columns of amounts: which mark has the cents, told by one cell of the file, by the policy or by people.

`504,000` may be 504000 or 504.00. A cell that can be read in one way (`1,234,567`, `504,000.50`) settles its column;
where none does, it is asked about once a column (`Amounts.questions`), as days are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door.money import decimal_mark, money
from handlers.door.values import Unsettled, Wrong, clean, short
from handlers.importing.reading.headers import compared
from storage.base.money import cents_text
from storage.importing.record import MARKS, CellReading, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from handlers.importing.reading.table import Record
    from storage.base.policy import Policy
    from storage.importing.record import Reading

    Records = Callable[[], Iterable[Record]]

AMOUNT_HEADERS = frozenset({"arr"})


class Amounts:
    """The columns of amounts of one file: what was said of it comes first, then policy, file, and what is kept."""

    def __init__(
        self, columns: Mapping[int, str], policy: Policy, readings: tuple[Reading, Reading], records: Records
    ) -> None:
        here, kept = readings
        self._columns = columns
        self._home = policy.currency
        self._records = records
        said = {place: here.amounts.get(compared(title), here.amounts.get("", "")) for place, title in columns.items()}
        self._marks = {place: mark or policy.decimal_mark for place, mark in said.items()}
        self._kept = {place: kept.amounts.get(compared(title), "") for place, title in columns.items()}
        self._looked: set[int] = set()
        self._unclear: set[int] = set()

    def read(self, place: int, text: str) -> tuple[int, str | None]:
        """A cell's cents, and the currency that it names; raises Unsettled where the column has to be asked about."""
        if mark := self._marks[place]:
            return money(text, self._home, mark)
        try:
            return money(text, self._home, "")
        except Unsettled as unsettled:
            if place not in self._looked:
                self._looked.add(place)
                self._marks[place] = self._settled_in_file(place)
            if mark := self._marks[place]:
                return money(text, self._home, mark)
            found = _read(text, self._home, self._kept[place])
            if found is None:
                self._unclear.add(place)
                raise Unsettled(str(unsettled)) from unsettled
            return found

    def questions(self) -> list[Question]:
        """One for each column with amounts that nobody has said how to read; the file is read once more for it."""
        return [self._question(place) for place in sorted(self._unclear)]

    def _question(self, place: int) -> Question:
        lines = 0
        fits = dict.fromkeys(MARKS, 0)
        examples: dict[str, tuple[str, int]] = {}
        tells = False  # an example that shows the difference
        for text in self._cells(place):
            if not _is_unsettled(text, self._home):
                continue
            lines += 1
            found = {mark: read[0] for mark in MARKS if (read := _read(text, self._home, mark))}
            for mark, cents in found.items():
                fits[mark] += 1
                if mark not in examples or (len(found) > 1 and not tells):
                    examples[mark] = text, cents
            tells = tells or len(found) > 1
        likely = [mark for mark in MARKS if fits[mark] == lines] or sorted(examples, key=lambda mark: -fits[mark])
        readings = [CellReading(m, fits[m], short(examples[m][0]), cents_text(examples[m][1])) for m in likely]
        return Question(place, self._columns[place], lines, tuple(readings), "amounts")

    def _settled_in_file(self, place: int) -> str:
        """The decimal mark that the column's cells agree on, else ''."""
        marks = {decimal_mark(text) for text in self._cells(place)} - {""}
        return marks.pop() if len(marks) == 1 else ""

    def _cells(self, place: int) -> Iterable[str]:
        for record in self._records():
            if place < len(record.cells) and record.cells[place].strip():
                try:
                    yield clean(record.cells[place])
                except Wrong:
                    continue


def _is_unsettled(text: str, home: str) -> bool:
    try:
        money(text, home, "")
    except Unsettled:
        return True
    except Wrong:
        return False
    return False


def _read(text: str, home: str, mark: str) -> tuple[int, str | None] | None:
    """The amount as it is read with the mark; None where it can't be, or where nobody has named one."""
    try:
        return money(text, home, mark) if mark else None
    except Wrong:
        return None
