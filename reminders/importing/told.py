"""What is told of an import, handed in: how many accounts it put somebody on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account import store as accounts
from storage.importing import log
from storage.importing.telling import IMPORTED, accounts_of
from templates.account import told as show

if TYPE_CHECKING:
    from reminders.account.telling import Hearing
    from templates.blocks.told import Said


def _imported(one: Hearing) -> Said:
    import_id = int(one.payload["import_id"])
    ids = accounts_of(one.db, import_id, one.reader.id) if one.reader else []
    return show.imported(log.get(one.db, import_id).file, accounts.many(one.db, ids))


TOLD = {IMPORTED: _imported}
