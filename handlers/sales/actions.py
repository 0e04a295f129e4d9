"""What can be done on the sales side, each once: the change, its audit, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.door.actions import Outcome
from storage.base import people
from storage.sales import checklists
from templates.blocks.mrkdwn import mrkdwn
from templates.sales import show as views

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.base.db import Unit


def open_checklist(unit: Unit, account: Account, which: str) -> Outcome:
    """A checklist of the account's renewal is opened; its tasks come to whose they are in the mornings."""
    made = checklists.open_(unit, account, which)
    ae = people.many(unit.db, [account.ae_id]).get(account.ae_id or 0)
    said, note = views.opened(account, made, ae, checklists.first_due(unit.db, made.id), unit.own_today)
    buttons = [("Tasks", "cta.tasks", str(made.id)), ("Undo", "sales.undo", str(made.id))]
    return Outcome(said, note=note, buttons=buttons)


def take_back(unit: Unit, account: Account, cta_id: int) -> Outcome:
    """It was opened by mistake: withdrawn, unless somebody has worked on it."""
    gone = checklists.take_back(unit, account, cta_id)
    return Outcome(mrkdwn("*{}* · taken back: {}", account.name, gone.title))
