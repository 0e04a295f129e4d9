"""What a button about surveys does, and their verbs of `/success`, handed in.

Action ids. SCOPE is `mine`, `team`, `all` or `csm-12`, ACCOUNT is `ACCOUNT_ID` (`7`):

    survey.round, .mine, .team, .all, .page_back, .page_on   SCOPE:OFFSET   a page of who is asked in the round
    survey.answer   ACCOUNT   the form of an answer
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.survey import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {
    **{f"survey.{name}": slack.handle_page for name in ("round", "mine", "team", "all", "page_back", "page_on")},
    "survey.answer": slack.handle_answer,
}
VIEWS: dict[str, Handler] = {"survey.answer": slack.submit_answer}
MORE_VERBS: dict[str, dict[str, Verb]] = {"/success": {"survey": slack.by_survey, "surveys": slack.by_surveys}}
