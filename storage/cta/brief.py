"""What CTAs add to an account's brief: those that are open, and the latest closed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.cta import store as ctas
from storage.cta.checklists import shown

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.cta.record import Cta

OPEN, CLOSED = 100, 50


@dataclass(frozen=True, slots=True)
class CtaPart:
    """An account's open CTAs, the soonest due first, and its closed ones, the latest first."""

    open: tuple[Cta, ...]
    closed: tuple[Cta, ...]

    @property
    def person_ids(self) -> tuple[int | None, ...]:
        """The owners."""
        return tuple(cta.owner_id for cta in (*self.open, *self.closed))

    def closed_since(self, day: date | None) -> tuple[Cta, ...]:
        """Those closed from a day on, that day included; all for None."""
        return tuple(c for c in self.closed if day is None or (c.closed_on is not None and c.closed_on >= day))


def read(db: Connection, policy: Policy, account: Account) -> CtaPart:
    """The account's CTAs, without checklists whose area is off."""
    of_areas, on = shown(policy)
    is_open, is_closed = (
        f"{states} AND {of_areas}"
        for states in ("status IN ('new', 'work_in_progress')", "status IN ('closed_success', 'closed_no_success')")
    )
    return CtaPart(
        _ctas(db, account.id, is_open, on, "coalesce(due_on, '9999'), id", OPEN),
        _ctas(db, account.id, is_closed, on, "closed_on DESC, id DESC", CLOSED),
    )


def _ctas(db: Connection, account_id: int, where: str, value: str, order: str, limit: int) -> tuple[Cta, ...]:
    rows = db.execute(
        f"SELECT {ctas.COLUMNS} FROM ctas WHERE account_id = ? AND {where} ORDER BY {order} LIMIT ?",
        (account_id, value, limit),
    )
    return tuple(ctas.from_row(row) for row in rows)
