"""How renewals ended in a span of days, and which have lapsed: what reports count, and the lists behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from storage.base.moments import civil_day, civil_end, instant, instant_text, maybe_day
from storage.renewal import outcomes
from storage.report.record import LAPSED, EndedRenewal
from storage.report.store import accounts_in

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.base.quarters import Span
    from storage.report.tally import Scope

_WHOSE = "accounts.id, accounts.name, csm_id, people.name, people.slack_id"


def decided(db: Connection, policy: Policy, span: Span, scope: Scope) -> list[EndedRenewal]:
    """The renewals that were decided in a span, by the day on which that was recorded; what was taken back is not.

    Of several decisions of one renewal the last counts. What an older bot recorded has no currency: then it is the
    account's, and so is its ARR.
    """
    condition, values = accounts_in(scope)
    first = civil_end(span.first - timedelta(days=1), policy.timezone)
    last = civil_end(span.last, policy.timezone)
    rows = db.execute(
        f"SELECT {_WHOSE}, outcome, renewals.renewal_on, next_renewal_on, coalesce(renewals.currency,"
        " accounts.currency), CASE WHEN renewals.currency IS NULL THEN accounts.arr_cents ELSE arr_before_cents END,"
        " renewals.arr_cents, reason, line, decided_at"
        " FROM renewals JOIN accounts ON accounts.id = account_id LEFT JOIN people ON people.id = csm_id"
        " WHERE renewals.id IN (SELECT max(id) FROM renewals WHERE undone_at IS NULL GROUP BY account_id, renewal_on)"
        f" AND decided_at >= ? AND decided_at < ?{condition} ORDER BY decided_at, renewals.id",
        (instant_text(first), instant_text(last), *values),
    )
    return [_ended(row, civil_day(instant(row[13]), policy.timezone)) for row in rows]


def lapsed(db: Connection, policy: Policy, today: date, scope: Scope) -> list[EndedRenewal]:
    """The renewals that passed undecided and are not in signature: what passed long ago last, the largest first."""
    condition, values = accounts_in(scope)
    undecided, more = outcomes.undecided(policy, today)
    order, last = outcomes.first_lapsed(policy, today)
    rows = db.execute(
        f"SELECT {_WHOSE}, '{LAPSED}', accounts.renewal_on, NULL, currency, arr_cents, NULL, NULL, NULL"
        f" FROM accounts LEFT JOIN people ON people.id = csm_id WHERE {undecided}{condition}"
        f" ORDER BY {order}",
        (*more, *values, *last),
    )
    return [_ended(row, None) for row in rows]


def _ended(row: Any, decided_on: date | None) -> EndedRenewal:
    whose = tuple(row)
    return EndedRenewal(*(*whose[:6], maybe_day(whose[6]), maybe_day(whose[7]), *whose[8:13], decided_on))
