"""What the planner writes: rows into the outbox, and when each account and CTA is next due for a look.

`look_at` '' means at once: a write marks what it changed, triggers see to the rest (migrations/marks.py).
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from storage.base.dialect import version_seen
from storage.base.moments import instant, instant_text
from storage.base.outbox import DRAFTED, drafted
from storage.base.outbox_row import CANCELLED, PENDING
from storage.base.planning import AMONG, pages
from storage.base.reminder import MISSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Unit
    from storage.base.outbox_row import Draft

NEVER = "9999"
_LONG = timedelta(days=1)
_STATE_KEY = "planner"
_AT_ONCE = 20


class DueRecord(NamedTuple):
    """A record due for a look; `changed`: because of a write, rather than time having come; `whose`: its CSM's id."""

    id: int
    whose: int | None = None
    changed: bool = False


def data_version(db: Connection) -> int:
    """A number that changes when another connection has changed the database."""
    return version_seen(db)


def planner_state(db: Connection) -> tuple[str, str]:
    """When plans of the month and weekly summaries are next due, and by which rules all marks were set."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_STATE_KEY,)).fetchone()
    look_at, _, rules = (row[0] if row else "").partition(" ")
    return look_at, rules


def keep_planner_state(unit: Unit, look_at: str, rules: str) -> None:
    """Remember what `planner_state` gives."""
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_STATE_KEY, f"{look_at} {rules}"),
    )


def look_at_calendar(unit: Unit) -> None:
    """Have what hangs on the calendar looked at again: who is reminded of it is somebody else now."""
    keep_planner_state(unit, "", planner_state(unit.db)[1])


class Looks(NamedTuple):
    """The marks of a table's records, and in SQL: whose one is, and a page of those that may be reminded of.

    `only`: others have no mark. `gives_accounts`: with a changed one somebody may have got a first account.
    """

    table: str
    page: str
    whose: str = "(SELECT csm_id FROM accounts WHERE accounts.id = account_id)"
    only: str = "1 = 1"
    gives_accounts: bool = True

    def due(self, db: Connection, now: datetime, limit: int) -> list[DueRecord]:
        """Records due for a look, those that changed first."""
        columns = f"id, {self.whose}, look_at = ''" if self.gives_accounts else "id"
        rows = db.execute(
            f"SELECT {columns} FROM {self.table} WHERE look_at <= ? AND {self.only} ORDER BY look_at LIMIT ?",
            (instant_text(now), limit),
        )
        return [DueRecord(*row) for row in rows]

    def keep(self, unit: Unit, looks: Iterable[tuple[datetime | None, int]]) -> None:
        """Set when records are next due for a look (None: only once somebody changes them)."""
        unit.db.executemany(f"UPDATE {self.table} SET look_at = ? WHERE id = ?", _marked(looks))

    def next(self, db: Connection) -> str:
        """The earliest mark: an instant as text, '' for at once, NEVER for none."""
        row = db.execute(f"SELECT look_at FROM {self.table} WHERE {self.only} ORDER BY look_at LIMIT 1").fetchone()
        return str(row[0]) if row else NEVER

    def again(self, unit: Unit) -> None:
        """The rules have changed: look at all records again."""
        unit.db.execute(f"UPDATE {self.table} SET look_at = '' WHERE look_at <> '' AND {self.only}")

    def pages(self, db: Connection, size: int) -> Iterator[list[int]]:
        """The ids of all records that may be reminded of, page by page."""
        return pages(db, self.page, size)

    def owner_of(self, db: Connection, record_id: int) -> int | None:
        """Whose a record is, None for nobody's or an unknown one."""
        row = db.execute(f"SELECT {self.whose} FROM {self.table} WHERE id = ?", (record_id,)).fetchone()
        return row[0] if row else None


def _marked(looks: Iterable[tuple[datetime | None, int]]) -> list[tuple[str, int]]:
    """Marks as stored, each with its record's id; many have the same."""
    texts: dict[datetime | None, str] = {}
    found = []
    for at, record_id in looks:
        text = texts.get(at)
        if text is None:
            text = texts[at] = mark(at)
        found.append((text, record_id))
    return found


def planned_at(db: Connection) -> datetime | None:
    """The instant of the last pass that did anything; None for never."""
    row = db.execute("SELECT value FROM meta WHERE key = 'planned_at'").fetchone()
    return instant(row[0]) if row else None


def keep_planned_at(unit: Unit) -> None:
    """Remember what `planned_at` gives."""
    unit.db.execute(
        "INSERT INTO meta(key, value) VALUES ('planned_at', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (unit.at,),
    )


_OF_A_RULE = """payload LIKE '{"owner":%'"""
"""What rules put in, and will again: a row says no more than whose it is. All else was put in by what people did."""


def forget_after_now(unit: Unit) -> int:
    """Drop planned rows that were put in, or given up, later than now and sent to nobody; how many.

    What people's deeds put in stays, and waits again if it was given up; what was put off until then goes on, but for
    what was to wait from the first: the day that somebody chose comes, unless the clock was off by more than that. A
    claim of the future would have no end.
    """
    gone = unit.db.execute(
        f"DELETE FROM outbox WHERE slack_ts IS NULL AND {_OF_A_RULE} AND (created_at > ?1 AND state IN"
        " ('pending', 'cancelled', 'expired') OR updated_at > ?1 AND (state = 'expired'"
        f" OR state = 'cancelled' AND error LIKE '{MISSED}%'))",
        (unit.at,),
    )
    unit.db.execute(
        "UPDATE outbox SET state = 'pending', error = NULL, updated_at = ?1, not_before ="
        " CASE WHEN not_before < expires_at THEN not_before ELSE ?1 END"
        " WHERE state = 'expired' AND updated_at > ?1 AND expires_at > ?1 AND slack_ts IS NULL",
        (unit.at,),
    )
    unit.db.execute(
        "UPDATE outbox SET not_before = ?1 WHERE state = 'pending' AND not_before > ?1"
        " AND (created_at > ?1 OR updated_at > ?1)"
        " AND NOT (not_before = post_at AND not_before > created_at AND updated_at <= ?2)",
        (unit.at, instant_text(unit.now + _LONG)),
    )
    unit.db.execute(
        "UPDATE outbox SET claimed_at = CASE WHEN claimed_at > ?1 THEN ?1 ELSE claimed_at END, updated_at = ?1"
        " WHERE state IN ('sending', 'unknown') AND updated_at > ?1",
        (unit.at,),
    )
    unit.db.execute(
        "UPDATE destinations SET blocked_until = NULL WHERE blocked_until > ?", (instant_text(unit.now + _LONG),)
    )
    return gone.rowcount


def mark(at: datetime | None) -> str:
    """A mark as stored."""
    return NEVER if at is None else instant_text(at)


def looked_at(text: str) -> datetime | None:
    """The instant of a mark that is neither '' nor NEVER."""
    return None if text in ("", NEVER) else instant(text)


def put(unit: Unit, drafts: Iterable[Draft], *, cancelled: str | None = None) -> int:
    """Put rows in; how many. A key that was called off and never sent is taken up again, others are left.

    `cancelled`: they are recorded as cancelled, for this reason.
    """
    ending = (CANCELLED if cancelled else PENDING, cancelled)
    by_key: dict[str, Draft] = {}
    for draft in drafts:
        by_key.setdefault(draft.dedupe_key, draft)  # no statement may meet a row twice
    rows = [drafted(unit, draft) + ending for draft in by_key.values()]
    done = 0
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        done += unit.db.execute(_putting(len(some)), tuple(chain.from_iterable(some))).rowcount
    return done


@cache
def _putting(rows: int) -> str:
    """Puts so many rows in. Several at a time: what may change another row costs SQLite a savepoint a statement."""
    row = f"({', '.join('?' * (DRAFTED.count(',') + 3))})"
    return (
        f"INSERT INTO outbox({DRAFTED}, state, error) VALUES {', '.join([row] * rows)}"
        " ON CONFLICT (dedupe_key) DO UPDATE SET state = excluded.state, error = excluded.error,"
        " destination = excluded.destination, recipient = excluded.recipient, post_at = excluded.post_at,"
        " late = excluded.late, why = excluded.why, not_before = excluded.not_before,"
        " expires_at = excluded.expires_at, attempts = 0, claimed_at = NULL, claim = NULL,"
        " updated_at = excluded.updated_at"
        " WHERE outbox.state = 'cancelled' AND outbox.slack_ts IS NULL"
    )


def put_news(unit: Unit, news: Iterable[tuple[str, str, str, str]]) -> None:
    """Note what a `cta_morning` row tells: (dedupe key, subject, state, due date)."""
    told = list(news)
    rows = unit.db.execute(
        f"SELECT dedupe_key, id FROM outbox WHERE dedupe_key {AMONG}", (json.dumps(sorted({key for key, *_ in told})),)
    )
    ids = dict(rows.fetchall())
    unit.db.executemany(
        "INSERT INTO outbox_news(outbox_id, subject, state, due_on) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(ids[key], *mark) for key, *mark in told],
    )


def news_states(db: Connection, keys: Iterable[str]) -> dict[str, list[str]]:
    """The states of all news in these `cta_morning` rows, by dedupe key."""
    rows = db.execute(
        "SELECT dedupe_key, outbox_news.state FROM outbox JOIN outbox_news ON outbox_id = outbox.id"
        f" WHERE dedupe_key {AMONG}",
        (json.dumps(list(keys)),),
    )
    found: dict[str, list[str]] = {}
    for key, state in rows:
        found.setdefault(key, []).append(state)
    return found


def explain(unit: Unit, reasons: Iterable[tuple[str, str]]) -> None:
    """Put pending rows' reasons right: (why, dedupe key)."""
    unit.db.executemany("UPDATE outbox SET why = ? WHERE dedupe_key = ? AND state = 'pending'", reasons)


def copy_news(unit: Unit, outbox_id: int, dedupe_key: str) -> None:
    """The row of this key goes out in a row's place: it tells the same news."""
    unit.db.execute(
        "INSERT INTO outbox_news(outbox_id, subject, state, due_on)"
        " SELECT outbox.id, told.subject, told.state, told.due_on"
        " FROM outbox JOIN outbox_news AS told ON told.outbox_id = ? WHERE dedupe_key = ? ON CONFLICT DO NOTHING",
        (outbox_id, dedupe_key),
    )


def drop_news(unit: Unit, outbox_id: int, news: Iterable[tuple[str, str, str]]) -> None:
    """Take out of a `cta_morning` row what is no longer true: it was not told."""
    unit.db.executemany(
        "DELETE FROM outbox_news WHERE outbox_id = ? AND subject = ? AND state = ? AND due_on = ?",
        ((outbox_id, *mark) for mark in news),
    )
