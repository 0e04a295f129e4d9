"""The schema, as append-only migrations: a released one is never edited, a new one is added at the end.

STRICT tables, plain SQL, by noun. `_on` columns are ISO days, `_at` columns UTC instants as `moments.instant_text`
writes them, money is in cents. Called by `db.Store`; `docs/schema.md` describes the tables for people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.schema import NAMES_FOLDED, PEOPLE_AND_ACCOUNTS, PEOPLE_TOLD_OF, WORKSPACE_ADMINS
from storage.base.ids_schema import IDS_ONCE
from storage.base.leases_schema import LEASES
from storage.base.marks_schema import MARKS, TASKS_OF_NEW_CTAS
from storage.base.plausible_schema import PLAUSIBLE
from storage.base.schema import IMPORT_READINGS, MACHINERY
from storage.cta.schema import CTAS
from storage.renewal.schema import RENEWALS, SETTLED_EBRS

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
