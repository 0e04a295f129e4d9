"""`/success`, handed in; areas hand in its verbs (MORE_VERBS) and their part of its screens (`life.py`).

Action ids. ACCOUNT is `ACCOUNT_ID` (`7`):

    success.show                                      ACCOUNT        the account's page
    success.mine, .team, .all, .page_back, .page_on   SCOPE:OFFSET   a page of what is late
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.success import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

COMMANDS: dict[str, Handler] = {"/success": slack.handle_command}
ACTIONS: dict[str, Handler] = {
    "success.show": slack.handle_show,
    **{f"success.{name}": slack.handle_page for name in slack.PAGES},
}
MORE_VERBS: dict[str, dict[str, Verb]] = {"/account": {"success": slack.under_account}}
