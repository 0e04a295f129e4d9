"""What a button about a call does, and `/success call`, handed in.

Action ids. ACCOUNT is `ACCOUNT_ID` (`7`):

    call.log    ACCOUNT    the form in which a call is logged
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.call import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {"call.log": slack.handle_log}
VIEWS: dict[str, Handler] = {"call.log": slack.submit_log}
MORE_VERBS: dict[str, dict[str, Verb]] = {"/success": {"call": slack.handle_call}}
