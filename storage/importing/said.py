"""Of which records an import said what was so already: it changed nothing of them, and stands for them all the same.

Whoever puts a file right imports it anew and takes the wrong one back: what both say stays. Kept as ranges of ids, of
which a file that says all again has few.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.importing.record import Kind

Range = tuple[int, int]


class Said:
    """Ids, in ranges."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._ranges = _joined(ranges)

    def add(self, ids: Iterable[int]) -> None:
        """These, too."""
        self._ranges += _joined((one, one) for one in ids)

    def ranges(self) -> list[Range]:
        """The ranges, in order."""
        self._ranges = _joined(self._ranges)
        return self._ranges

    def those_of(self, ids: Iterable[int]) -> set[int]:
        """Those of some ids that are among them."""
        ranges = self.ranges()
        found = set()
        for one in ids:
            at = bisect_right(ranges, one, key=itemgetter(0)) - 1
            if at >= 0 and one <= ranges[at][1]:
                found.add(one)
        return found


def _joined(ranges: Iterable[Range]) -> list[Range]:
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def keep(unit: Unit, import_id: int, said: Said) -> None:
    """Keep of which records an import said so."""
    if ranges := said.ranges():
        unit.db.execute("UPDATE imports SET said = ? WHERE id = ?", (json.dumps(ranges), import_id))


def since(db: Connection, kind: Kind, import_id: int) -> Said:
    """Of which records later imports of a kind that stand said what was so already."""
    rows = db.execute(
        "SELECT said FROM imports WHERE kind = ? AND id > ? AND undone_at IS NULL AND said <> '[]'", (kind, import_id)
    )
    return Said((first, last) for row in rows for first, last in json.loads(row[0]))
