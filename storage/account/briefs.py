"""All that is known of one account, read at once: for its card, its brief and whatever is said about it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.brief import Brief
from storage.base import people
from storage.cta import store as ctas
from storage.ebr import store as ebrs
from storage.renewal import store as renewals
from storage.renewal.review_steps import ebr_due_on, review_steps

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.cta.record import Cta


def brief(db: Connection, policy: Policy, account_id: int, *, closed: int = 50) -> Brief:
    """The brief of an account, with its latest `closed` closed CTAs; raises NotFound."""
    account = accounts.get(db, account_id)
    open_ctas = _ctas(db, account_id, "status IN ('new', 'work_in_progress')", "coalesce(due_on, '9999'), id", 100)
    closed_ctas = _ctas(
        db, account_id, "status IN ('closed_success', 'closed_no_success')", "closed_on DESC, id DESC", closed
    )
    reviews = renewals.of_account(db, account_id)
    meetings = ebrs.of_accounts(db, [account_id])[account_id]
    agreed_by = db.execute("SELECT ebr_cadence_agreed_by FROM accounts WHERE id = ?", (account_id,)).fetchone()[0]
    held = max((e.held_on for e in meetings if e.held_on), default=None)
    return Brief(
        account=account,
        people=people.many(db, [*account.team_ids, *(c.owner_id for c in (*open_ctas, *closed_ctas))]),
        open_ctas=open_ctas,
        closed_ctas=closed_ctas,
        reviews=tuple(reviews),
        steps=tuple(review_steps(account, reviews, policy)),
        renewals=tuple(renewals.history(db, account_id)),
        ebrs=tuple(sorted(meetings, key=lambda e: e.held_on or e.scheduled_on or date.min, reverse=True)),
        ebr_due_on=ebr_due_on(account, held, policy),
        agreed_by=agreed_by,
    )


def _ctas(db: Connection, account_id: int, where: str, order: str, limit: int) -> tuple[Cta, ...]:
    rows = db.execute(
        f"SELECT {ctas.COLUMNS} FROM ctas WHERE account_id = ? AND {where} ORDER BY {order} LIMIT ?",
        (account_id, limit),
    )
    return tuple(ctas.from_row(row) for row in rows)
