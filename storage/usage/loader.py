"""Usage from a file: a row for each account, instance and day; of a row that is there, filled cells win.

What an import made is its own (`made_by`), what it changed is kept as it was before (`usage_before`): both can be taken
back while no later import that stands has changed the row.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from storage.base.errors import UserError
from storage.importing import said
from storage.importing.record import Decision, Rejection
from storage.importing.sheet import Sheet
from storage.success.store import BETWEEN
from storage.usage.figures import PRODUCTION, columns_of
from storage.usage.first_days import AT_ONCE, keep_changed
from storage.usage.schema import MEASURES, USERS
from storage.usage.settings import BASE, UsageArea

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.importing.record import Fields, Kind, Row
    from storage.importing.said import Said
    from storage.usage.figures import Columns

OF_USERS = "users "
"""How the headers of the columns of use cases begin."""
_KEY = ("account_id", "instance", "as_of")
_NAMED = 5
Key = tuple[int, str, str]


_NOTHING: Fields = {}
"""Of a new row, what stood there before: one for millions of them."""


def _title(fields: Fields) -> str:
    instance = fields.get("instance")
    return (
        f"{fields['account']}, {instance}, {fields['as_of']}" if instance else f"{fields['account']}, {fields['as_of']}"
    )


class UsageSheet(Sheet):
    """Figures of one file."""

    kind: ClassVar[Kind] = "usage"

    def __init__(self, db: Connection, policy: Policy, today: str) -> None:
        super().__init__(db, policy, today)
        self._empty = db.execute("SELECT 1 FROM usage_figures LIMIT 1").fetchone() is None
        self._columns = columns_of(db)
        self._measures = frozenset(policy.settings(UsageArea).columns())
        self._pairs: dict[tuple[int, str], int] = {}
        self._days: dict[str, bytearray] = {}

    def decide(self, rows: Sequence[Row]) -> Iterator[Decision | Rejection]:
        """New, changed or unchanged, cell by cell; an unknown account, or a key that stood above, is rejected."""
        self.look_up(str(row.fields["account"]) for row in rows)
        meant: list[tuple[Row, int] | Rejection] = []
        for row in rows:
            account = self.account(str(row.fields["account"]))
            if isinstance(account, str):
                meant.append(Rejection(row.line, "account", account))
            elif not self.again and self._stood_above(account, row.fields):
                meant.append(Rejection(row.line, "", "this account, instance and day stand above already"))
            else:
                meant.append((row, account))
        if not self._empty:
            there = self._there([one for one in meant if not isinstance(one, Rejection)])
            for one in meant:
                yield one if isinstance(one, Rejection) else self._decided(*one, there)
            return
        for one in meant:
            if isinstance(one, Rejection):
                yield one
            else:
                row, account = one
                yield Decision(
                    row.line, _title(row.fields), "new", account, _NOTHING, row.fields, (), _NOTHING, _NOTHING
                )

    def _stood_above(self, account: int, fields: Fields) -> bool:
        """Whether the file has the key already; a bit for each, since a file may have millions."""
        pair = (account, str(fields.get("instance") or ""))
        place = self._pairs.setdefault(pair, len(self._pairs))
        bits = self._days.setdefault(str(fields["as_of"]), bytearray())
        at, bit = place >> 3, 1 << (place & 7)
        if len(bits) <= at:
            bits.extend(bytes(at - len(bits) + 1 + (len(bits) >> 1)))
        if bits[at] & bit:
            return True
        bits[at] |= bit
        return False

    def _there(self, rows: Sequence[tuple[Row, int]]) -> dict[Key, dict[str, Any]]:
        names = ("id", *_KEY, "environment", "tier", *BASE, "named", *self._numbered())
        found = self.db.execute(
            f"SELECT {', '.join(names)} FROM usage_figures WHERE account_id IN (SELECT value FROM json_each(?))"
            " AND as_of IN (SELECT value FROM json_each(?))",
            (
                json.dumps(sorted({account for _, account in rows})),
                json.dumps(sorted({str(row.fields["as_of"]) for row, _ in rows})),
            ),
        )
        by_key = {}
        for row in found:
            here = dict(zip(names, row, strict=True))
            by_key[here["account_id"], here["instance"], here["as_of"]] = here
        return by_key

    def _numbered(self) -> list[str]:
        users = [f"users_{place}" for place in self._columns.users.values()]
        return [*users, *(f"measure_{place}" for place in self._columns.measures.values())]

    def _decided(self, row: Row, account: int, there: dict[Key, dict[str, Any]]) -> Decision:
        fields, title = row.fields, _title(row.fields)
        here = there.get((account, str(fields.get("instance") or ""), str(fields["as_of"])))
        if here is None:
            return Decision(row.line, title, "new", account, after=fields)
        said = {n: value for n, value in fields.items() if value is not None and n not in ("account", *_KEY)}
        before = {name: self._as_it_is(name, here, value) for name, value in said.items()}
        moved: Fields = {name: value for name, value in said.items() if before[name] != value}
        if not moved:
            return Decision(row.line, title, "unchanged", account, base_before={"id": here["id"]})
        shown: Fields = {name: before[name] for name in moved}
        found = Decision(row.line, title, "changed", account, before=shown, after=moved)
        found.base_before = {"id": here["id"]}
        found.base = {"named": here["named"]}
        return found

    def _as_it_is(self, name: str, here: dict[str, Any], said: Any) -> Any:
        """What a row has in a cell; of use cases, what the file says, where all of those are named already."""
        if name == "use_cases":
            places = self._columns.users
            names = [use_case for use_case, place in places.items() if (here["named"] or 0) >> (place - 1) & 1]
            wanted = str(said).split(BETWEEN)
            return said if set(wanted) == set(names) else BETWEEN.join(names) or None
        column = self._column(name, self._columns)
        return here[column] if column else None

    def _column(self, name: str, columns: Columns) -> str | None:
        if name.startswith(OF_USERS):
            place = columns.users.get(name.removeprefix(OF_USERS))
            return f"users_{place}" if place else None
        if name in self._measures:
            place = columns.measures.get(name)
            return f"measure_{place}" if place else None
        return name

    # Writing

    def write(self, unit: Unit, import_id: int, decisions: Sequence[Decision]) -> None:
        """New rows, and filled cells of those that are there, which are kept as they were."""
        self._give_places(unit, decisions)
        new = [decision for decision in decisions if decision.outcome == "new"]
        if new:
            self._insert(unit, import_id, new)
        for decision in decisions:
            if decision.outcome == "changed":
                self._change(unit, import_id, decision)
        touched = {decision.record_id for decision in decisions if decision.outcome != "unchanged"}
        unit.db.execute(
            "INSERT INTO usage_changed(account_id) SELECT id FROM accounts WHERE id IN"
            " (SELECT value FROM json_each(?)) ON CONFLICT (account_id) DO NOTHING",
            (json.dumps(sorted(one for one in touched if one is not None)),),
        )

    def _insert(self, unit: Unit, import_id: int, new: Sequence[Decision]) -> None:
        plain = sorted(self._said(new) - {"account", *_KEY, "environment", "use_cases"})
        every = (
            *_KEY,
            "environment",
            "named",
            *(self._column(name, self._columns) or name for name in plain),
            "made_by",
            "changed_by",
        )
        rows = []
        for decision in new:
            fields = decision.after
            rows.append(
                (
                    decision.record_id,
                    fields.get("instance") or "",
                    fields["as_of"],
                    fields.get("environment") or PRODUCTION,
                    self._bits(fields),
                    *map(fields.get, plain),
                    import_id,
                    import_id,
                )
            )
        marks = ", ".join("?" * len(every))
        unit.db.executemany(f"INSERT INTO usage_figures({', '.join(every)}) VALUES ({marks})", rows)

    @staticmethod
    def _said(decisions: Sequence[Decision]) -> set[str]:
        """The fields that a batch has: nearly always the same in each row."""
        names: set[str] = set()
        for decision in decisions:
            if not names.issuperset(decision.after):
                names.update(decision.after)
        return names

    def _change(self, unit: Unit, import_id: int, decision: Decision) -> None:
        figure_id = decision.base_before["id"]
        kept = ", ".join(_KEPT)
        unit.db.execute(
            f"INSERT INTO usage_before(import_id, figure_id, {kept}, changed_by)"
            f" SELECT ?, id, {kept}, changed_by FROM usage_figures WHERE id = ?",
            (import_id, figure_id),
        )
        fields: dict[str, Any] = {}
        for name, value in decision.after.items():
            if name == "use_cases":
                fields["named"] = self._bits(decision.after)
            else:
                fields[self._column(name, self._columns) or name] = value
        assignments = ", ".join(f"{name} = ?" for name in fields)
        unit.db.execute(
            f"UPDATE usage_figures SET {assignments}, changed_by = ? WHERE id = ?",
            (*fields.values(), import_id, figure_id),
        )

    def _bits(self, fields: Fields) -> int | None:
        said = fields.get("use_cases")
        if said is None:
            return None
        return sum(1 << (self._columns.users[one] - 1) for one in set(str(said).split(BETWEEN)))

    def _give_places(self, unit: Unit, decisions: Sequence[Decision]) -> None:
        """A numbered column for each use case and measure that has none; raises UserError for more than there are."""
        names = self._said(decisions)
        named = {d.after.get("use_cases") for d in decisions} if "use_cases" in names else ()
        said = {part for one in named if one for part in str(one).split(BETWEEN)}
        use_cases = {name.removeprefix(OF_USERS) for name in names if name.startswith(OF_USERS)} | said
        for family, wanted, known, most in (
            ("users", use_cases, self._columns.users, USERS),
            ("measure", names & self._measures, self._columns.measures, MEASURES),
        ):
            missing = sorted(wanted - known.keys())
            if missing and len(known) + len(missing) > most:
                what = "use cases" if family == "users" else "measures"
                raise UserError(
                    f"Usage of {most} {what} can be kept; {missing[-1]} would be one more.",
                    "Leave its column out; nothing was imported.",
                )
            taken = set(known.values())
            free = [place for place in range(1, most + 1) if place not in taken]
            unit.db.executemany(
                "INSERT INTO usage_columns(family, name, place) VALUES (?, ?, ?)",
                [(family, name, place) for name, place in zip(missing, free, strict=False)],
            )
            if missing:
                self._columns = columns_of(unit.db)

    def finish(self, unit: Unit) -> bool:
        """What follows from the figures is worked out."""
        return keep_changed(unit, AT_ONCE)

    def said(self, decision: Decision) -> Sequence[int]:
        """The figure of which a file says what is so already."""
        return [int(str(decision.base_before["id"]))]

    # Taking back

    def undo(self, unit: Unit, import_id: int) -> tuple[int, int, Iterable[str]]:
        """Rows that it made go, those that it changed are as before; what a later import changed is left."""
        self._leave(unit, import_id, said.since(unit.db, self.kind, import_id))
        left = [
            f"{row[0]}, {row[1]}"
            for row in unit.db.execute(
                "SELECT accounts.name, as_of FROM usage_figures JOIN accounts ON accounts.id = account_id"
                " WHERE changed_by <> ? AND (made_by = ? OR usage_figures.id IN"
                " (SELECT figure_id FROM usage_before WHERE import_id = ?)) ORDER BY accounts.name, as_of",
                (import_id, import_id, import_id),
            )
        ]
        unit.db.execute(
            "INSERT INTO usage_changed(account_id) SELECT DISTINCT account_id FROM usage_figures WHERE changed_by = ?"
            " ON CONFLICT (account_id) DO NOTHING",
            (import_id,),
        )
        removed = unit.db.execute(
            "DELETE FROM usage_figures WHERE made_by = ? AND changed_by = ?", (import_id, import_id)
        ).rowcount
        before = ", ".join(
            f"{name} = (SELECT {name} FROM usage_before WHERE import_id = ? AND figure_id = usage_figures.id)"
            for name in (*_KEPT, "changed_by")
        )
        restored = unit.db.execute(
            f"UPDATE usage_figures SET {before} WHERE changed_by = ? AND id IN"
            " (SELECT figure_id FROM usage_before WHERE import_id = ?)",
            (*[import_id] * (len(_KEPT) + 1), import_id, import_id),
        ).rowcount
        unit.db.execute("DELETE FROM usage_before WHERE import_id = ?", (import_id,))
        while keep_changed(unit, AT_ONCE):
            pass
        return removed, restored, left

    def _leave(self, unit: Unit, import_id: int, again: Said) -> None:
        """What a later file that stands says too is no longer as this one left it."""
        if not again.ranges():
            return
        rows = unit.db.execute("SELECT id FROM usage_figures WHERE changed_by = ?", (import_id,)).fetchall()
        unit.db.executemany(
            "UPDATE usage_figures SET changed_by ="
            " (SELECT max(id) FROM imports WHERE kind = 'usage' AND undone_at IS NULL) WHERE id = ?",
            [(one,) for one in again.those_of(row[0] for row in rows)],
        )


_KEPT = (
    "environment",
    "tier",
    *BASE,
    "named",
    *(f"users_{place}" for place in range(1, USERS + 1)),
    *(f"measure_{place}" for place in range(1, MEASURES + 1)),
)

LOADERS = {"usage": UsageSheet}
