"""`/account`, its forms, people who are away, and everything that a button about an account does.

Action ids, for cards, lists, Home and messages. ACCOUNT is `ACCOUNT_ID` (`7`), PERSON is a person's id:

    account.show, .brief, .history     ACCOUNT          the card, the long form, who changed what
    account.edit, .archive, .unarchive ACCOUNT          forms; archive asks first
    account.health                     ACCOUNT:HEALTH   `7:green`; `7` alone: the form
    account.more                       VERB:ACCOUNT     an overflow with any of the above (`show:7`), or another noun's
                                                        action (`ebr.log:7`)
    account.list, .page_back, .page_on SCOPE:LIST:OFFSET  `mine:renewing:0`
    account.find                       -                a form to find an account in; account.search is its typeahead
    account.add                        -                the form of a new account
    account.conflicts                  OFFSET or -      what a file and people said differently
    account.handover_open              PERSON or -      the form to hand somebody's accounts over
    account.import_open                -                the form that takes a file
    account.import_confirm             KIND:FILE:SKIP   the file that was looked at is imported
    account.import_columns             -                the mapping step: what its columns mean
    account.import_days, .import_always  PLACE:ORDER    how a column's days are read: `4:mdy`
    people.away, people.back           -                the form "I'm away"; back again

`account.search` is a typeahead over accounts for any form: its values are account ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account.slack import away, clicks, forms, handover
from handlers.account.slack import pages as shown
from handlers.account.slack.commands import handle_command
from handlers.door.people import handle_directory
from handlers.importing import slack as imports

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.door.request import Answer, Request
    from handlers.door.services import Services

    Handler = Callable[[Request, Services], Answer | None]

COMMANDS: dict[str, Handler] = {"/account": handle_command}
ACTIONS: dict[str, Handler] = {
    "account.show": clicks.handle_show,
    "account.brief": clicks.handle_brief,
    "account.history": clicks.handle_history,
    "account.edit": clicks.handle_edit,
    "account.archive": clicks.handle_archive,
    "account.unarchive": clicks.handle_unarchive,
    "account.health": clicks.handle_health,
    "account.more": clicks.handle_more,
    "account.list": clicks.handle_list,
    "account.page_back": clicks.handle_list,
    "account.page_on": clicks.handle_list,
    "account.find": clicks.handle_find,
    "account.search": clicks.handle_picked,
    "account.add": clicks.handle_add,
    "account.conflicts": imports.handle_conflicts,
    "account.conflicts_back": imports.handle_conflicts,
    "account.conflicts_on": imports.handle_conflicts,
    "account.decide": imports.handle_decide,
    "account.import_open": imports.handle_open,
    "account.import_confirm": imports.handle_confirm,
    "account.import_columns": imports.handle_columns,
    "account.import_days": imports.handle_days,
    "account.import_always": imports.handle_days,
    "account.handover_open": handover.handle_open,
    "people.away": away.handle_open,
    "people.back": away.handle_back,
}
VIEWS: dict[str, Handler] = {
    "account.add": forms.submit_add,
    "account.edit": forms.submit_edit,
    "account.health": forms.submit_health,
    "account.archive": forms.submit_archive,
    "account.handover": handover.submit,
    "account.import": imports.submit_file,
    "account.import_columns": imports.submit_columns,
    "people.away": away.submit,
}
EVENTS: dict[str, Handler] = {"user_change": handle_directory, "team_join": handle_directory}
OPTIONS: dict[str, Handler] = {
    "account.search": shown.handle_search,
    "account.handover_accounts": handover.handle_accounts,
}
