"""Growth's verbs and buttons, handed in.

Action ids. ACCOUNT is `ACCOUNT_ID` (`7`):

    growth.duplicate, .never, .left   ACCOUNT   why it was archived
    growth.merged                     ACCOUNT   a form: into which account it went
    growth.returned                   ACCOUNT   a form: since when a customer that left is back
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.growth import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {
    **{f"growth.{why}": slack.handle_ended for why in ("duplicate", "never", "left")},
    "growth.merged": slack.handle_merged,
    "growth.returned": slack.handle_returned,
}
VIEWS: dict[str, Handler] = {"growth.merged": slack.submit_merged, "growth.returned": slack.submit_returned}
MORE_VERBS: dict[str, dict[str, Verb]] = {"/account": {"returned": slack.by_returned}}
