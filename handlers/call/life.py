"""The calls' part of `/success`: accounts that nobody has talked to for too long, and the last calls of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base import people
from storage.base.switches import covered
from storage.call import store as calls
from templates.blocks.mrkdwn import Mrkdwn
from templates.call.show import call_line, late_words
from templates.success.show import LateRow, PagePart

if TYPE_CHECKING:
    from handlers.success.life import View
    from storage.account.lists import Whose
    from storage.account.record import Account

AREA = "calls"
SHOWN = 5


def late(view: View, whose: Whose) -> list[LateRow]:
    """Accounts of which the call is late."""
    found = calls.late(view.db, view.policy, whose, view.today)
    return [
        LateRow(one.account, one.since, Mrkdwn(late_words(one)), ("Log a call", "call.log", str(one.account.id)))
        for one in found
    ]


def page(view: View, account: Account) -> PagePart | None:
    """The last calls with it."""
    if not covered(view.policy, AREA, account.segment):
        return None
    some = calls.of_account(view.db, account.id, limit=SHOWN)
    known = people.many(view.db, [call.by_id for call in some])
    lines = [call_line(call, known.get(call.by_id or 0), view.today) for call in some]
    tardy = calls.late_among(view.db, view.policy, [account], view.today) if account.active else []
    lines = [*(Mrkdwn(f"Late: {late_words(one)}") for one in tardy), *(lines or [Mrkdwn("No call is logged.")])]
    buttons = (("Log a call", "call.log", str(account.id)),) if view.may_change(account) else ()
    return PagePart("Calls", tuple(lines), buttons)
