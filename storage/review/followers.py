"""What follows for questions of reviews when an account is back that was archived or churned; handed in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base import marks
from storage.base.moments import day
from storage.base.reminder import GONE
from storage.review import store

if TYPE_CHECKING:
    from storage.base.db import Unit


def account_back(unit: Unit, account_id: int) -> None:
    """A question that was not put, since its account was gone on its morning, is put after all: no plan brings it."""
    rows = unit.db.execute(
        "SELECT id, dedupe_key, payload FROM outbox WHERE dedupe_key >= 'review_ask:' AND dedupe_key < 'review_ask;'"
        " AND state = 'cancelled' AND error = ? AND slack_ts IS NULL AND expires_at > ?",
        (GONE, unit.at),
    ).fetchall()
    for row_id, key, payload in rows:
        asked = json.loads(payload)
        found = store.asked(unit.db, asked["by"], asked["csm"], day(asked["on"]))
        waiting = [one for one in found if one.waits]
        if not any(one.account_id == account_id for one in waiting):
            continue
        unit.db.execute(
            "UPDATE outbox SET state = 'pending', error = NULL, updated_at = ? WHERE id = ?", (unit.at, row_id)
        )
        marks.put_news(unit, [(key, f"manager_review:{one.id}", "asked", asked["on"]) for one in waiting])
