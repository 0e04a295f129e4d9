"""The line of My day about the month's round through health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.plurals import counted
from templates.blocks.day import Reader, Row, button, done_row, round_row, some_names
from templates.blocks.mrkdwn import mrkdwn

if TYPE_CHECKING:
    from storage.base.day import DayItem
    from storage.health.record import Round


def round_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """One line: how many healths are to be said again, whose, and one click for those that are as they were."""
    found: Round = item.facts
    about = ("health_round", found.scope)
    if not found.asked:
        return [done_row("", "all healths are said", "Health", about=about)]
    names = [one.account.name for one in found.asked]
    said = mrkdwn("*Health of {}* to be said again: {}", counted(len(names), "account"), some_names(names))
    buttons = [button("Go through them", "health.round", f"{found.scope}:0")]
    if found.to_confirm:
        buttons.append(button(f"Confirm {found.to_confirm} unchanged", "health.confirm", found.scope))
    return [round_row(item, reader, about, said, *buttons)]
