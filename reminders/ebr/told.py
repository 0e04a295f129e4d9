"""What is told of an EBR that somebody else logged, handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import maybe_day
from storage.ebr import store as ebrs
from storage.ebr.hearers import LOGGED
from templates.ebr import told as show

if TYPE_CHECKING:
    from reminders.account.telling import Hearing
    from templates.blocks.told import Said


def _logged(one: Hearing) -> Said:
    held_on = maybe_day(one.deed.after.get("held_on"))
    stands = held_on is not None and ebrs.is_logged(one.db, one.account.id, held_on)
    return show.logged(one.account, one.deed.after, one.line, one.today, stands=stands)


TOLD = {LOGGED: _logged}
