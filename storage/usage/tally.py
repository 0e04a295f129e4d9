"""Use of all accounts on the last day of a period, and the seats that were added in it: summed in SQL.

A row says `what` is counted, of which `group` and `name`, over how many accounts (`n`), and the `value`: a share, a
mean, or a number. Null is in no value and no n. Called by `handlers/usage/figures.py`.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from storage.base import people
from storage.base.moments import civil_day, instant
from storage.success.store import BETWEEN, segments
from storage.usage import figures as sql
from storage.usage import first_days, store
from storage.usage.record import GREEN_SCORE, LICENCES, USE_CASE, adopted, licence_colour_sql
from storage.usage.settings import UsageArea
from storage.usage.times import LEGS, FirstDays, times

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from sqlite3 import Connection

    from storage.base.policy import Policy

RENEWAL_DAYS = 30
"""A renewal that is recorded so near to the change of seats is what changed them."""


class Tallied(NamedTuple):
    """One number."""

    what: str
    group: str
    name: str
    n: int
    value: float | int | None


def adoption(db: Connection, policy: Policy, first: date, last: date, today: date) -> list[Tallied]:
    """All of it, as of the last day of the period, or today while it runs; nothing of one that has not begun."""
    if first > today:
        return []
    day = min(last, today)
    days = first_days.of_all(db, policy, _looked_for(db))
    found = [*_used(db, policy, day), *_adopted(db, policy, first, day, days), *_took(db, policy, first, day, days)]
    found += _seats(db, policy, first, day)
    return [one for one in found if one.n or one.value]


class Taken(NamedTuple):
    """A use case in a period: days from its first Enable CTA to adopted, of those adopted in it; not yet; before."""

    use_case: str
    n: int
    median_days: float | None
    mean_days: float | None
    open: int
    open_median_days: float | None
    already: int


def taken(db: Connection, policy: Policy, first: date, last: date, today: date) -> list[Taken]:
    """How long each use case took that has something to say, up to the period's last day, or today while it runs."""
    if first > today:
        return []
    day = min(last, today)
    found = times(db, policy, first, day, first_days.of_all(db, policy, _looked_for(db)))
    return [
        Taken(
            use_case,
            len(took.days),
            float(median(took.days)) if took.days else None,
            sum(took.days) / len(took.days) if took.days else None,
            len(took.ages),
            took.age,
            took.already,
        )
        for use_case, took in found.items()
        if took.days or took.ages or took.already
    ]


def _looked_for(db: Connection) -> set[str]:
    """Of which things the first days are looked at: licences, what accounts bought for, and what is enabled."""
    texts = [row[0] for row in db.execute("SELECT DISTINCT purchase_intent FROM accounts") if row[0]]
    rows = db.execute("SELECT DISTINCT use_case FROM ctas WHERE reported = 1 AND motion = 'enable'")
    named = {name for text in texts for name in text.split(BETWEEN)} | {row[0] for row in rows}
    return {LICENCES, *(f"{USE_CASE}{name}" for name in named)}


def counted_on(policy: Policy, day: date) -> tuple[str, tuple[str, ...]]:
    """The accounts that count on a day: of the area's segments, neither archived nor churned."""
    area = policy.settings(UsageArea)
    where = "accounts.archived_at IS NULL AND (accounts.churned_on IS NULL OR accounts.churned_on > ?)"
    of_segments, values = segments(area.segments)
    return f"{where} AND {of_segments}", (day.isoformat(), *values)


def _used(db: Connection, policy: Policy, day: date) -> Iterator[Tallied]:
    columns, area = sql.columns_of(db), policy.settings(UsageArea)
    where, values = counted_on(policy, day)
    users = {use_case: f"users_{place}" for use_case, place in columns.users.items()}
    known = " OR ".join(f"{one} IS NOT NULL" for one in users.values()) or "1 = 0"
    named = " OR ".join(f"named_{place} = 1" for place in columns.users.values()) or "1 = 0"
    has_data = f"({known} OR {named})"
    total = " + ".join(f"coalesce({one}, 0)" for one in users.values()) or "0"
    is_used = {use_case: f"(users_{place} > 0 OR named_{place} = 1)" for use_case, place in columns.users.items()}
    many = " + ".join(f"CASE WHEN {one} THEN 1 ELSE 0 END" for one in is_used.values()) or "0"
    both = "activated IS NOT NULL AND licences_bought > 0"
    factor = f"active_users > 0 AND ({known})"
    colour = licence_colour_sql(day)
    asked_for = {
        "accounts": "count(*)",
        "both": f"count(*) FILTER (WHERE {both})",
        "activated": f"CAST(sum(activated) FILTER (WHERE {both}) AS BIGINT)",
        "bought": f"CAST(sum(licences_bought) FILTER (WHERE {both}) AS BIGINT)",
        "factored": f"count(*) FILTER (WHERE {factor})",
        "all_users": f"CAST(sum({total}) FILTER (WHERE {factor}) AS BIGINT)",
        "all_active": f"CAST(sum(active_users) FILTER (WHERE {factor}) AS BIGINT)",
        "with_data": f"count(*) FILTER (WHERE {has_data})",
        "more": f"count(*) FILTER (WHERE {has_data} AND ({many}) > {int(area.more_than)})",
        **{name: f"count(*) FILTER (WHERE {colour} = '{name}')" for name in ("red", "yellow", "green")},
    }
    measured = {one.use_case.casefold() for one in area.measures if columns.of(one.measure) is not None}
    measured |= {use_case.casefold() for use_case in columns.users}
    for number, use_case in enumerate(policy.use_cases, start=1):
        if use_case in is_used:
            asked_for[f"used_{number}"] = f"count(*) FILTER (WHERE {is_used[use_case]})"
        if use_case.casefold() not in measured:
            continue
        asked_for[f"known_{number}"] = f"count(score_{number})"
        asked_for[f"green_{number}"] = f"count(*) FILTER (WHERE score_{number} >= {GREEN_SCORE})"
        asked_for[f"mean_{number}"] = f"sum(score_{number})"
    steps, select = (
        f"{sql.all_on(where)},\n{sql.steps(policy, columns, area, tiered=False)}",
        ", ".join(asked_for.values()),
    )
    row = db.execute(f"WITH {steps}\nSELECT {select} FROM scored", (day.isoformat(), *values)).fetchone()
    of = dict(zip(asked_for, row, strict=True))
    yield Tallied("accounts with usage", "all", "", of["accounts"], of["accounts"])
    yield Tallied("utilisation", "all", "", of["both"], _share(of["activated"], of["bought"]))
    coloured = of["red"] + of["yellow"] + of["green"]
    for name in ("green", "yellow", "red"):
        yield Tallied("licence colour", "colour", name, coloured, _share(of[name], coloured))
    yield Tallied("SMAU factor", "all", "", of["factored"], _share(of["all_users"], of["all_active"]))
    yield Tallied("using more than", "all", str(area.more_than), of["with_data"], _share(of["more"], of["with_data"]))
    for number, use_case in enumerate(policy.use_cases, start=1):
        if use_case in is_used:
            share = _share(of[f"used_{number}"], of["with_data"])
            yield Tallied("used", "use case", use_case, of["with_data"], share)
        if f"known_{number}" not in of:
            continue  # no file has a column for it
        scored = of[f"known_{number}"]
        yield Tallied("adopted", "use case", use_case, scored, _share(of[f"green_{number}"], scored))
        mean = float(of[f"mean_{number}"]) / scored if scored else None
        yield Tallied("score", "use case", use_case, scored, mean)


def _share(part: Any, whole: Any) -> float | None:
    return int(part) / int(whole) if whole and part is not None else None


def _adopted(db: Connection, policy: Policy, first: date, day: date, days: FirstDays) -> Iterator[Tallied]:
    """Accounts that are adopted, of those whose purchase intent is known; and those that came to be in the period."""
    where, values = counted_on(policy, day)
    rows = db.execute(
        f"SELECT id, purchase_intent, adopted_on FROM accounts WHERE {where}"
        " AND (purchase_intent IS NOT NULL OR adopted_on IS NOT NULL"
        " OR id IN (SELECT account_id FROM usage_agreed WHERE use_case IS NULL AND undone_at IS NULL)) ORDER BY id",
        values,
    )
    said, bought_for = store.all_agreed(db), {None: ()} | {"": ()}
    n = by_then = lately = 0
    for account_id, text, entered in rows:
        n += 1
        if entered:
            since = date.fromisoformat(entered)
        else:
            if (intent := bought_for.get(text)) is None:
                intent = bought_for[text] = tuple(text.split(BETWEEN))
            agreed = {one.use_case or "": one.adopted_on for one in said.get(account_id, ())}
            if (derived := adopted(intent, days.get(account_id, {}), agreed)) is None:
                continue
            since = derived[0]
        by_then += since <= day
        lately += first <= since <= day
    yield Tallied("adopted accounts", "all", "", n, _share(by_then, n))
    yield Tallied("adopted in the period", "all", "", n, lately)


def _took(db: Connection, policy: Policy, first: date, day: date, days: FirstDays) -> Iterator[Tallied]:
    """How long use cases took that were adopted in the period, by leg too; apart those adopted before, and not yet."""
    for use_case, took in times(db, policy, first, day, days).items():
        for what, all_ in zip(("", *(f", {leg}" for leg in LEGS)), (took.days, *took.legs), strict=True):
            if all_:
                yield Tallied(f"median days{what}", "use case", use_case, len(all_), float(median(all_)))
                yield Tallied(f"mean days{what}", "use case", use_case, len(all_), sum(all_) / len(all_))
        yield Tallied("already there", "use case", use_case, took.already, took.already)
        yield Tallied("not adopted yet, median age", "use case", use_case, len(took.ages), took.age)


# Seats


class _Seats(NamedTuple):
    """So many accounts with a figure at both ends that are alike in what is told apart, and what their seats did."""

    tier: str | None
    segment: str | None
    territory: str | None
    csm_id: int | None
    is_new: int
    renewed: int
    n: int
    added: int
    lost: int
    before: int
    after: int


def _seats(db: Connection, policy: Policy, first: date, day: date) -> Iterator[Tallied]:
    """Seats added, lost and net of accounts with both figures, as such and of what was bought before; by groups.

    Apart: accounts that started in the period, and changes at a renewal.
    """
    found = _changed(db, policy, first, day)
    new, both = [one for one in found if one.is_new], [one for one in found if not one.is_new]
    yield from _changes("all", "", both)
    yield Tallied("seats of new accounts", "all", "", sum(one.n for one in new), sum(one.after for one in new))
    yield from _changes("at renewal", "", [one for one in both if one.renewed])
    csms = people.many(db, sorted({one.csm_id for one in both if one.csm_id is not None}))
    teams = {csm_id: policy.team_of(person.email, person.slack_id) or person.team for csm_id, person in csms.items()}
    for group, of in (
        ("tier", lambda one: one.tier),
        ("segment", lambda one: one.segment),
        ("territory", lambda one: one.territory),
        ("team", lambda one: teams.get(one.csm_id)),
    ):
        named: dict[str, list[_Seats]] = {}
        for one in both:
            if said := of(one):
                named.setdefault(str(said), []).append(one)
        for name in sorted(named):
            yield from _changes(group, name, named[name])


def _changes(group: str, name: str, some: Sequence[_Seats]) -> Iterator[Tallied]:
    n, base = sum(one.n for one in some), sum(one.before for one in some)
    added, lost = sum(one.added for one in some), sum(one.lost for one in some)
    yield Tallied("seats added", group, name, n, added)
    yield Tallied("seats lost", group, name, n, lost)
    yield Tallied("seats net", group, name, n, added - lost)
    yield Tallied("seats net share", group, name, n, (added - lost) / base if base else None)


def _changed(db: Connection, policy: Policy, first: date, day: date) -> list[_Seats]:
    where, values = counted_on(policy, day)
    area, begin, end = policy.settings(UsageArea), first.isoformat(), day.isoformat()
    eve = (first - timedelta(days=1)).isoformat()
    rows = db.execute(
        f"WITH {sql.all_on(where)},\n{sql.until_figures(sql.Columns(), area)},\n"
        "eves AS (SELECT CAST(? AS TEXT) AS eve),\n"
        "ends AS MATERIALIZED (SELECT coalesce(figures.tier, accounts.tier) AS tier, segment,"
        " coalesce(accounts.territory, accounts.region) AS territory, csm_id,"
        f" CASE WHEN {sql.STARTED} BETWEEN ? AND ? THEN 1 ELSE 0 END AS is_new,"
        " CASE WHEN account_id IN (SELECT value FROM json_each(?)) THEN 1 ELSE 0 END AS renewed,"
        f" {sql.bought_on('figures.account_id', 'eves.eve', area)} AS before, licences_bought AS after"
        " FROM eves JOIN figures ON licences_bought IS NOT NULL JOIN accounts ON accounts.id = figures.account_id)\n"
        "SELECT tier, segment, territory, csm_id, is_new, CASE WHEN before <> after THEN renewed ELSE 0 END, count(*),"
        " CAST(coalesce(sum(after - before) FILTER (WHERE after > before), 0) AS BIGINT),"
        " CAST(coalesce(sum(before - after) FILTER (WHERE after < before), 0) AS BIGINT),"
        " CAST(coalesce(sum(before), 0) AS BIGINT), CAST(sum(after) AS BIGINT)"
        " FROM ends WHERE is_new = 1 OR before IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6",
        (end, *values, eve, begin, end, json.dumps(_at_renewal(db, policy, first, day))),
    )
    return [_Seats(*row) for row in rows]


def _at_renewal(db: Connection, policy: Policy, first: date, day: date) -> list[int]:
    """The accounts that have a renewal recorded near a usage day of the period on which seats changed."""
    rows = db.execute("SELECT account_id, decided_at FROM renewals WHERE outcome = 'renewed' AND undone_at IS NULL")
    near, decided = timedelta(days=RENEWAL_DAYS), dict[int, list[date]]()
    for account_id, at in rows:
        if first - near <= (on := civil_day(instant(at), policy.timezone)) <= day + near:
            decided.setdefault(account_id, []).append(on)
    asked = (
        "asked AS (SELECT DISTINCT account_id, as_of AS day FROM usage_figures WHERE environment = 'production'"
        " AND as_of <= ? AND account_id IN (SELECT value FROM json_each(?)))"
    )
    steps = sql.until_figures(sql.Columns(), policy.settings(UsageArea), tiered=False)
    known = db.execute(
        f"WITH {asked},\n{steps}\nSELECT account_id, day, licences_bought FROM figures"
        " WHERE licences_bought IS NOT NULL ORDER BY account_id, day",
        (day.isoformat(), json.dumps(list(decided))),
    )
    found = set()
    for (other_id, _, before), (account_id, as_of, after) in pairwise(known):
        on = date.fromisoformat(as_of)
        changed = account_id == other_id and before != after and on >= first
        if changed and any(abs(on - one) <= near for one in decided[account_id]):
            found.add(account_id)
    return sorted(found)
