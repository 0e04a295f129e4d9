"""What a button about an account in trouble does, and its verbs of `/success`, handed in.

Action ids. TRIAGE is its id, ACCOUNT the account's:

    triage.update, .edit, .helped   TRIAGE         forms
    triage.needed                   ACCOUNT        the form that puts a yellow account into triage
    triage.will_churn               TRIAGE         a form; managers only
    triage.more                     VERB:ID        an overflow: `update:3`, `edit:3`, `show:7` (an account)
    triage.mine, .team, .all, .page_back, .page_on   SCOPE:OFFSET   a page of those open
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.triage import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {
    "triage.update": slack.handle_update,
    "triage.edit": slack.handle_edit,
    "triage.helped": slack.handle_helped,
    "triage.needed": slack.handle_needed,
    "triage.will_churn": slack.handle_will_churn,
    "triage.more": slack.handle_more,
    **{f"triage.{name}": slack.handle_page for name in ("mine", "team", "all", "page_back", "page_on")},
}
VIEWS: dict[str, Handler] = {
    "triage.update": slack.submit_update,
    "triage.edit": slack.submit_edit,
    "triage.helped": slack.submit_helped,
    "triage.will_churn": slack.submit_will_churn,
}
MORE_VERBS: dict[str, dict[str, Verb]] = {
    "/success": {
        "triage": slack.under_triage,
        "update": slack.under_update,
        "will_churn": slack.under_will_churn,
    }
}
