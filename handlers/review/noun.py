"""What a button of a manager's review does, and its verb of `/success`, handed in.

Action ids. SECTION is a section's name, OFFSET the first row of its page, ACCOUNT an account's id, MARK the id of what
was seen or asked:

    review.open                                    –                        the team's review
    review.sections                                `team` or a CSM's id     all sections, in place
    review.section, .section_on, .section_back     SECTION:OFFSET[:CSM]     a page of a section
    review.seen, .ask, .note, .take_back           SECTION:OFFSET:ACCOUNT   of one account
    review.rest_seen                               SECTION:OFFSET           all that is left of a section
    review.rest_back                               SECTION:OFFSET:MARK      and not, after all
    review.answer                                  MARK                     the CSM's form
    review.account                                 ACCOUNT                  the account's page
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.review import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

ACTIONS: dict[str, Handler] = {
    "review.open": slack.handle_open,
    "review.sections": slack.handle_sections,
    **{f"review.{name}": slack.handle_section for name in ("section", "section_on", "section_back")},
    "review.seen": slack.handle_seen,
    "review.rest_seen": slack.handle_rest_seen,
    "review.rest_back": slack.handle_rest_back,
    "review.take_back": slack.handle_take_back,
    "review.ask": slack.handle_ask,
    "review.note": slack.handle_note,
    "review.answer": slack.handle_answer,
    "review.account": slack.handle_account,
}
VIEWS: dict[str, Handler] = {
    "review.ask": slack.submit_ask,
    "review.note": slack.submit_note,
    "review.answer": slack.submit_answer,
}
MORE_VERBS: dict[str, dict[str, Verb]] = {"/success": {"review": slack.under_review}}
