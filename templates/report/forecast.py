"""What report/forecast.json.j2 shows of a quarter's forecast, and a change of it in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from storage.renewal.forecast import totals
from templates.account.show import SCOPE_WORDS
from templates.blocks import figures
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, money_words, mrkdwn
from templates.blocks.words import joined, person_words
from templates.report.show import OUTLOOKS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.base.quarters import Quarter
    from storage.renewal.forecast import Changed, Forecast

CSMS, CHANGES = 20, 8
NAME = 80
_SCOPES = {"mine": "Mine", "team": "My team", "all": "All"}


def forecast(
    rows: Sequence[Forecast],
    changes: Sequence[Changed],
    unsaid: Sequence[Account],
    people: Mapping[int, Person],
    policy: Policy,
    today: date,
    *,
    quarter: Quarter,
    scope: str,
    scopes: Sequence[str],
    total: int,
    offset: int,
    size: int,
    arr: bool,
    changeable: Collection[int],
) -> dict[str, Any]:
    """A quarter: all of it by currency, each CSM, what changed, and a page of what nobody has said anything of.

    `arr`: may see revenue; else the counts alone are shown.
    """
    here = f"{scope}:{quarter.name}"
    by_csm = rows if len({row.csm_id for row in rows}) > 1 else ()
    span = figures.day_span(quarter.span.first, quarter.span.last, year=True)
    return {
        "title": mrkdwn("*Renewals forecast, {}* · {} · {}", quarter.label, span, SCOPE_WORDS.get(scope, scope)),
        "plain": f"Renewals forecast, {quarter.label}",
        "totals": _lines(_row_words(row, policy, arr=arr) for row in totals(rows)),
        "csms": _lines(
            mrkdwn("{}: {}", person_words(people.get(row.csm_id or 0)), _row_words(row, policy, arr=arr))
            for row in by_csm[:CSMS]
        ),
        "more_csms": max(len(by_csm) - CSMS, 0),
        "changes": _lines(change_words(change, policy, today, arr=arr) for change in changes[:CHANGES]),
        "more_changes": max(len(changes) - CHANGES, 0),
        "unsaid": [_account(account, policy, today, arr=arr, may_set=account.id in changeable) for account in unsaid],
        "total": total,
        "first": offset + 1,
        "last": offset + len(unsaid),
        "back": f"{here}:{max(offset - size, 0)}" if offset else None,
        "on": f"{here}:{offset + size}" if offset + size < total else None,
        "scopes": [(_SCOPES[one], f"report.forecast.{one}", f"{one}:{quarter.name}") for one in scopes if one != scope],
        "before": (quarter.previous.label, f"{scope}:{quarter.previous.name}"),
        "after": (quarter.next.label, f"{scope}:{quarter.next.name}"),
    }


def change_words(change: Changed, policy: Policy, today: date, *, arr: bool) -> Mrkdwn:
    """`Acme · renew → at risk · 240,000 · renews 30 April: sponsor is leaving`."""
    money = (
        money_words(change.arr_cents, change.currency, policy.currency)
        if arr and change.arr_cents is not None
        else None
    )
    renews = f"renews {day_words(change.renewal_on, today)}" if change.renewal_on and change.now in OUTLOOKS else None
    moved = f"{OUTLOOKS.get(change.was, change.was)} → {OUTLOOKS.get(change.now, change.now)}"
    return joined([mrkdwn("*{}*", clip(change.account, NAME)), moved, money, renews, clip(change.line or "", NAME)])


def _row_words(row: Forecast, policy: Policy, *, arr: bool) -> Mrkdwn:
    if not arr:
        return joined([counted(row.accounts, "renewal"), (policy.currency != row.currency and row.currency) or None])
    parts = [
        ("expected", row.expected),
        ("renew", row.renew),
        ("at risk", row.at_risk),
        ("churn", row.churn),
        ("no outlook", row.no_outlook),
        ("decided", row.decided),
        ("in signature", row.in_signature),
        ("lapsed", row.lapsed),
    ]
    up = f"{money_words(row.up, row.currency, policy.currency)} up in {counted(row.accounts, 'renewal')}"
    said = [f"{name} {money_words(cents, row.currency, row.currency)}" for name, cents in parts if cents]
    return joined([up, *said, f"{row.unknown:,} without ARR" if row.unknown else None])


def _account(account: Account, policy: Policy, today: date, *, arr: bool, may_set: bool) -> dict[str, Any]:
    money = (
        money_words(account.arr_cents, account.currency, policy.currency)
        if arr and account.arr_cents is not None
        else None
    )
    renews = f"renews {day_words(account.renewal_on, today)}" if account.renewal_on else None
    return {
        "line": joined([mrkdwn("*{}*", clip(account.name, NAME)), renews, money]),
        "value": str(account.id) if may_set else None,
    }


def _lines(words: Any) -> Mrkdwn:
    return joined(words, "\n")
