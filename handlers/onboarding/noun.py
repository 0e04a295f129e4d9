"""Onboarding's verbs of `/success`, handed in.

Action ids. ACCOUNT is `ACCOUNT_ID` (`7`):

    onboarding.reached, .delay           ACCOUNT:MILESTONE   a form; `7:` asks for the milestone
    onboarding.intent                    ACCOUNT             a form for what it bought for
    onboarding.handover                  ACCOUNT,ACCOUNT     opens the checklist of a handover for each
    onboarding.mine, .team, .all         SCOPE               who is in onboarding
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.onboarding import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {
    "onboarding.reached": slack.handle_reached,
    "onboarding.delay": slack.handle_delay,
    "onboarding.intent": slack.handle_intent,
    "onboarding.handover": slack.handle_handover,
    **{f"onboarding.{scope}": slack.handle_list for scope in ("mine", "team", "all")},
}
VIEWS: dict[str, Handler] = {
    "onboarding.reached": slack.submit_reached,
    "onboarding.delay": slack.submit_delay,
    "onboarding.intent": slack.submit_intent,
}
MORE_VERBS: dict[str, dict[str, Verb]] = {
    "/success": {
        "onboarding": slack.by_onboarding,
        "reached": slack.by_reached,
        "intent": slack.by_intent,
        "delay": slack.by_delay,
    }
}
