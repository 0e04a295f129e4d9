"""The escalations' part of `/success`: updates that are late, and those of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.business_days import business_days_of
from storage.base.order import BURNING
from storage.base.switches import covered
from storage.escalation import store as escalations
from storage.escalation.day import with_days
from storage.escalation.record import next_due
from storage.escalation.settings import EscalationArea
from templates.blocks.mrkdwn import mrkdwn
from templates.escalation.show import line
from templates.success.show import LateRow, PagePart

if TYPE_CHECKING:
    from handlers.success.life import View
    from storage.account.lists import Whose
    from storage.account.record import Account

AREA = "escalations"
GROUP = BURNING
SHOWN = 6


def late(view: View, whose: Whose) -> list[LateRow]:
    """Escalations whose update is due."""
    return [
        LateRow(one.account, one.due_on, line(one.escalation, one.due_on, view.today), _update(one.escalation.id))
        for one in with_days(view.db, view.policy, escalations.open_of(view.db, whose))
        if one.due_on <= view.today
    ]


def page(view: View, account: Account) -> PagePart | None:
    """Its escalations, open ones first."""
    if not covered(view.policy, AREA, account.segment):
        return None
    area, business = view.policy.settings(EscalationArea), business_days_of(view.policy)
    some = escalations.of_accounts(view.db, [account.id])[:SHOWN]
    to_come = account.active
    lines = [line(one, next_due(one, area, business) if one.is_open and to_come else None, view.today) for one in some]
    if not view.may_change(account) or not account.active:
        return PagePart("Escalations", tuple(lines)) if lines else None
    first = next((one for one in some if one.is_open), None)
    buttons = [_update(first.id), ("Close", "escalation.close", str(first.id))] if first else []
    buttons.append(("Escalate", "escalation.open", str(account.id)))
    return PagePart("Escalations", tuple(lines) or (mrkdwn("None is open."),), tuple(buttons))


def _update(escalation_id: int) -> tuple[str, str, str]:
    return "Update", "escalation.update", str(escalation_id)
