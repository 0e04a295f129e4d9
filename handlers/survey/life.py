"""The surveys' part of an account's page of `/success`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.switches import covered
from storage.survey import store
from templates.blocks.mrkdwn import mrkdwn
from templates.success.show import PagePart
from templates.survey.show import answer_words

if TYPE_CHECKING:
    from handlers.success.life import View
    from storage.account.record import Account

AREA = store.AREA
SHOWN = 5


def page(view: View, account: Account) -> PagePart | None:
    """Its last answers, the latest first."""
    if not covered(view.policy, AREA, account.segment):
        return None
    some = store.that_count(view.db, [account.id]).get(account.id, [])[: -SHOWN - 1 : -1]
    lines = [answer_words(one, view.today) for one in some] or [mrkdwn("No answer is known.")]
    buttons = (("Record an answer", "survey.answer", str(account.id)),) if view.may_change(account) else ()
    return PagePart("Surveys", tuple(lines), buttons)
