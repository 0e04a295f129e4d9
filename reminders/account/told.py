"""What is told of what somebody else did to an account, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.hearers import HEALTH, REDATED, TEAM
from templates.account import told as show

if TYPE_CHECKING:
    from reminders.account.telling import Hearing
    from templates.blocks.told import Said


def _team(one: Hearing) -> Said:
    return show.team(one.account, one.reader.id if one.reader else None)


def _redated(one: Hearing) -> Said:
    return show.redated(one.account, one.deed.after, one.today)


def _health(one: Hearing) -> Said:
    return show.health(one.account, one.deed.after, one.line)


TOLD = {TEAM: _team, REDATED: _redated, HEALTH: _health}
