"""The schema, as append-only migrations: a released one is never edited, a new one is added at the end.

STRICT tables, plain SQL, by noun. `_on` columns are ISO days, `_at` columns UTC instants as `moments.instant_text`
writes them, money is in cents. Called by `db.Store`; `docs/schema.md` describes the tables for people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.migrations.accounts import NAMES_FOLDED, PEOPLE_AND_ACCOUNTS, PEOPLE_TOLD_OF, WORKSPACE_ADMINS
from storage.migrations.ctas import CTAS
from storage.migrations.ids import IDS_ONCE
from storage.migrations.leases import LEASES
from storage.migrations.machinery import IMPORT_READINGS, MACHINERY
from storage.migrations.marks import MARKS, TASKS_OF_NEW_CTAS
from storage.migrations.plausible import PLAUSIBLE
from storage.migrations.renewals import RENEWALS, SETTLED_EBRS

if TYPE_CHECKING:
    from collections.abc import Sequence

MIGRATIONS: Sequence[str] = (
    PEOPLE_AND_ACCOUNTS + CTAS + RENEWALS + MACHINERY + MARKS,
    TASKS_OF_NEW_CTAS,
    SETTLED_EBRS,
    NAMES_FOLDED,
    WORKSPACE_ADMINS,
    LEASES,
    IMPORT_READINGS,
    PEOPLE_TOLD_OF,
    PLAUSIBLE,
    IDS_ONCE,
)
"""Each is one script; the number of those applied is the file's `user_version`."""
