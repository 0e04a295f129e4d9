"""The plans' notes to people. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.plan.record import ROI
from templates.blocks.mrkdwn import clip, mrkdwn
from templates.blocks.notice import by_words

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.base.person import Person


def returned_note(by: Person | None, account: Account, line: str) -> dict[str, Any]:
    """What templates/notice/plan_returned shows: who returned the plan, and what is missing."""
    said = mrkdwn("{} returned the success plan of *{}*: “{}”", by_words(by), clip(account.name, 80), clip(line, 2000))
    return {"said": said, "value": f"{account.id}:{ROI}"}
