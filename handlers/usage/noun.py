"""Usage's verbs of `/success`, handed in.

Action ids. ACCOUNT is `ACCOUNT_ID` (`7`):

    usage.show      ACCOUNT   licences, users and use cases, with a chart
    usage.adopted   ACCOUNT   a form: a use case is adopted, as the customer agrees
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.usage import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {"usage.show": slack.handle_show, "usage.adopted": slack.handle_adopted}
VIEWS: dict[str, Handler] = {"usage.adopted": slack.submit_adopted}
MORE_VERBS: dict[str, dict[str, Verb]] = {
    "/success": {"usage": slack.by_usage, "adopted": slack.by_adopted},
}
