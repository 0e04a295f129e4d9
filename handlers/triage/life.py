"""The triages' part of `/success`: updates that are late, and an account's triage with its last updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import BURNING
from storage.base.switches import covered
from storage.health.settings import HealthArea
from storage.triage import day as triage_day
from storage.triage import store as triages
from storage.triage.record import OPEN, update_due
from templates.blocks.mrkdwn import mrkdwn
from templates.success.show import LateRow, PagePart
from templates.triage.show import line, page_lines

if TYPE_CHECKING:
    from handlers.success.life import View
    from storage.account.lists import Whose
    from storage.account.record import Account

AREA = "health"
GROUP = BURNING
UPDATES = 4


def late(view: View, whose: Whose) -> list[LateRow]:
    """Triages whose update is due."""
    return [
        LateRow(
            one.account,
            one.due_on,
            mrkdwn("triage: {}", line(one.triage, one.due_on, view.today)),
            ("Update", "triage.update", str(one.triage.id)),
        )
        for one in triage_day.open_of(view.db, view.policy, whose)
        if one.due_on and one.due_on <= view.today
    ]


def page(view: View, account: Account) -> PagePart | None:
    """The triage in which it is, or was last; of an account that is gone one that is over: nobody ends another."""
    if not covered(view.policy, AREA, account.segment):
        return None
    may_change = view.may_change(account) and account.active
    triage = next(iter(triages.of_accounts(view.db, [account.id])), None)
    if triage is None or (triage.state == OPEN and not account.active):
        if account.health != "yellow" or not may_change:
            return None
        needed = ("Needs triage", "triage.needed", str(account.id))
        return PagePart("Triage", (mrkdwn("It is in none."),), (needed,))
    due_on = update_due(triage, view.policy.settings(HealthArea))
    updates = triages.updates(view.db, triage.id, UPDATES)
    escalated = triages.escalated(view.db, view.policy, account.id)
    lines = page_lines(triage, due_on, updates, view.today, escalated=escalated)
    buttons = []
    if may_change and triage.state == OPEN:
        buttons = [("Update", "triage.update", str(triage.id)), ("Impact and reason", "triage.edit", str(triage.id))]
        if view.request.rights.manager:
            buttons.append(("Will churn", "triage.will_churn", str(triage.id)))
    return PagePart("Triage", lines, tuple(buttons))
