"""Where an EBR stands among all that is due (storage/base/order.py). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import EBRS, REST, UNDER_WAY, Place, days_left

if TYPE_CHECKING:
    from datetime import date


def ebr_place(
    due_on: date | None,
    scheduled_on: date | None,
    today: date,
    *,
    arr_cents: int | None = None,
    name: str = "",
    account_id: int | None = None,
) -> Place:
    """The place of an account's next EBR: on its day and after it in question, before that only known."""
    if scheduled_on is not None:
        days = days_left(scheduled_on, today)
        return Place(UNDER_WAY if scheduled_on <= today else REST, days, arr_cents, name, account_id)
    group = EBRS if due_on is not None else REST
    return Place(group, days_left(due_on, today), arr_cents, name, account_id)
