"""Cards in account channels, as outbox rows: posted once, edited in place from then on.

Called by every change of a CTA, inside its unit of work. Rows hold no text: `reminders/cta/messages.py` renders today's
facts when the row is sent. Whether a channel is shared with another company is looked at then, by delivery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base import outbox
from storage.base.outbox_row import CANCELLED, PENDING, SENDING, SENT, UNKNOWN, Draft

if TYPE_CHECKING:
    from storage.base.db import Unit
    from storage.cta.record import Cta


def card_opened(unit: Unit, cta: Cta, channel_id: str | None) -> None:
    """Have the card of a new CTA posted, unless it is internal, a checklist, or the account has no channel."""
    if channel_id and not cta.internal and not cta.is_checklist:
        outbox.put(unit, _draft(unit, cta, _key(cta), channel_id))


def card_changed(unit: Unit, cta: Cta) -> None:
    """Have the CTA's card follow: edited, or posted now if it has none yet and is open and no more internal.

    What is still pending is enough: it will show the facts of the moment in which it is sent.
    """
    card = unit.db.execute(
        "SELECT state, recipient, EXISTS (SELECT 1 FROM outbox WHERE cta_id = ? AND kind = 'card' AND op = 'update'"
        " AND state = 'pending') FROM outbox WHERE dedupe_key = ?",
        (cta.id, _key(cta)),
    ).fetchone()
    if card is None:
        if cta.is_open:
            channel = unit.db.execute("SELECT channel_id FROM accounts WHERE id = ?", (cta.account_id,)).fetchone()[0]
            card_opened(unit, cta, channel)
        return
    state, channel_id, edit_is_pending = card
    if state == CANCELLED and cta.is_open and not cta.internal:
        unit.db.execute(
            "UPDATE outbox SET state = ?, error = NULL, updated_at = ? WHERE dedupe_key = ? AND state = ?",
            (PENDING, unit.at, _key(cta), CANCELLED),
        )
    elif state in (SENDING, SENT, UNKNOWN) and not edit_is_pending:
        outbox.put(unit, _draft(unit, cta, f"{_key(cta)}:{cta.version}", channel_id, op="update"))


def _key(cta: Cta) -> str:
    return f"card:{cta.id}"


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
