"""What is up for renewal in a span of days, by what is expected of it, and what has changed in that.

Written by `/renewals outlook` and its form; read by `/renewals forecast`, the report of that area, the manager's week.
Amounts are ARR in cents, by CSM and currency: currencies are never added up.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from storage.account import store as accounts
from storage.account.lists import ACTIVE
from storage.base.errors import UserError
from storage.base.exports import address_of
from storage.base.moments import civil_end, day, instant_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.db import Unit
    from storage.base.policy import Policy

Expected: TypeAlias = int | Literal["as before"] | None
OUTLOOK_LINE_LIMIT = 3000
NONE_TO_FORECAST = "There is no renewal to forecast."
UNLIKELY = ("at_risk", "churn")
"""Outlooks whose ARR is not expected, unless somebody has entered what is."""
_ENDS = {"renewal.renewed": "renewed", "renewal.churned": "churned"}
_UNDONE = "renewal.undo"


@dataclass(frozen=True, slots=True)
class Forecast:
    """One CSM's renewals in one currency, in cents; `csm_id` None: nobody's.

    `up` is what is not decided yet: it is the sum of the four outlooks, and holds what is in signature and lapsed.
    `expected` is what was entered, else the ARR where the outlook is not at risk or churn. `decided` is the ARR
    that was up in renewals that have ended, either way. `unknown` counts accounts without an ARR.
    """

    csm_id: int | None
    csm: str | None
    currency: str
    up: int = 0
    renew: int = 0
    at_risk: int = 0
    churn: int = 0
    no_outlook: int = 0
    expected: int = 0
    decided: int = 0
    in_signature: int = 0
    lapsed: int = 0
    accounts: int = 0
    unknown: int = 0


AMOUNTS = tuple(f.name for f in fields(Forecast) if f.name not in ("csm_id", "csm", "currency", "accounts", "unknown"))


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of one account's renewal: `was` and `now` are outlooks (None: none), or how it was decided."""

    account_id: int
    account: str
    csm_id: int | None
    arr_cents: int | None
    currency: str
    renewal_on: date | None
    was: str | None
    now: str | None
    line: str | None


def forecast(
    db: Connection, first: date, last: date, today: date, condition: str = "1 = 1", values: Sequence[Any] = ()
) -> list[Forecast]:
    """The renewals whose day lies in a span, by CSM and currency; a condition on `accounts` narrows them."""
    sums: dict[tuple[int | None, str | None, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = db.execute(
        f"SELECT csm_id, {address_of('csm')}, currency, accounts.outlook, arr_cents, expected_cents,"
        " accounts.renewal_on < ?1, EXISTS (SELECT 1 FROM signings WHERE signings.account_id = accounts.id"
        " AND signings.renewal_on = accounts.renewal_on AND sign_by >= ?1)"
        " FROM accounts LEFT JOIN people AS csm ON csm.id = csm_id"
        f" WHERE {ACTIVE} AND accounts.renewal_on BETWEEN ?2 AND ?3 AND {condition}",
        (today.isoformat(), first.isoformat(), last.isoformat(), *values),
    )
    for csm_id, csm, currency, outlook, arr, entered, has_passed, is_signing in rows:
        row, cents = sums[csm_id, csm, currency], arr or 0
        row["accounts"] += 1
        row["unknown"] += arr is None
        row["up"] += cents
        row[outlook or "no_outlook"] += cents
        row["expected"] += entered if entered is not None else 0 if outlook in UNLIKELY else cents
        row["in_signature"] += cents if is_signing else 0
        row["lapsed"] += cents if has_passed and not is_signing else 0
    # What an older bot recorded has no currency, and no ARR: then it is the account's.
    ended = db.execute(
        f"SELECT csm_id, {address_of('csm')}, coalesce(renewals.currency, accounts.currency),"
        " coalesce(CASE WHEN renewals.currency IS NULL THEN accounts.arr_cents ELSE arr_before_cents END, 0)"
        " FROM renewals JOIN accounts ON accounts.id = account_id LEFT JOIN people AS csm ON csm.id = csm_id"
        " WHERE renewals.id IN (SELECT max(id) FROM renewals WHERE undone_at IS NULL AND renewal_on BETWEEN ?1 AND ?2"
        f" GROUP BY account_id, renewal_on) AND archived_at IS NULL AND {condition}",
        (first.isoformat(), last.isoformat(), *values),
    )
    for csm_id, csm, currency, cents in ended:
        sums[csm_id, csm, currency]["decided"] += cents
    found = [Forecast(csm_id, csm, currency, **row) for (csm_id, csm, currency), row in sums.items()]
    return sorted(found, key=lambda row: (row.csm is None, row.csm or "", row.csm_id or 0, row.currency))


def totals(rows: Sequence[Forecast]) -> list[Forecast]:
    """The same over all CSMs, by currency."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        for name in (*AMOUNTS, "accounts", "unknown"):
            found[row.currency][name] += getattr(row, name)
    return [Forecast(None, None, currency, **sums) for currency, sums in sorted(found.items())]


def without_outlook(
    db: Connection,
    first: date,
    last: date,
    condition: str = "1 = 1",
    values: Sequence[Any] = (),
    *,
    limit: int,
    offset: int = 0,
) -> tuple[list[Account], int]:
    """A page of the renewals in a span of which nobody has said what is expected, the largest first; and how many."""
    where = f"{ACTIVE} AND outlook IS NULL AND accounts.renewal_on BETWEEN ? AND ? AND {condition}"
    span = (first.isoformat(), last.isoformat(), *values)
    (total,) = db.execute(f"SELECT count(*) FROM accounts WHERE {where}", span).fetchone()
    rows = db.execute(
        f"SELECT {accounts.COLUMNS} FROM accounts WHERE {where}"
        " ORDER BY arr_cents IS NULL, arr_cents DESC, renewal_on, name_key, id LIMIT ? OFFSET ?",
        (*span, limit, offset),
    )
    return [accounts.from_row(row) for row in rows], total


def changes(db: Connection, since: datetime, condition: str = "1 = 1", values: Sequence[Any] = ()) -> list[Changed]:
    """What became of renewals since an instant, the largest first: outlooks set, and renewals decided.

    What is as it was counts for nothing; of several changes of one account the last says what it is now. A condition on
    `accounts` narrows them.
    """
    rows = db.execute(
        "SELECT accounts.id, accounts.name, csm_id, arr_cents, accounts.currency, accounts.renewal_on, outlook,"
        " outlook_line, churned_on IS NOT NULL, action, before, after"
        " FROM audit JOIN accounts ON subject = 'account:' || accounts.id"
        " WHERE at >= ? AND archived_at IS NULL AND (action LIKE 'renewal.%' OR action LIKE 'review.%')"
        f" AND {condition}"
        " ORDER BY audit.id",
        (instant_text(since), *values),
    )
    found: dict[int, Changed] = {}
    for account_id, name, csm_id, arr, currency, renewal_on, outlook, line, gone, action, before, after in rows:
        was, became = json.loads(before), json.loads(after)
        ended = action in _ENDS
        if not ended and "outlook" not in was and action != _UNDONE:
            continue
        known = found.get(account_id)
        stands = ended and (gone or _ENDS[action] != "churned")  # who has come back is not churned now
        found[account_id] = Changed(
            account_id,
            name,
            csm_id,
            was.get("arr_cents", arr) if ended else arr,
            currency,
            day(renewal_on) if renewal_on else None,
            known.was if known else _before(action, was),
            _ENDS[action] if stands else outlook,
            became.get("line") if stands else line,
        )
    changed = [one for one in found.values() if one.was != one.now]
    return sorted(changed, key=lambda one: (-(one.arr_cents or 0), one.account, one.account_id))


def last_monday(today: date, policy: Policy) -> datetime:
    """The first instant of the Monday since which changes count: this week's, on a Monday the one before."""
    return civil_end(today - timedelta(days=(today.weekday() or 7) + 1), policy.timezone)


def _before(action: str, was: Mapping[str, Any]) -> str | None:
    """The outlook before, or how it had ended; what an end leaves as it was is not in its audit."""
    if action == _UNDONE:
        return str(was["outcome"])
    if "outlook" in was:
        return None if was["outlook"] is None else str(was["outlook"])
    return "churn" if action == "renewal.churned" else None


def set_outlook(
    unit: Unit, account_id: int, outlook: str, *, line: str | None = None, expected_cents: Expected = "as before"
) -> Account:
    """Say what is expected of an account's renewal: the outlook, why, and how much (None: its ARR).

    Raises UserError for an outlook or a text that can't be kept, Stale for an account that has no renewal to come.
    """
    account = accounts.get(unit.db, account_id)
    account.refuse_gone(NONE_TO_FORECAST)
    if outlook not in ("renew", *UNLIKELY):
        raise UserError("What is the outlook?", "Renew, at risk or churn.", field="outlook")
    kept = (line or "").strip() or None
    if kept and len(kept) > OUTLOOK_LINE_LIMIT:
        raise UserError(f"The line may have at most {OUTLOOK_LINE_LIMIT:,} characters.", field="line")
    if isinstance(expected_cents, int) and expected_cents < 0:
        raise UserError("No less than nothing can be expected.", "Leave it empty if it is not known.", field="expected")
    news: dict[str, Any] = {"outlook": outlook, "outlook_line": kept}
    if expected_cents != "as before":
        news["expected_cents"] = expected_cents
    before, after = accounts.write(unit, account_id, news)
    if after:
        said = {"outlook_line": kept} if kept else {}  # goes along though the same was said before
        unit.audit("renewal.outlook", f"account:{account_id}", before, {**after, **said})
    return accounts.get(unit.db, account_id)


def entered(db: Connection, account_id: int) -> tuple[int | None, str | None]:
    """What was entered as expected (in cents), and the line that was said of the outlook."""
    row = db.execute("SELECT expected_cents, outlook_line FROM accounts WHERE id = ?", (account_id,)).fetchone()
    return row[0], row[1]
