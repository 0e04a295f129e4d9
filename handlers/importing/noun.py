"""Files of accounts, CTAs and people, and what they and people said differently.

account.import_open                  -               the form that takes a file
account.import_confirm               KIND:FILE:SKIP  the file that was looked at is imported
account.import_columns               -               the mapping step: what its columns mean
account.import_days, .import_always  PLACE:ORDER     how a column is read: `4:mdy`, `4:.`
account.conflicts                    OFFSET or -     what a file and people said differently
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.importing import slack as imports

if TYPE_CHECKING:
    from handlers.door.nouns import Handler, Verb

MORE_VERBS: dict[str, dict[str, Verb]] = {
    "/account": {"conflicts": imports.conflicts_by_words, "import": imports.import_by_words}
}
ACTIONS: dict[str, Handler] = {
    "account.conflicts": imports.handle_conflicts,
    "account.conflicts_back": imports.handle_conflicts,
    "account.conflicts_on": imports.handle_conflicts,
    "account.decide": imports.handle_decide,
    "account.import_open": imports.handle_open,
    "account.import_confirm": imports.handle_confirm,
    "account.import_columns": imports.handle_columns,
    "account.import_days": imports.handle_days,
    "account.import_always": imports.handle_days,
}
VIEWS: dict[str, Handler] = {
    "account.import": imports.submit_file,
    "account.import_columns": imports.submit_columns,
}
