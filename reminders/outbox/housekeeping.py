"""What is done now and then: a sign of life, alerts about rows in trouble, old keys dropped, chores.

Called by the scheduler's jobs and by `bot.py tick`; each does its work in one unit and may be repeated freely.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from reminders.engine.kinds import NewsRule, RecordRule, kinds
from reminders.outbox.naming import called, row_words
from storage.base import destinations, retention, sending, upkeep
from storage.base.health import Health
from storage.base.nouns import handed_in
from storage.base.outbox_row import DEAD, UNKNOWN

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from storage.base.db import Store
    from storage.base.leases import Fenced

_ROW = "row:"
_PAUSE = 0.01


def health(db: Connection, now: datetime) -> Health:
    """How delivery is at `now`."""
    return Health(
        counts=upkeep.counts(db),
        overdue_since=upkeep.overdue_since(db, now),
        troubles=tuple(replace(one, name=called(db, one.id)) for one in destinations.troubles(db)),
        held={called(db, name): until for name, until in destinations.held(db, now).items()},
        alive_at=upkeep.alive_at(db),
    )


def each_minute(store: Store | Fenced, now: datetime) -> None:
    """Leave a sign of life; tell operations once of rows unknown for long, and once when they are known."""
    long_ago = now - timedelta(minutes=store.policy.delivery.unknown_alert_minutes)
    with store.write(now) as unit:
        upkeep.sign_of_life(unit)
        for row in sending.unknown_since(unit.db, long_ago):
            words = f"Whether it arrived is not known: {row_words(unit.db, row)}: {row.error}"
            destinations.set_health(unit, f"{_ROW}{row.id}", UNKNOWN, row.error, words)
        for trouble in destinations.troubles(unit.db):
            if trouble.health in (UNKNOWN, DEAD):
                now_row = sending.by_id(unit.db, int(trouble.id.removeprefix(_ROW)))
                if now_row is None or now_row.state != trouble.health:
                    words = f"{'Now ' + now_row.state if now_row else 'Gone'}: {called(unit.db, trouble.id)}"
                    destinations.set_health(unit, trouble.id, destinations.OK, None, words)
    store.checkpoint()


def keep_house(store: Store | Fenced, now: datetime) -> None:
    """Drop inbox keys that are too old to come again, close expired rows, and what nouns do at night (`chores.py`).

    Once a day also what `[retention]` says is too old, in slices: others write between them.
    """
    with store.write(now) as unit:
        retention.forget_inbox(unit)
        sending.expire(unit)
        for noun in handed_in("reminders", "chores"):
            for chore in getattr(noun, "NIGHTLY", ()):
                chore(unit)
    if not retention.is_due(store.connection(), now):
        return
    once = [name for name, kind in kinds().items() if not isinstance(kind.rule, RecordRule | NewsRule)]
    for drop in retention.slices(store.connection(), store.policy, now, once):
        with store.write(now) as unit:
            drop(unit)
        time.sleep(_PAUSE)
    with store.write(now) as unit:
        retention.done(unit)
