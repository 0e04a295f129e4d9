"""Net and gross retention, movement by cause, and the renewal rate (docs/domain.md, "Growth").

ARR is read in SQL, once for each account and day; what is lost, merged, left out or back is judged here. Sums first,
never a mean of percentages; per currency. Called by `handlers/growth/figures.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from storage.account.endings import DUPLICATE, MERGED, NEVER, STANDS, became
from storage.base.moments import add_months, civil_day, instant
from storage.growth.record import is_open, month_end
from storage.growth.settings import GrowthArea
from storage.usage import store as usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from sqlite3 import Connection

    from storage.base.policy import Policy

LOST, SEATS, TIER, SEVERAL, PRICE, UNKNOWN = "lost", "seats", "tier", "several", "price", "not known"
CAUSES = (LOST, SEATS, TIER, SEVERAL, PRICE, UNKNOWN)
_AT_ONCE = 5_000
NO_CURRENCY = ""
"""Of an account of which none is known: it has no ARR either."""


class Grown(NamedTuple):
    """One number of a currency: a share, or an amount in cents (`cents`), over so many accounts or renewals."""

    what: str
    currency: str
    name: str
    n: int
    value: float | None
    cents: int | None = None


class Retained(NamedTuple):
    """Retention of a currency at a month's end, over so many accounts; ARR in cents. So many accounts are left out."""

    month: str
    currency: str
    accounts: int
    arr_before: int
    arr_now: int
    net_retention: float | None
    gross_retention: float | None
    left_out: int
    incomplete: bool


@dataclass(slots=True)
class Paid:
    """What an account paid a year before and at the month's end, in cents; None is not known."""

    account_id: int
    segment: str | None
    before: int | None
    before_currency: str | None
    before_tier: str | None
    after: int | None
    after_currency: str | None
    after_tier: str | None
    archived_on: date | None
    why: str | None
    spans: tuple[tuple[date, date | None], ...] = ()

    def gone_on(self, day: date) -> bool:
        """Whether it had left by a day, and was not back."""
        return any(left <= day and (back is None or day < back) for left, back in self.spans)

    def left_between(self, before: date, day: date) -> bool:
        """Whether it left behind the one day, up to the other; who came back since has left all the same."""
        return any(before < left <= day for left, _ in self.spans)


@dataclass(slots=True)
class Sums:
    """The sums of one currency."""

    n: int = 0
    before: int = 0
    after: int = 0
    kept: int = 0
    out_n: int = 0
    out: int = 0
    new_n: int = 0
    new: int = 0
    moved: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nobody paid anything, before or since."""
        return not (self.n or self.out_n or self.new_n)

    def incomplete(self, policy: Policy) -> bool:
        """Whether so much of what was paid before is left out that the rest says little."""
        whole = self.before + self.out
        return bool(whole) and self.out / whole > policy.settings(GrowthArea).incomplete


def month_of(last: date, today: date) -> date | None:
    """The last month's end of a period that has been; None where none has."""
    day = min(last, today)
    return day if month_end(day) == day else day.replace(day=1) - timedelta(days=1)


def growth(db: Connection, policy: Policy, first: date, last: date, today: date) -> list[Grown]:
    """Retention at the last month's end of a period, what moved it, and how the renewals of the period were decided."""
    month = month_of(last, today)
    found: list[Grown] = []
    if month is not None and month >= first:
        found += _retained(db, policy, month, today)
    return [*found, *renewal_rate(db, policy, first, min(last, today))]


def retention(db: Connection, policy: Policy, first: date, last: date, today: date) -> list[Retained]:
    """Net and gross retention at each month's end of a period that has been, by currency."""
    found = []
    month = month_end(first)
    while month <= min(last, today):
        by_currency, _ = _sums(db, policy, month)
        found += [
            Retained(
                f"{month:%Y-%m}",
                currency,
                one.n,
                one.before,
                one.after,
                _of(one.after, one.before),
                _of(one.kept, one.before),
                one.out_n,
                one.incomplete(policy),
            )
            for currency, one in sorted(by_currency.items())
            if one.n or one.out_n
        ]
        month = month_end(month + timedelta(days=1))
    return found


def paid(db: Connection, policy: Policy, before: date, month: date) -> list[Paid]:
    """What all accounts paid on two days: the newest ARR that is kept of each up to it."""
    area = policy.settings(GrowthArea)
    rows = db.execute(
        "SELECT accounts.id, accounts.segment, old.arr_cents, old.currency, old.tier, new.arr_cents, new.currency,"
        " new.tier, accounts.archived_at, accounts.churned_on, account_endings.why, old.as_of, new.as_of"
        " FROM accounts"
        " LEFT JOIN arr_snapshots AS old ON old.account_id = accounts.id AND old.as_of ="
        " (SELECT max(as_of) FROM arr_snapshots WHERE account_id = accounts.id AND as_of <= ?)"
        " LEFT JOIN arr_snapshots AS new ON new.account_id = accounts.id AND new.as_of ="
        " (SELECT max(as_of) FROM arr_snapshots WHERE account_id = accounts.id AND as_of <= ?)"
        f" LEFT JOIN account_endings ON {STANDS}"
        " WHERE old.account_id IS NOT NULL OR new.account_id IS NOT NULL ORDER BY accounts.id",
        (before.isoformat(), month.isoformat()),
    )
    found = []
    back = _returns(db)
    for row in rows:
        if not area.covers(row[1]):
            continue
        archived = civil_day(instant(row[8]), policy.timezone) if row[8] else None
        churned = date.fromisoformat(row[9]) if row[9] else None
        spans = (*back.get(row[0], ()), *([(churned, None)] if churned else []))
        # What is known of before a return is not what it pays now.
        then = (None,) * 3 if _outdated(row[11], spans, before) else row[2:5]
        now = (None,) * 3 if _outdated(row[12], spans, month) else row[5:8]
        found.append(Paid(row[0], row[1], then[0], then[1], then[2], now[0], now[1], now[2], archived, row[10], spans))
    return found


def _outdated(as_of: str | None, spans: Iterable[tuple[date, date | None]], day: date) -> bool:
    """Whether an amount is of before the account came back, by a day."""
    return as_of is not None and any(back and back <= day and as_of < back.isoformat() for _, back in spans)


def _returns(db: Connection) -> dict[int, list[tuple[date, date | None]]]:
    found: dict[int, list[tuple[date, date | None]]] = {}
    for account_id, left, back in db.execute(
        "SELECT account_id, left_on, back_on FROM account_returns WHERE undone_at IS NULL"
    ):
        found.setdefault(account_id, []).append((date.fromisoformat(left), date.fromisoformat(back)))
    return found


def _sums(db: Connection, policy: Policy, month: date) -> tuple[dict[str, Sums], list[tuple[Paid, int, int]]]:
    """The sums by currency at a month's end, and the accounts whose ARR moved: what it was, and is."""
    before = month_end(add_months(month.replace(day=1), -12))
    every = {one.account_id: one for one in paid(db, policy, before, month)}
    merged = _merged(every, became(db, policy.timezone, month), before)
    by_currency: dict[str, Sums] = {}
    moving: list[tuple[Paid, int, int]] = []
    for one in every.values():
        _judge(one, merged, before, month, by_currency, moving)
    return by_currency, moving


def _retained(db: Connection, policy: Policy, month: date, today: date) -> Iterator[Grown]:
    before = month_end(add_months(month.replace(day=1), -12))
    by_currency, moving = _sums(db, policy, month)
    _add_causes(db, policy, moving, before, month, by_currency)
    provisional = is_open(month, today, policy.settings(GrowthArea).provisional_until_day)
    for currency in sorted(by_currency):
        yield from _told(currency, by_currency[currency], policy, month, provisional=provisional)


def _merged(every: Mapping[int, Paid], became: Mapping[int, int], before: date) -> dict[int, int]:
    """What merged accounts paid a year before, by the account that they are by then."""
    found: dict[int, int] = {}
    for one in every.values():
        into = every.get(became.get(one.account_id, 0))
        if into is None or into.before_currency not in (None, one.before_currency):
            continue
        if one.before and not one.gone_on(before):
            found[into.account_id] = found.get(into.account_id, 0) + one.before
    return found


def _judge(
    one: Paid,
    merged: dict[int, int],
    before: date,
    month: date,
    by_currency: dict[str, Sums],
    moving: list[tuple[Paid, int, int]],
) -> None:
    archived = one.archived_on is not None and one.archived_on <= month
    if archived and one.why in (DUPLICATE, NEVER, MERGED):
        return
    base = (0 if one.gone_on(before) else one.before or 0) + merged.get(one.account_id, 0)
    sums = by_currency.setdefault(one.before_currency or one.after_currency or NO_CURRENCY, Sums())
    if base <= 0:
        if one.after and not one.gone_on(month) and not archived:
            sums.new_n += 1
            sums.new += one.after
        return
    if one.left_between(before, month):
        after: int | None = 0
    elif archived or (one.after_currency != one.before_currency and one.before_currency is not None):
        after = None
    else:
        after = one.after
    if after is None:
        sums.out_n += 1
        sums.out += base
        return
    sums.n += 1
    sums.before += base
    sums.after += after
    sums.kept += min(after, base)
    if after != base:
        moving.append((one, base, after))


def _add_causes(
    db: Connection,
    policy: Policy,
    moving: list[tuple[Paid, int, int]],
    before: date,
    month: date,
    by_currency: dict[str, Sums],
) -> None:
    """Why ARR moved, by the licences that were bought and the tier; without usage that is not known."""
    for start in range(0, len(moving), _AT_ONCE):
        some = moving[start : start + _AT_ONCE]
        ids = [one.account_id for one, _, after in some if after]
        old, new = usage.bought(db, policy, ids, before), usage.bought(db, policy, ids, month)
        for one, base, after in some:
            seats = (old.get(one.account_id), new.get(one.account_id))
            cause = _cause(one, after, seats)
            moved = by_currency[one.before_currency or one.after_currency or NO_CURRENCY].moved
            said = moved.setdefault(cause, [0, 0])
            said[0] += 1
            said[1] += after - base


def _cause(one: Paid, after: int, seats: tuple[int | None, int | None]) -> str:
    if not after:
        return LOST
    if None in seats:
        return UNKNOWN
    changed = [SEATS] if seats[0] != seats[1] else []
    if one.before_tier and one.after_tier and one.before_tier.casefold() != one.after_tier.casefold():
        changed.append(TIER)
    return changed[0] if len(changed) == 1 else SEVERAL if changed else PRICE


def _told(currency: str, sums: Sums, policy: Policy, month: date, *, provisional: bool) -> Iterator[Grown]:
    if sums.is_empty:
        return
    name, whole = month.isoformat(), sums.before + sums.out
    state = ", ".join(word for word, so in (("open", provisional), ("incomplete", sums.incomplete(policy))) if so)
    yield Grown("net retention", currency, name, sums.n, _of(sums.after, sums.before), sums.after)
    yield Grown("gross retention", currency, name, sums.n, _of(sums.kept, sums.before), sums.kept)
    yield Grown("ARR a year before", currency, name, sums.n, None, sums.before)
    yield Grown("left out", currency, state, sums.out_n, _of(sums.out, whole), sums.out)
    yield Grown("new", currency, name, sums.new_n, _of(sums.new, sums.before), sums.new)
    for cause in CAUSES:
        if cause in sums.moved:
            many, cents = sums.moved[cause]
            yield Grown("moved", currency, cause, many, _of(cents, sums.before), cents)


def _of(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def renewal_rate(db: Connection, policy: Policy, first: date, last: date) -> list[Grown]:
    """What was kept of the ARR of renewals decided in a period, and how many were decided by the renewal day."""
    rows = db.execute(
        "SELECT outcome, arr_before_cents, renewals.arr_cents, renewals.currency, decided_at, renewals.renewal_on,"
        " segment FROM renewals JOIN accounts ON accounts.id = account_id"
        " WHERE undone_at IS NULL AND decided_at BETWEEN ? AND ?",
        ((first - timedelta(days=1)).isoformat(), (last + timedelta(days=2)).isoformat()),
    )
    area = policy.settings(GrowthArea)
    kept: dict[str, list[int]] = {}
    on_time: dict[str, list[int]] = {}
    for outcome, old, new, currency, decided_at, renewal_on, segment in rows:
        day = civil_day(instant(decided_at), policy.timezone)
        if not (first <= day <= last and area.covers(segment)):
            continue
        said = currency or policy.currency
        times = on_time.setdefault(said, [0, 0])
        times[0] += 1
        times[1] += day.isoformat() <= renewal_on
        became = 0 if outcome == "churned" else new
        if old and became is not None:
            sums = kept.setdefault(said, [0, 0, 0])
            sums[0] += 1
            sums[1] += old
            sums[2] += min(became, old)
    found = [Grown("renewal rate", c, "", many, _of(low, old), low) for c, (many, old, low) in sorted(kept.items())]
    return found + [Grown("decided on time", c, "", many, _of(by, many)) for c, (many, by) in sorted(on_time.items())]
