"""All SQL of an account's life: read in bulk, and what is managed in an area."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.base.dialect import in_any_case
from storage.base.moments import maybe_day
from storage.base.nouns import handed_in
from storage.success.record import COLUMNS, Life

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from sqlite3 import Connection

    from storage.base.areas import Area

_COLUMNS = (
    "id, coalesce(started_on, customer_since), started_on IS NOT NULL, churned_on, territory, tier, purchase_intent,"
    f" original_licences, adopted_on, will_churn_on, call_days, {', '.join(COLUMNS.values())}"
)
_FIRST = 11
BETWEEN = "; "
"""What stands between the use cases of a purchase intent."""


def lives(
    db: Connection, ids: Iterable[int], today: date, *, within: int | None = None, beyond: Collection[int] = ()
) -> dict[int, Life]:
    """The lives of these accounts, by id; churned are those of whom that is so by `today`.

    `within`: for so many days after the start calls and usage make a milestone, unless onboarding was begun by hand: of
    a customer of old nobody knows its first ones. Of the accounts of `beyond` they do later as well.
    """
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM accounts WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    found = {row[0]: _life(row, today) for row in rows}
    starts = {i: (life.started_on, life.by_hand) for i, life in found.items() if life.started_on is not None}
    worked_out: dict[int, dict[str, tuple[date, str]]] = {}
    for noun in sorted(handed_in("storage", "milestones"), key=lambda noun: int(noun.PLACE)):
        for account_id, days in noun.derive(db, starts).items():
            started, by_hand = starts[account_id]
            last = date.max
            if within is not None and noun.FIRST_SEEN and not by_hand and account_id not in beyond:
                last = started + timedelta(days=within)
            in_time = {name: one for name, one in days.items() if one[0] <= last}
            worked_out[account_id] = in_time | worked_out.get(account_id, {})
    adopted = {
        i: since for noun in handed_in("storage", "adopted") for i, since in noun.adopted(db, list(found)).items()
    }
    return {i: _with(life, worked_out.get(i, {}), adopted.get(i)) for i, life in found.items()}


def _with(life: Life, derived: Mapping[str, tuple[date, str]], adopted: tuple[date, str] | None) -> Life:
    """A life with what is worked out; a day on which it was adopted that somebody entered stands."""
    if life.adopted_on is None and adopted is not None:
        life = replace(life, adopted_on=adopted[0], adopted_source=adopted[1])
    return replace(life, derived=derived) if derived else life


def life(db: Connection, account_id: int, today: date) -> Life:
    """The life of one account, which there is."""
    return lives(db, [account_id], today)[account_id]


def _life(row: Sequence[object], today: date) -> Life:
    days = [maybe_day(str(value)) if value is not None else None for value in (row[1], row[3], row[8], row[9])]
    started_on, churned_on, adopted_on, will_churn_on = days
    entered: Mapping[str, date] = {
        name: day
        for name, value in zip(COLUMNS, row[_FIRST:], strict=True)
        if value is not None and (day := maybe_day(str(value)))
    }
    return Life(
        account_id=int(str(row[0])),
        started_on=started_on,
        by_hand=bool(row[2]),
        churned=churned_on is not None and churned_on <= today,
        territory=row[4],  # type: ignore[arg-type] # as the column is
        tier=row[5],  # type: ignore[arg-type] # likewise
        intent=tuple(str(row[6]).split(BETWEEN)) if row[6] else (),
        original_licences=row[7],  # type: ignore[arg-type] # likewise
        entered=entered,
        derived={},
        adopted_on=adopted_on,
        adopted_source="entered" if adopted_on else "",
        will_churn_on=will_churn_on,
        call_days=row[10],  # type: ignore[arg-type] # likewise
    )


def managed(area: Area) -> tuple[str, tuple[str, ...]]:
    """The SQL condition on `accounts` of those managed in an area, and its values: active, with a CSM, its segments."""
    where = "accounts.archived_at IS NULL AND accounts.churned_on IS NULL AND accounts.csm_id IS NOT NULL"
    of_segments, values = segments(area.segments)
    return f"{where} AND {of_segments}", values


def segments(named: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The SQL condition on `accounts` of those of these segments, case ignored, and its values; without any: of all."""
    if not named:
        return "1 = 1", ()
    return "lower(coalesce(accounts.segment, '')) IN (SELECT value FROM json_each(?))", (in_any_case(named),)
