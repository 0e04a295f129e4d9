"""The sales side's part of `/success`: how the checklists of an account's renewal stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.sales.words import LABELS
from storage.base.switches import covered
from storage.sales import checklists
from storage.sales.record import AREA
from templates.blocks.mrkdwn import mrkdwn
from templates.sales import show as views
from templates.success.show import PagePart

if TYPE_CHECKING:
    from handlers.success.life import View
    from storage.account.record import Account

__all__ = ["AREA"]


def page(view: View, account: Account) -> PagePart | None:
    """The checklists of its renewal, and those that it has not had."""
    if not covered(view.policy, AREA, account.segment) or not account.active or account.renewal_on is None:
        return None
    found = checklists.standing(view.db, view.policy, account)
    lines = [views.checklist_line(one, view.today) for one in found]
    if not view.may_change(account):
        return PagePart("Renewal: the sales side", tuple(lines)) if lines else None
    buttons = [
        (LABELS[word], f"sales.{word}", str(account.id)) for word in checklists.not_begun(view.db, view.policy, account)
    ]
    return PagePart(
        "Renewal: the sales side", tuple(lines) or (mrkdwn("No checklist of its renewal yet."),), tuple(buttons)
    )
