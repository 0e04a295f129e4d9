"""`/account`, its forms, and everything that a button about an account does.

Action ids, for cards, lists, Home and messages. ACCOUNT is `ACCOUNT_ID` (`7`), PERSON is a person's id:

    account.show, .brief, .history     ACCOUNT          the card, the long form, who changed what
    account.edit, .archive, .unarchive ACCOUNT          forms; archive asks first
    account.undo                       AUDIT            takes back what that row of the audit says was done
    account.note                       ACCOUNT          a form for a note
    account.history_back, .history_on  ACCOUNT:OFFSET   another page of the history
    account.health                     ACCOUNT:HEALTH   `7:green`; `7` alone: the form
    account.more                       VERB:ACCOUNT     an overflow with any of the above (`show:7`), or another noun's
                                                        action (`ebr.log:7`)
    account.list, .page_back, .page_on SCOPE:LIST:OFFSET[:SIEVE]  `mine:renewing:0:arr+red`, also .sort, .only
    account.find                       -                a form to find an account in; account.search is its typeahead
    account.add                        -                the form of a new account

`account.search` is a typeahead over accounts for any form: its values are account ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.account import pages as shown
from handlers.account import undo
from handlers.account.by_name import by_start, exact
from handlers.account.slack import clicks, forms, notes
from handlers.account.slack.commands import handle_command
from handlers.door.name_spans import runs
from handlers.door.people import handle_directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.nouns import Handler
    from handlers.door.services import Services
    from handlers.door.words import Word


COMMANDS: dict[str, Handler] = {"/account": handle_command}
ACTIONS: dict[str, Handler] = {
    "account.show": clicks.handle_show,
    "account.brief": clicks.handle_brief,
    "account.history": clicks.handle_history,
    "account.history_back": clicks.handle_history,
    "account.history_on": clicks.handle_history,
    "account.note": notes.handle_note,
    "account.undo": undo.handle_undo,
    "account.edit": clicks.handle_edit,
    "account.archive": clicks.handle_archive,
    "account.unarchive": clicks.handle_unarchive,
    "account.health": clicks.handle_health,
    "account.more": clicks.handle_more,
    "account.list": clicks.handle_list,
    "account.sort": clicks.handle_list,
    "account.only": clicks.handle_list,
    "account.page_back": clicks.handle_list,
    "account.page_on": clicks.handle_list,
    "account.find": clicks.handle_find,
    "account.search": clicks.handle_picked,
    "account.add": clicks.handle_add,
}
VIEWS: dict[str, Handler] = {
    "account.add": forms.submit_add,
    "account.edit": forms.submit_edit,
    "account.health": forms.submit_health,
    "account.note": notes.submit_note,
    "account.archive": forms.submit_archive,
}
EVENTS: dict[str, Handler] = {"user_change": handle_directory, "team_join": handle_directory}
OPTIONS: dict[str, Handler] = {
    "account.search": shown.handle_search,
}


def SAID_ALONE(services: Services, words: Sequence[Word]) -> Sequence[str]:  # noqa: N802 - one of the tables
    """What can be asked about an account that somebody only names; nothing where the words name none."""
    db, phrases = services.store.connection(), runs(words)
    known = exact(db, phrases) or by_start(db, phrases)
    return ("/account", "/cta list", "/renewals", "/ebr") if known else ()
