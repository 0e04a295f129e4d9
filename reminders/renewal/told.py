"""What is told of what somebody else decided about a renewal, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.renewal.hearers import CHURNED, OUTLOOK, RENEWED
from templates.renewal import told as show

if TYPE_CHECKING:
    from reminders.account.telling import Hearing
    from templates.blocks.told import Said


def _renewed(one: Hearing) -> Said:
    return show.renewed(one.account, one.deed.after, one.line, one.today)


def _churned(one: Hearing) -> Said:
    return show.churned(one.account, one.line)


def _outlook(one: Hearing) -> Said:
    return show.outlook(one.account, one.deed.after, one.line)


TOLD = {RENEWED: _renewed, CHURNED: _churned, OUTLOOK: _outlook}
