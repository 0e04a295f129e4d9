"""What a button about an escalation does, and its verbs of `/success`, handed in.

Action ids. ESCALATION is its id, ACCOUNT the account's:

    escalation.open                       ACCOUNT       the form of a new one
    escalation.update, .close, .show      ESCALATION    forms, and the account's page
    escalation.reopen                     ESCALATION    it is open again
    escalation.more                       VERB:ID       an overflow: `update:3`, `close:3`, `show:3`
    escalation.mine, .team, .all, .page_back, .page_on   SCOPE:OFFSET   a page of those open
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.escalation import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {
    "escalation.open": slack.handle_open,
    **{f"escalation.{verb}": handler for verb, handler in slack.VERBS.items()},
    "escalation.more": slack.handle_more,
    **{f"escalation.{name}": slack.handle_page for name in ("mine", "team", "all", "page_back", "page_on")},
}
VIEWS: dict[str, Handler] = {
    "escalation.open": slack.submit_open,
    "escalation.update": slack.submit_update,
    "escalation.close": slack.submit_close,
}
MORE_VERBS: dict[str, dict[str, Verb]] = {
    "/success": {"escalate": slack.under_escalate, "escalations": slack.under_escalations}
}
