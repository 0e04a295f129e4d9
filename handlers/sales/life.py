"""The sales side's part of `/success`: how the checklists of an account's renewal stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.sales.words import LABELS
from storage.base import people
from storage.base.switches import covered
from storage.sales import checklists, store
from storage.sales.record import AREA
from storage.sales.settings import SalesArea
from templates.blocks.mrkdwn import mrkdwn
from templates.sales import meetings
from templates.sales import show as views
from templates.success.show import LateRow, PagePart

if TYPE_CHECKING:
    from handlers.success.life import View
    from storage.account.lists import Whose
    from storage.account.record import Account


def late(view: View, whose: Whose) -> list[LateRow]:
    """Meetings of account teams that were due; of a first one nobody knows when it was."""
    weeks = view.policy.settings(SalesArea).meeting_weeks
    condition, values = whose.condition
    found = store.pairs(view.db, view.policy, view.today, f"{condition} AND {store.HAS_MET}", values)
    known = people.many(view.db, store.with_people(found))
    return [
        LateRow(
            None,
            due_on,
            mrkdwn("Meeting of *{}*: {}", meetings.names(one, known), meetings.state_of(one, view.today, weeks)),
            ("Open", "sales.meeting", one.value),
        )
        for one in found
        if one.is_late(view.today, weeks) and (due_on := one.due_on(weeks))
    ]


def page(view: View, account: Account) -> PagePart | None:
    """The checklists of its renewal, and those that it has not had."""
    if not covered(view.policy, AREA, account.segment) or not account.active or account.renewal_on is None:
        return None
    found = checklists.standing(view.db, view.policy, account)
    lines = [views.checklist_line(one, view.today) for one in found]
    if not view.may_change(account):
        return PagePart("Renewal: the sales side", tuple(lines)) if lines else None
    first = next((one for one in found if one.is_open), None)
    buttons = [("Tasks", "cta.tasks", str(first.cta_id))] if first else []
    begins = checklists.not_begun(view.db, view.policy, account)
    buttons += [(LABELS[word], f"sales.{word}", str(account.id)) for word in begins]
    return PagePart(
        "Renewal: the sales side", tuple(lines) or (mrkdwn("No checklist of its renewal yet."),), tuple(buttons)
    )
