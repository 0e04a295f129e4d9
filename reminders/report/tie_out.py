"""Closed counts here and in another system's list, and the CTAs that explain the difference. Pure.

Here count the CTAs that the reports count; there all that are closed in the file. Every difference of a count is the
sum of the CTAs that are named: each is in one count and not in the other, or in another playbook or quarter of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from storage.base.folding import id_key, name_key
from storage.base.quarters import quarter_of
from storage.playbook.record import is_retired

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from storage.report.tie_out import Here

NO_PLAYBOOK = "(no playbook)"


class There(NamedTuple):
    """A row of the other system's list. `account` is a name or an id; `playbook` may be empty."""

    line: int
    account: str
    playbook: str
    opened_on: date | None
    closed_on: date | None
    external_id: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """Closed CTAs of a playbook in a quarter."""

    playbook: str
    quarter: str
    here: int
    there: int


@dataclass(frozen=True, slots=True)
class Reason:
    """A CTA that is in one count and not in the other, and why."""

    why: str
    account: str
    playbook: str
    here: str
    there: str
    cta: int | None
    line: int | None


@dataclass(frozen=True, slots=True)
class TieOut:
    """What both have, and what explains the difference."""

    counts: tuple[Count, ...]
    reasons: tuple[Reason, ...]


def tie_out(here: Sequence[Here], there: Sequence[There], start_month: int, quarters: Collection[str] = ()) -> TieOut:
    """Hold both against each other in these quarters (none: those of the file)."""

    def cell(playbook: str, closed_on: date | None) -> tuple[str, str] | None:
        quarter = quarter_of(closed_on, start_month).name if closed_on else ""
        return (playbook or NO_PLAYBOOK, quarter) if quarter in wanted else None

    wanted = set(quarters) or {quarter_of(row.closed_on, start_month).name for row in there if row.closed_on}
    match = _Match(here)
    pairs: list[tuple[Here | None, There | None]] = [(match.of(row), row) for row in there]
    taken = {one.id for one, _ in pairs if one}
    pairs += [(one, None) for one in here if one.id not in taken and one.closed]
    counts_here: Counter[tuple[str, str]] = Counter()
    counts_there: Counter[tuple[str, str]] = Counter()
    reasons = []
    for one, row in pairs:
        mine = cell(one.playbook, one.closed_on) if one and one.closed and one.reported else None
        theirs = cell(row.playbook, row.closed_on) if row else None
        mine = _as_spelt_there(mine, theirs)
        counts_here.update([mine] if mine else [])
        counts_there.update([theirs] if theirs else [])
        if mine != theirs:
            reasons.append(_reason(one, row, mine, theirs))
    cells = sorted({*counts_here, *counts_there}, key=lambda cell: (cell[1], cell[0].casefold()))
    counts = tuple(Count(*cell, counts_here[cell], counts_there[cell]) for cell in cells)
    return TieOut(counts, tuple(sorted(reasons, key=lambda r: (r.why, r.account.casefold(), r.cta or 0, r.line or 0))))


def _as_spelt_there(mine: tuple[str, str] | None, theirs: tuple[str, str] | None) -> tuple[str, str] | None:
    """One playbook that both spell in another way is one playbook."""
    if mine and theirs and mine[1] == theirs[1] and name_key(mine[0]) == name_key(theirs[0]):
        return theirs
    return mine


def _reason(
    one: Here | None, row: There | None, mine: tuple[str, str] | None, theirs: tuple[str, str] | None
) -> Reason:
    account = one.account if one else row.account if row else ""
    playbook = (one.playbook if one else "") or (row.playbook if row else "") or NO_PLAYBOOK
    closed_here = one.closed_on.isoformat() if one and one.closed and one.closed_on else "open" if one else "not here"
    closed_there = row.closed_on.isoformat() if row and row.closed_on else "open" if row else "not there"
    return Reason(
        _why(one, row, mine, theirs),
        account,
        playbook,
        closed_here,
        closed_there,
        one.id if one else None,
        row.line if row else None,
    )


def _why(one: Here | None, row: There | None, mine: tuple[str, str] | None, theirs: tuple[str, str] | None) -> str:
    if row is not None and theirs and not row.playbook:
        return "no playbook there"
    if theirs and row is not None and mine is None and is_retired((one or row).playbook):
        return "OLD: in no report here"
    if one is not None and mine and theirs is None and (row is None or row.closed_on is None):
        return "not sent yet"
    if one is None:
        return "not known here"
    if not one.closed:
        return "closed there, open here"
    if not one.reported:
        return "in no report here"
    if mine and theirs and mine[1] == theirs[1]:
        return "another playbook"
    return "closed on another day"


class _Match:
    """Which CTA here a row means: by external id, else by account, playbook and opening day.

    A row that says no opening day means the first of its account and playbook.
    """

    def __init__(self, here: Iterable[Here]) -> None:
        self._by_id: dict[str, Here] = {}
        self._by_key: dict[tuple[str, str, date | None], list[Here]] = {}
        self._taken: set[int] = set()
        for one in here:
            if one.external_id:
                self._by_id[one.external_id] = one
            for account in {one.account_key, f"id:{one.crm_id}"}:
                for opened in (one.opened_on, None):
                    self._by_key.setdefault((account, name_key(one.playbook), opened), []).append(one)

    def of(self, row: There) -> Here | None:
        """The CTA that a row means, each at most once."""
        found = self._by_id.get(row.external_id or "")
        candidates = [found] if found else []
        for opened in (row.opened_on, None) if row.playbook else ():
            for account in (name_key(row.account), f"id:{id_key(row.account)}"):
                candidates += self._by_key.get((account, name_key(row.playbook), opened), [])
        for one in candidates:
            is_loose = one is not found and one.opened_on != row.opened_on
            if one.id not in self._taken and not (is_loose and row.opened_on):
                self._taken.add(one.id)
                return one
        return None
