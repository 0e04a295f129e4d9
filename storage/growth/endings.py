"""Why an account was archived, and customers that came back: growth counts them by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.account.endings import DUPLICATE, LEFT, MERGED, NEVER, STANDS
from storage.base.errors import Stale, UserError
from storage.base.moments import day_said, latest_today, past_day_said
from storage.renewal import outcomes
from storage.renewal.record import CHURNED
from storage.success.record import COLUMNS

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit

WHYS = {MERGED: "merged into another account", DUPLICATE: "a duplicate", NEVER: "never a customer", LEFT: "it left"}
ENDED, BACK = "account.ended", "account.back"
_LEFT_LINE = "archived: it left"
_OF_BEFORE = (*COLUMNS.values(), "adopted_on", "will_churn_on")
"""What somebody entered of the account's first life."""


def why(db: Connection, account_id: int) -> tuple[str, int | None] | None:
    """Why an account is archived, and into which one it went; None where nobody said."""
    row = db.execute(
        f"SELECT why, into_id FROM account_endings JOIN accounts ON {STANDS} WHERE account_id = ?", (account_id,)
    ).fetchone()
    return (row[0], row[1]) if row else None


def end(unit: Unit, account: Account, said: str, into: Account | None = None) -> None:
    """Keep why an archived account was archived; one that left is churned today.

    Raises Stale for one that is not archived, UserError for one that is merged into nothing, itself or an archived one.
    """
    if account.archived_at is None:
        raise Stale(f"{account.name} is not archived.", "Nothing was changed.")
    if said == MERGED and (into is None or into.id == account.id or into.archived_at is not None):
        raise UserError("Into which account?", "Pick another one that is not archived.", field="into")
    before = why(unit.db, account.id)
    if said != LEFT:
        account = _did_not_leave(unit, account)
    unit.db.execute(
        "INSERT INTO account_endings(account_id, why, into_id, by_id, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (account_id) DO UPDATE SET why = excluded.why, into_id = excluded.into_id,"
        " by_id = excluded.by_id, at = excluded.at",
        (account.id, said, into.id if into and said == MERGED else None, unit.actor_id, unit.at),
    )
    after = {"why": WHYS[said]} | ({"into": into.name} if into and said == MERGED else {})
    unit.audit(ENDED, f"account:{account.id}", {"why": WHYS[before[0]]} if before else {}, after)
    if said == LEFT and account.churned_on is None:
        outcomes.churn(unit, account.id, unit.today, reason="other", line=_LEFT_LINE)


def _did_not_leave(unit: Unit, account: Account) -> Account:
    """Take back the churn that came of saying that it left, where that stands: it is archived for another reason."""
    decision = outcomes.latest(unit.db, account.id)
    if decision is None or decision.outcome != CHURNED or decision.line != _LEFT_LINE:
        return account
    if account.churned_on is None or account.churned_on != decision.effective_on:
        return account  # back since, or somebody has said another day
    outcomes.take_back(unit, account.id)
    return accounts.get(unit.db, account.id)


def back(unit: Unit, account: Account, on: date, arr_cents: int | None = None, renewal_on: date | None = None) -> None:
    """A customer that left is back since a day: a new start. What was lost stays lost.

    What was reached the first time is not reached now, nobody expects it to churn, and it renews on the day that is
    said; nothing said, a day that has been is dropped. An archived one is among the others again.
    Raises Stale for one that never left, UserError for a day ahead, before it left, or a renewal before it is back.
    """
    if account.churned_on is None:
        raise Stale(f"{account.name} is not recorded as churned.", "Nothing was changed.")
    accounts.refuse_namesake(unit.db, account)
    if on > latest_today(unit.own_today):
        raise UserError(f"{day_said(on, unit.own_today)} is still ahead.", "Say it when they are back.", field="on")
    on = unit.kept(on)
    if on < account.churned_on:
        raise UserError(f"It left on {past_day_said(account.churned_on, unit.own_today)}, after that.", field="on")
    if renewal_on is not None and renewal_on <= on:
        raise UserError("It would renew before it is back.", "Pick a later day.", field="renewal_on")
    row = unit.db.execute(
        "INSERT INTO account_returns(account_id, left_on, back_on, by_id, at) VALUES (?, ?, ?, ?, ?) RETURNING id",
        (account.id, account.churned_on.isoformat(), on.isoformat(), unit.actor_id, unit.at),
    ).fetchone()
    fields: dict[str, object] = {"churned_on": None, "archived_at": None, **dict.fromkeys(_OF_BEFORE)}
    fields |= {"started_on": on.isoformat(), "started_known_at": unit.at}
    if account.outlook == "churn":
        fields |= outcomes.NOTHING_EXPECTED
    if renewal_on is not None or (account.renewal_on is not None and account.renewal_on <= unit.today):
        fields["renewal_on"] = renewal_on.isoformat() if renewal_on else None
    if arr_cents is not None:
        fields["arr_cents"] = arr_cents
    before, after = accounts.write(unit, account.id, fields)
    unit.audit(BACK, f"account:{account.id}", before, {**after, "back": row[0]})


def take_back_return(unit: Unit, return_id: int) -> bool:
    """It was not back after all; whether that stood."""
    gone = unit.db.execute(
        "UPDATE account_returns SET undone_at = ? WHERE id = ? AND undone_at IS NULL", (unit.at, return_id)
    )
    return gone.rowcount > 0
