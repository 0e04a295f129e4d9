"""The objection loop: what was named with a no, and what came of trying again; for `/playbooks reasons`."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from storage.report.objections_record import Again, Behind, Named
from storage.report.store import CLOSED, OPENED, ctas_in

if TYPE_CHECKING:
    from sqlite3 import Connection

    from storage.base.quarters import Span
    from storage.report.tally import Scope


def opened_again(db: Connection, scope: Scope) -> dict[str, Again]:
    """What became of CTAs linked to one that ended without success, by the reason given there.

    Bringing back a deferred CTA links the new one to it; so does the click that opens one after any other no.
    """
    condition, values = ctas_in(scope)
    rows = db.execute(
        "SELECT (SELECT past.reason FROM ctas AS past WHERE past.id = ctas.linked_to"
        "  AND past.status = 'closed_no_success' AND past.reported = 1) AS gave,"
        " count(*) FILTER (WHERE status = 'closed_success'),"
        " count(*) FILTER (WHERE status = 'closed_no_success'),"
        " count(*) FILTER (WHERE closed_on IS NULL)"
        f" FROM ctas WHERE linked_to IS NOT NULL AND {OPENED}{condition}"
        " GROUP BY 1",
        values,
    )
    return {row[0]: Again(row[1], row[2], row[3]) for row in rows if row[0] is not None}


def named(db: Connection, span: Span, scope: Scope) -> list[Named]:
    """The gaps and vendors named with a no in `span`, case and spaces ignored, the most frequent first."""
    condition, values = ctas_in(scope)
    rows = db.execute(
        "SELECT ctas.reason, ctas.detail, accounts.id, accounts.arr_cents, accounts.currency"
        " FROM ctas JOIN accounts ON accounts.id = ctas.account_id"
        f" WHERE {CLOSED} AND ctas.status = 'closed_no_success' AND closed_day BETWEEN ? AND ?"
        f" AND ctas.detail IS NOT NULL{condition} ORDER BY ctas.id",
        (span.first.toordinal(), span.last.toordinal(), *values),
    )
    spellings: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    behind: dict[tuple[str, str], dict[int, tuple[str, int]]] = defaultdict(dict)
    for reason, detail, account_id, arr_cents, currency in rows:
        key = (reason, " ".join(detail.split()).casefold())
        spellings[key][" ".join(detail.split())] += 1
        behind[key][account_id] = (currency, arr_cents or 0)
    found = [_named(key[0], spelt, behind[key]) for key, spelt in spellings.items()]
    return sorted(found, key=lambda one: (-one.count, one.reason, one.detail.casefold()))


def behind(db: Connection, span: Span, scope: Scope) -> dict[str, Behind]:
    """By reason the accounts that gave it in `span`, and their ARR, each account counted once."""
    condition, values = ctas_in(scope)
    rows = db.execute(
        "SELECT DISTINCT ctas.reason, accounts.id, accounts.arr_cents, accounts.currency"
        " FROM ctas JOIN accounts ON accounts.id = ctas.account_id"
        f" WHERE {CLOSED} AND ctas.status = 'closed_no_success' AND closed_day BETWEEN ? AND ?{condition}",
        (span.first.toordinal(), span.last.toordinal(), *values),
    )
    accounts: dict[str, dict[int, tuple[str, int]]] = defaultdict(dict)
    for reason, account_id, arr_cents, currency in rows:
        accounts[reason][account_id] = (currency, arr_cents or 0)
    return {reason: Behind(len(found), _arr(found)) for reason, found in accounts.items()}


def _arr(accounts: dict[int, tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    arr: Counter[str] = Counter()
    for currency, cents in accounts.values():
        arr[currency] += cents
    return tuple(sorted((currency, cents) for currency, cents in arr.items() if cents))


def _named(reason: str, spelt: Counter[str], accounts: dict[int, tuple[str, int]]) -> Named:
    return Named(
        reason=reason,
        detail=spelt.most_common(1)[0][0],
        count=spelt.total(),
        accounts=len(accounts),
        arr_cents=_arr(accounts),
    )
