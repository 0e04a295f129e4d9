"""Cards in account channels, as outbox rows: posted once, edited in place from then on.

Called by every change of a CTA, inside its unit of work. Rows hold no text: `reminders/cards.py` renders today's
facts when the row is sent. Whether a channel is shared with another company is looked at then, by delivery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import outbox
from storage.model.outbox import CANCELLED, PENDING, SENDING, SENT, UNKNOWN, Draft

if TYPE_CHECKING:
    from storage.db import Unit
    from storage.model.cta import Cta


def card_changed(unit: Unit, cta: Cta, channel_id: str | None) -> None:
    """Have the CTA's card follow: posted if it is open, shared with the customer and has no card yet, else edited.

    What is still pending is enough: it will show the facts of the moment in which it is sent.
    """
    found = unit.db.execute("SELECT state FROM outbox WHERE dedupe_key = ?", (_key(cta),)).fetchone()
    if found is None:
        if channel_id and cta.is_open and not cta.internal:
            outbox.put(unit, _draft(unit, cta, _key(cta), channel_id))
    elif found[0] == CANCELLED and cta.is_open and not cta.internal:
        unit.db.execute(
            "UPDATE outbox SET state = ?, error = NULL, updated_at = ? WHERE dedupe_key = ? AND state = ?",
            (PENDING, unit.at, _key(cta), CANCELLED),
        )
    elif found[0] in (SENDING, SENT, UNKNOWN) and channel_id and not _edit_pending(unit, cta):
        outbox.put(unit, _draft(unit, cta, f"{_key(cta)}:{cta.version}", channel_id, op="update"))


def _key(cta: Cta) -> str:
    return f"card:{cta.id}"


def _edit_pending(unit: Unit, cta: Cta) -> bool:
    row = unit.db.execute(
        "SELECT 1 FROM outbox WHERE cta_id = ? AND kind = 'card' AND op = 'update' AND state = 'pending'", (cta.id,)
    ).fetchone()
    return row is not None


def _draft(unit: Unit, cta: Cta, key: str, channel_id: str, op: str = "post") -> Draft:
    return Draft(
        dedupe_key=key,
        kind="card",
        op=op,
        destination=f"channel:{channel_id}",
        recipient=channel_id,
        not_before=unit.now,
        account_id=cta.account_id,
        cta_id=cta.id,
        why="the CTA was opened" if op == "post" else "the CTA changed",
    )
