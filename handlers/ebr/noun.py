"""`/ebr`, its forms, and everything that a button about an EBR does.

Action ids, for lists and reminder messages. ACCOUNT is `ACCOUNT_ID` (`7`):

    ebr.pick_date   ACCOUNT             form: day and time; no nudges until then
    ebr.log         ACCOUNT             form: already held, on which day
    ebr.held        ACCOUNT:SCHEDULED   "held?" yes, on the day that it was scheduled for (`7:2026-12-03`)
    ebr.call_off    ACCOUNT:SCHEDULED   the scheduled one is off; nudges again
    ebr.brief       ACCOUNT             the long form of the account
    ebr.later       ACCOUNT             reminds the person again, two business days on
    ebr.cadence     ACCOUNT             form: how often; who agreed
    ebr.fill_in     ACCOUNT             form: the last EBR and since when it is a customer
    ebr.fill        -                   the person's accounts of which no such day is known
    ebr.show        ACCOUNT             the account's EBRs
    ebr.more        VERB:ACCOUNT, an overflow with any of the above: `later:7`, `cadence:7`, `log:7`
    ebr.mine, .team, .all, .page_back, .page_on   SCOPE:OFFSET[:PART], a page of the list, or of a part of it
    ebr.every, .overdue, .dateless, .unrecorded           the same
    ebr.coverage, .coverage_mine, .coverage_team, .coverage_all   SCOPE

The record is read again and the person authorised again at every click: a value is only a question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.ebr import slack

if TYPE_CHECKING:
    from handlers.door.nouns import Handler

COMMANDS: dict[str, Handler] = {"/ebr": slack.handle_command}
ACTIONS: dict[str, Handler] = {
    **{f"ebr.{verb}": handler for verb, handler in slack.VERBS.items()},
    "ebr.more": slack.handle_more,
    **{f"ebr.{name}": slack.handle_page for name in (*slack.PAGES, "every", "overdue", "dateless", "unrecorded")},
    **{f"ebr.{name}": slack.handle_coverage for name in ("coverage", "coverage_mine", "coverage_team", "coverage_all")},
}
VIEWS: dict[str, Handler] = {
    "ebr.schedule": slack.submit_schedule,
    "ebr.log": slack.submit_log,
    "ebr.cadence": slack.submit_cadence,
}
