"""How long words and traces are kept (`[retention]`), and dropping what is older: a slice at a time.

Never dropped: what figures are worked out from, what dedupe needs (a key under which something could fall due again
stays, without its words), and changes that nobody has been told of yet. Called at night by reminders/.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from storage.base.moments import instant_text
from storage.base.nouns import handed_in
from storage.base.outbox_row import CANCELLED, DEAD, EXPIRED, SENT
from storage.base.remarks import needed_actions, remarks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.policy import Policy
    from storage.base.remarks import Remark

    Drop = Callable[[Unit], object]

AT_ONCE = 500
_DONE = "retained_on"
_ENDED = json.dumps([SENT, CANCELLED, EXPIRED, DEAD])


def months_before(now: datetime, months: int) -> datetime:
    """That many calendar months earlier."""
    return now - relativedelta(months=months)


def forget_inbox(unit: Unit) -> int:
    """Drop the inbox keys that are too old to come again; how many."""
    before = instant_text(unit.now - timedelta(hours=unit.policy.retention.inbox_hours))
    return unit.db.execute("DELETE FROM inbox WHERE received_at < ?", (before,)).rowcount


def is_due(db: Connection, now: datetime) -> bool:
    """Whether today's slices were not dropped yet."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_DONE,)).fetchone()
    return row is None or row[0] != f"{now:%Y-%m-%d}"


def done(unit: Unit) -> None:
    """Today's were dropped."""
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_DONE, f"{unit.now:%Y-%m-%d}"),
    )


def slices(db: Connection, policy: Policy, now: datetime, told_once: Collection[str]) -> Iterator[Drop]:
    """What is too old, as pieces to be dropped in a unit of work each; it is read between them.

    `told_once`: kinds of outbox rows under whose keys nothing ever falls due again, such as a week's summary.
    """
    kept = policy.retention
    if kept.notes:
        before = instant_text(months_before(now, kept.notes))
        for remark in remarks():
            yield from _of_remark(db, remark, before)
    if kept.audit:
        before = instant_text(months_before(now, kept.audit))
        yield from _of_audit(db, before)
        yield from _of_imports(db, before)
    if kept.outbox:
        yield from _of_outbox(db, instant_text(months_before(now, kept.outbox)), told_once)


def _pieces(ids: list[int]) -> Iterator[str]:
    for start in range(0, len(ids), AT_ONCE):
        yield json.dumps(ids[start : start + AT_ONCE])


def _doing(sql: str, *values: str) -> Drop:
    return lambda unit: unit.db.execute(sql, values)


def _of_remark(db: Connection, remark: Remark, before: str) -> Iterator[Drop]:
    # A day stands before all instants of it: what has a day alone goes a day earlier at most.
    rows = db.execute(
        f"SELECT {remark.key} FROM {remark.table} WHERE {remark.on} < ? AND {remark.over} AND {remark.filled}",
        (before,),
    )
    for among in _pieces([row[0] for row in rows]):
        yield _doing(f"{remark.drop} WHERE {remark.key} IN (SELECT value FROM json_each(?))", among)


def _of_audit(db: Connection, before: str) -> Iterator[Drop]:
    """Rows that nothing is built on, up to what everybody was told of."""
    told = [
        floor
        for noun in handed_in("storage", "remarks")
        if hasattr(noun, "audit_told")
        for floor in noun.audit_told(db)
    ]
    told += [int(row[0]) for row in db.execute("SELECT value FROM meta WHERE key LIKE 'exported:%'")]
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM audit").fetchone()
    upto = min([*told, last])
    after = 0
    while True:
        rows = db.execute(
            "SELECT id FROM audit WHERE id > ? AND id <= ? AND at < ? AND action NOT LIKE '%.undo'"
            " AND action NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?",
            (after, upto, before, json.dumps(sorted(needed_actions())), AT_ONCE),
        ).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield _doing("DELETE FROM audit WHERE id IN (SELECT value FROM json_each(?))", json.dumps([r[0] for r in rows]))


def _of_imports(db: Connection, before: str) -> Iterator[Drop]:
    """What imports changed that can't be taken back any more, and conflicts decided by then: words stand in both."""
    for (import_id,) in db.execute("SELECT id FROM imports WHERE imported_at < ? ORDER BY id", (before,)).fetchall():
        rows = db.execute("SELECT record_id FROM import_changes WHERE import_id = ?", (import_id,))
        for among in _pieces([row[0] for row in rows]):
            yield _doing(
                f"DELETE FROM import_changes WHERE import_id = {int(import_id)}"
                " AND record_id IN (SELECT value FROM json_each(?))",
                among,
            )
    decided = db.execute("SELECT id FROM conflicts WHERE decided_at < ?", (before,))
    for among in _pieces([row[0] for row in decided]):
        yield _doing("DELETE FROM conflicts WHERE id IN (SELECT value FROM json_each(?))", among)


def _of_outbox(db: Connection, before: str, told_once: Collection[str]) -> Iterator[Drop]:
    """Rows that can't come again go; of the others the words do, where no message is edited by them any more."""
    after, once = 0, set(told_once)
    while True:
        rows = db.execute(
            "SELECT id, kind, op, account_id, cta_id, payload, why, created_at FROM outbox WHERE id > ?"
            " ORDER BY id LIMIT ?",
            (after, AT_ONCE),
        ).fetchall()
        if not rows or rows[0][7] >= before:
            return
        after = rows[-1][0]
        old = [row for row in rows if row[7] < before]
        gone = _whose_record_is_gone(db, old)
        never = [row[0] for row in old if row[2] == "update" or row[1] in once or row[0] in gone]
        worded = [row[0] for row in old if row[1] not in ("card", "notice") and (row[5] != "{}" or row[6])]
        ended = (
            "id IN (SELECT value FROM json_each(?)) AND updated_at < ? AND state IN (SELECT value FROM json_each(?))"
        )
        if never:
            yield _doing(f"DELETE FROM outbox WHERE {ended}", json.dumps(never), before, _ENDED)
        if left := sorted(set(worded) - set(never)):
            yield _doing(
                f"UPDATE outbox SET payload = '{{}}', why = '' WHERE {ended}", json.dumps(left), before, _ENDED
            )


def _whose_record_is_gone(db: Connection, rows: list[tuple[object, ...]]) -> set[object]:
    found: set[object] = set()
    for column, table in ((3, "accounts"), (4, "ctas")):
        named = {row[column] for row in rows if row[column] is not None}
        among = json.dumps(sorted(named, key=str))
        there = {
            row[0]
            for row in db.execute(f"SELECT id FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (among,))
        }
        found |= {row[0] for row in rows if row[column] is not None and row[column] not in there}
    return found
