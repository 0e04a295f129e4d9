"""`/renewals`, its forms, and everything that a button about a renewal review does.

Action ids, for lists and reminder messages. REVIEW is `ACCOUNT_ID:RENEWAL_DATE:MONTHS` (`7:2027-04-30:5`) or just
`ACCOUNT_ID` for the review that is due or next; ACCOUNT is `ACCOUNT_ID` (a REVIEW will do);
ENDED is `ACCOUNT_ID:RENEWAL_DATE`, of the renewal that it is about, or just `ACCOUNT_ID`:

    renewal.pick_time   REVIEW     form: day and time; CSM, AE and SA get the invitation
    renewal.ask_team    REVIEW     AE and SA are asked for a time
    renewal.held        REVIEW     form: health, outlook, next step; AE and SA are told
    renewal.skip        REVIEW     form: the reason; the manager sees it
    renewal.undo        REVIEW     takes back that it was held or skipped; who was told is told
    renewal.later       REVIEW     reminds the person again, two business days on
    renewal.outlook     ACCOUNT    form: what is expected of it, why, and how much
    renewal.renewed     ENDED      form: the next date and the new ARR
    renewal.churned     ENDED      form: why, and from when on; the form is the confirmation
    renewal.signing     ENDED      form: by when it will be signed
    renewal.by_itself   ENDED      it renewed by itself, for a year
    renewal.ask_later   ENDED      asks the person again, two business days on
    renewal.lapsed, .old, .signing_list, .lapsed_back, .lapsed_on     SCOPE:OFFSET[:WHICH], a page of what is undecided
    renewal.show        ACCOUNT    the renewal and its reviews
    renewal.brief       ACCOUNT    the long form of the account
    renewal.more        VERB:REVIEW, an overflow or select with any of the above: `skip:…`, `renewed:7`, `brief:7`
    renewal.mine, .team, .all, .page_back, .page_on, .sort, .only  SCOPE:OFFSET[:WHICH:SIEVE], a page of the overview

The record is read again and the person authorised again at every click: a value is only a question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.renewal.slack import clicks, outcomes
from handlers.renewal.slack.commands import handle_command

if TYPE_CHECKING:
    from handlers.door.nouns import Handler


COMMANDS: dict[str, Handler] = {"/renewals": handle_command}
ACTIONS: dict[str, Handler] = {
    "renewal.pick_time": clicks.handle_pick_time,
    "renewal.ask_team": clicks.handle_ask_team,
    "renewal.held": clicks.handle_held,
    "renewal.skip": clicks.handle_skip,
    "renewal.undo": clicks.handle_undo,
    "renewal.later": clicks.handle_later,
    "renewal.outlook": clicks.handle_outlook,
    "renewal.renewed": outcomes.handle_renewed,
    "renewal.churned": outcomes.handle_churned,
    "renewal.by_itself": outcomes.handle_by_itself,
    "renewal.signing": outcomes.handle_signing,
    "renewal.ask_later": outcomes.handle_ask_later,
    "renewal.lapsed": outcomes.handle_lapsed,
    "renewal.old": outcomes.handle_lapsed,
    "renewal.signing_list": outcomes.handle_lapsed,
    "renewal.lapsed_back": outcomes.handle_lapsed,
    "renewal.lapsed_on": outcomes.handle_lapsed,
    "renewal.show": clicks.handle_show,
    "renewal.brief": clicks.handle_brief,
    "renewal.more": clicks.handle_more,
    "renewal.mine": clicks.handle_page,
    "renewal.team": clicks.handle_page,
    "renewal.all": clicks.handle_page,
    "renewal.sort": clicks.handle_page,
    "renewal.only": clicks.handle_page,
    "renewal.page_back": clicks.handle_page,
    "renewal.page_on": clicks.handle_page,
    "renewal.no_review": clicks.handle_page,
    "renewal.plan": clicks.handle_page,
}
VIEWS: dict[str, Handler] = {
    "renewal.pick_time": clicks.submit_pick_time,
    "renewal.held": clicks.submit_held,
    "renewal.skip": clicks.submit_skip,
    "renewal.outlook": clicks.submit_outlook,
    "renewal.renewed": outcomes.submit_renewed,
    "renewal.churned": outcomes.submit_churned,
    "renewal.signing": outcomes.submit_signing,
}
