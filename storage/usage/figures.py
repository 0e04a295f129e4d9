"""The figure of an account and day, in SQL: one text, for one account as for all of them.

What is asked for is a common table expression `asked(account_id, day)`; `steps` makes of it `figures` (the newest rows
of its instances, summed) and `scored` (with a score for each use case). Called by `store.py` and `tally.py`.
Rows come in the order of an index, and are newest where none is newer: to sort those of all accounts would cost more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storage.base.dialect import days_before
from storage.usage.settings import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Connection

    from storage.base.policy import Policy
    from storage.usage.settings import Measure, UsageArea

PRODUCTION = "production"
NEW_DAYS = 30
"""So many days from the start on no use case is judged."""
_BANDS = ("25.0", "62.5", "87.5")
STARTED = "coalesce(accounts.started_on, accounts.customer_since)"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which numbered column holds the users of a use case, and which a measure."""

    users: Mapping[str, int] = field(default_factory=dict)
    measures: Mapping[str, int] = field(default_factory=dict)

    def of(self, name: str) -> str | None:
        """The column of `figures` that a measure's name means; None for one that no file ever had."""
        if name == "activated":
            return name
        if name in BASE:
            return name
        return f"measure_{self.measures[name]}" if name in self.measures else None


def columns_of(db: Connection) -> Columns:
    """What the numbered columns hold."""
    found: dict[str, dict[str, int]] = {"users": {}, "measure": {}}
    for family, name, place in db.execute("SELECT family, name, place FROM usage_columns ORDER BY family, place"):
        found[family][name] = place
    return Columns(found["users"], found["measure"])


def all_on(condition: str = "1 = 1") -> str:
    """What is asked: the accounts of a condition, all on one day (its parameter comes first)."""
    return f"asked AS (SELECT id AS account_id, CAST(? AS TEXT) AS day FROM accounts WHERE {condition})"


def _summed(column: str, *, real: bool = False) -> str:
    """Over instances; what is not known in one is not known."""
    total = f"sum({column})" if real else f"CAST(sum({column}) AS BIGINT)"
    return f"CASE WHEN count({column}) = count(*) THEN {total} END"


def steps(policy: Policy, columns: Columns, area: UsageArea, *, tiered: bool = True) -> str:
    """`newest`, `figures` and `scored`, behind an `asked`; `tiered` as below."""
    tiered = tiered or any(one.tiers for one in area.measures)
    return f"{until_figures(columns, area, tiered=tiered)},\n{scored(policy, columns, area)}"


def until_figures(columns: Columns, area: UsageArea, *, tiered: bool = True) -> str:
    """`newest` and `figures`, behind an `asked`; not `tiered`: nobody looks at the tier, and none is looked for."""
    users = [f"users_{place}" for place in columns.users.values()]
    measures = [f"measure_{place}" for place in columns.measures.values()]
    named = [
        f"CASE WHEN count(*) FILTER (WHERE (found.named >> {place - 1}) & 1 = 1) > 0 THEN 1 ELSE 0 END AS named_{place}"
        for place in columns.users.values()
    ]
    summed = [f"{_summed(f'found.{one}', real=one in measures)} AS {one}" for one in (*BASE, *users, *measures)]
    every = ",\n    ".join([*summed, *named])
    kept = ", ".join(
        f"kept.{name} AS {name}" for name in ("tier", *BASE, *(["named"] if users else []), *users, *measures)
    )
    return f"""newest AS (
    SELECT asked.account_id AS account_id, asked.day AS day, {kept}
    FROM asked JOIN usage_figures AS kept ON {_newest("asked.account_id", "asked.day", area)}),
figures AS (
    SELECT found.account_id AS account_id, found.day AS day, count(*) AS instances,
    {_tier(area) if tiered else "CAST(NULL AS TEXT)"} AS tier,
    {every}
    FROM newest AS found GROUP BY found.account_id, found.day)"""


def bought_on(account: str, day: str, area: UsageArea) -> str:
    """The licences that an account had bought on a day, as a value; NULL also where it has no figure."""
    return f"(SELECT {_summed('kept.licences_bought')} FROM usage_figures AS kept WHERE {_newest(account, day, area)})"


def _newest(account: str, day: str, area: UsageArea) -> str:
    """The SQL condition for the newest rows `kept` of an account's instances up to a day, none of them stale."""
    since = days_before(day, str(int(area.stale_days)))
    return f"""kept.account_id = {account} AND kept.environment = '{PRODUCTION}'
        AND kept.as_of <= {day} AND kept.as_of >= {since} AND NOT EXISTS (SELECT 1 FROM usage_figures AS later
            WHERE later.account_id = {account} AND later.instance = kept.instance AND later.environment = '{PRODUCTION}'
            AND later.as_of <= {day} AND later.as_of > kept.as_of)"""


def _tier(area: UsageArea) -> str:
    """That of the instance with the most licences, where they have several."""
    return f"""CASE WHEN min(found.tier) < max(found.tier) THEN (
        SELECT kept.tier FROM usage_figures AS kept WHERE kept.tier IS NOT NULL
        AND {_newest("found.account_id", "found.day", area)}
        ORDER BY coalesce(kept.licences_bought, -1) DESC, kept.instance LIMIT 1) ELSE max(found.tier) END"""


def scored(policy: Policy, columns: Columns, area: UsageArea) -> str:
    """`scored`: each figure with `activated`, `started_on`, and `score_1` … in the order of the policy's use cases."""
    pieces: list[str] = []
    scores: list[str] = []
    for number, use_case in enumerate(policy.use_cases, start=1):
        names = []
        measures = [one for one in area.measures if one.use_case.casefold() == use_case.casefold()]
        for place, measure in enumerate(measures, start=1):
            if (piece := _piece(measure, columns)) is not None:
                names.append(f"piece_{number}_{place}")
                pieces.append(f"{piece} AS {names[-1]}")
        by_share = _by_share(use_case, columns, area)
        if by_share is not None:
            names.append(f"share_{number}")
            pieces.append(f"{by_share} AS share_{number}")
        scores.append(f"{_score(names, measures)} AS score_{number}")
    among = "".join(f",\n    {piece}" for piece in pieces)
    return f"""started AS (
    SELECT figures.*, {STARTED} AS started_on, coalesce(figures.tier, accounts.tier) AS judged_tier,
        coalesce(licences_activated, billable_users) AS activated
    FROM figures JOIN accounts ON accounts.id = figures.account_id),
pieces AS (SELECT started.*{among} FROM started),
scored AS (SELECT pieces.*, {", ".join(scores)} FROM pieces)"""


def _banded(ratio: str, yellow: float, green: float) -> str:
    red, middle, high = _BANDS
    return (
        f"CASE WHEN {ratio} < {float(yellow)!r} THEN {red} WHEN {ratio} < {float(green)!r} THEN {middle}"
        f" WHEN {ratio} IS NOT NULL THEN {high} END"
    )


def _piece(measure: Measure, columns: Columns) -> str | None:
    value = columns.of(measure.measure)
    per = columns.of(measure.per) if measure.per else ""
    if value is None or per is None:
        return None
    return _banded(
        f"({value} * 1.0 / nullif({per}, 0))" if per else f"({value} * 1.0)", measure.yellow_from, measure.green_from
    )


def _by_share(use_case: str, columns: Columns, area: UsageArea) -> str | None:
    place = columns.users.get(use_case)
    if place is None:
        return None
    return _banded(f"(users_{place} * 1.0 / nullif(billable_users, 0))", *area.share.of(use_case))


def _score(names: list[str], measures: list[Measure]) -> str:
    """The mean of the measures that are known, else the share; nothing in the first days, or in another tier."""
    known = [name for name in names if name.startswith("piece")]
    own = next((name for name in names if name.startswith("share")), "NULL")
    if known:
        total = " + ".join(f"coalesce({name}, 0)" for name in known)
        many = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in known)
        said = f"coalesce(({total}) / nullif({many}, 0), {own})"
    else:
        said = own
    if said == "NULL":
        return "CAST(NULL AS BIGINT)"
    tiers = sorted({tier.lower() for one in measures for tier in one.tiers})
    if tiers and all(one.tiers for one in measures):
        quoted = ", ".join(f"'{tier}'" for tier in tiers)
        said = f"CASE WHEN lower(judged_tier) IN ({quoted}) THEN {said} END"
    return f"CASE WHEN coalesce(started_on, '') <= {days_before('day', str(NEW_DAYS))} THEN {said} END"
