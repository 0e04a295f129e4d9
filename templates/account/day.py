"""Lines of a day about an account: what all of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from templates.account.show import gone_words
from templates.blocks.day import Reader, Row, RowsOf, day_row, done_row
from templates.blocks.mrkdwn import as_mrkdwn

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from storage.account.record import Account
    from storage.base.day import DayItem

Shown = TypeVar("Shown")


def gone_row(account: Account, reader: Reader, about: Hashable = None) -> Row | None:
    """`✓ Acme: churned`, in place of whatever was asked of an account; None for one of which it is to be asked."""
    return None if account.active else done_row(account.name, gone_words(account, reader.today), about=about)


def with_brief(show: Callable[[Shown, DayItem, Reader, bool], Row]) -> RowsOf:
    """One line about an account; where the record is gone, the reason for which it was planned."""

    def rows(item: DayItem, reader: Reader, alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
        if item.facts is None:
            return [day_row("", as_mrkdwn(item.row.why or item.row.kind))]
        return [gone_row(item.facts.brief.account, reader) or show(item.facts, item, reader, alone)]

    return rows
