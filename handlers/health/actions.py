"""What can be done with many healths at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door.actions import Outcome
from storage.account import store as accounts
from storage.base.errors import Stale
from storage.base.plurals import counted, form_for
from templates.blocks.mrkdwn import clip, mrkdwn
from templates.blocks.words import joined

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from storage.base.db import Unit
    from storage.health.record import AskedHealth

NAMED = 10
NAME = 60


def confirm(unit: Unit, asked: Sequence[AskedHealth], changeable: Collection[int]) -> Outcome:
    """The green ones against which nothing speaks are as they were, as of today; raises Stale for none."""
    green = [one.account.id for one in asked if one.to_confirm and one.account.id in changeable]
    sure = [account for account in accounts.many(unit.db, green) if account.health == "green" and account.active]
    if not sure:
        raise Stale("Nothing is left to confirm.", "The others need a word each: /success health")
    for account in sure:
        accounts.edit(unit, account.id, {"health": account.health}, "account.health")
    names = [clip(account.name, NAME) for account in sure]
    named = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    left = len(asked) - len(sure)
    said = mrkdwn("*{} confirmed green*: {}", counted(len(sure), "account"), named)
    return Outcome(
        joined([said, f"{left} {form_for(left, 'needs', 'need')} a look" if left else None]),
        buttons=[("Go through the rest", "health.round", "mine:0")] if left else [],
    )
