"""ARR of other days and months from a file, filled in and put right; handed in."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from storage.importing.loader import chosen
from storage.importing.record import Decision, Rejection
from storage.importing.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storage.base.db import Unit
    from storage.importing.record import Fields, Kind, Row

_FIELDS = ("arr_cents", "currency", "source")
_DAYS = 10_000_000


class ArrSheet(Sheet):
    """What accounts paid on days of one file; what the bot kept of a day gives way to it."""

    kind: ClassVar[Kind] = "arr"

    def __init__(self, *of_file: Any) -> None:
        super().__init__(*of_file)
        self._lines: dict[tuple[int, str], int] = {}

    def decide(self, rows: Sequence[Row]) -> Iterator[Decision | Rejection]:
        """Find each row's account and what is kept of its day."""
        self.look_up(str(row.fields["account"]) for row in rows)
        placed = [(row, self.account(str(row.fields["account"]))) for row in rows]
        known, currencies = self._known({found for _, found in placed if isinstance(found, int)})
        for row, found in placed:
            if isinstance(found, str):
                yield Rejection(row.line, "account", found)
                continue
            key = (found, str(row.fields["as_of"]))
            first = self._lines.setdefault(key, row.line)
            if first != row.line:
                yield Rejection(row.line, "", f"this account and day stand on line {first} already")
            else:
                yield self._decide(row, key, known.get(key), currencies[found])

    def _decide(self, row: Row, key: tuple[int, str], there: Any, currency: str) -> Decision:
        account_id, as_of = key
        title = f"{row.fields['account']}, {as_of}"
        said = row.fields.get("currency") or (there["currency"] if there else currency)
        after: Fields = {"arr_cents": row.fields["arr_cents"], "currency": said, "source": "import"}
        record_id = _number(account_id, as_of)
        if there is None:
            return Decision(row.line, title, "new", record_id, after=after)
        before: Fields = {name: there[name] for name in _FIELDS}
        if all(before[name] == after[name] for name in ("arr_cents", "currency")):
            return Decision(row.line, title, "unchanged", record_id)
        return Decision(row.line, title, "changed", record_id, before=before, after=after)

    def _known(self, account_ids: Iterable[int]) -> tuple[dict[tuple[int, str], Any], dict[int, str]]:
        among = chosen(account_ids)
        rows = self.db.execute(
            "SELECT account_id, as_of, arr_cents, currency, source FROM arr_snapshots"
            " WHERE account_id IN (SELECT value FROM json_each(?))",
            (among,),
        )
        currencies = self.db.execute(
            "SELECT id, currency FROM accounts WHERE id IN (SELECT value FROM json_each(?))", (among,)
        )
        return {(row["account_id"], row["as_of"]): row for row in rows}, {row[0]: row[1] for row in currencies}

    def write(self, unit: Unit, import_id: int, decisions: Sequence[Decision]) -> None:
        """Write the days, and keep what stood there before."""
        for decision in decisions:
            if decision.after:
                _put(unit, int(decision.record_id or 0), decision.after)
                self.keep(unit, import_id, int(decision.record_id or 0), decision)

    def undo(self, unit: Unit, import_id: int) -> tuple[int, int, list[str]]:
        """Put back what stood there before, unless a later file has changed it."""
        removed = restored = 0
        left = []
        for change in self.changes(unit, import_id):
            account_id, as_of = _key(change["record_id"])
            now = unit.db.execute(
                "SELECT arr_snapshots.arr_cents, arr_snapshots.currency, source, name FROM arr_snapshots"
                " JOIN accounts ON accounts.id = account_id WHERE account_id = ? AND as_of = ?",
                (account_id, as_of),
            ).fetchone()
            if now is None:
                continue
            after = json.loads(change["after"])
            if change["later"] or any(now[name] != after[name] for name in _FIELDS):
                left.append(f"{now['name']}, {as_of}")
            elif change["created"]:
                unit.db.execute("DELETE FROM arr_snapshots WHERE account_id = ? AND as_of = ?", (account_id, as_of))
                removed += 1
            else:
                _put(unit, change["record_id"], json.loads(change["before"]))
                restored += 1
        return removed, restored, left


def _number(account_id: int, as_of: str) -> int:
    """One number for an account and a day, as what an import changed is kept by number."""
    return account_id * _DAYS + date.fromisoformat(as_of).toordinal()


def _key(number: int) -> tuple[int, str]:
    account_id, ordinal = divmod(number, _DAYS)
    return account_id, date.fromordinal(ordinal).isoformat()


def _put(unit: Unit, number: int, fields: Fields) -> None:
    unit.db.execute(
        "INSERT INTO arr_snapshots(account_id, as_of, arr_cents, currency, source, at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id, as_of) DO UPDATE SET arr_cents = excluded.arr_cents, currency = excluded.currency,"
        " source = excluded.source, at = excluded.at",
        (*_key(number), *(fields[name] for name in _FIELDS), unit.at),
    )


LOADERS = {"arr": ArrSheet}
