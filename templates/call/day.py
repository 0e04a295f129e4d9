"""The line of My day about calls that are late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.plurals import counted
from templates.blocks.day import Reader, Row, button, done_row, round_row, some_names
from templates.blocks.mrkdwn import mrkdwn

if TYPE_CHECKING:
    from storage.base.day import DayItem
    from storage.call.record import CallRound


def round_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """One line: how many accounts are late, and which for the longest."""
    found: CallRound = item.facts
    about = ("call_round", found.scope)
    if not found.late:
        return [done_row("", "no call is late", "Calls", about=about)]
    names = [one.account.name for one in found.late]
    said = mrkdwn("*Calls with {}* are late: {}", counted(len(names), "account"), some_names(names))
    return [round_row(item, reader, about, said, button("What is late", "success.mine", f"{found.scope}:0"))]
