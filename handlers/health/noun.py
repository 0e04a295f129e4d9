"""What a button about the month's round through health does, handed in.

Action ids. SCOPE is `mine`, `team`, `all` or `csm-12`, ACCOUNT is `ACCOUNT_ID` (`7`):

    health.round, .mine, .team, .all, .page_back, .page_on   SCOPE:OFFSET   a page of those to be said again
    health.confirm   SCOPE           the green ones of these against which nothing speaks are as they were
    health.more      VERB:ACCOUNT    an overflow: `green:7`, `yellow:7`, `red:7`, `show:7`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.health import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {
    **{f"health.{name}": slack.handle_page for name in ("round", "mine", "team", "all", "page_back", "page_on")},
    "health.confirm": slack.handle_confirm,
    "health.more": slack.handle_more,
}
MORE_VERBS: dict[str, dict[str, Verb]] = {"/success": {"health": slack.handle_health}}
