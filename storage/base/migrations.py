"""The schema, as append-only migrations: a released one is never edited, a new one has the next number.

Each noun hands in its own (`schema.py`, `MIGRATIONS` of number and script), under one count for the repository. STRICT
tables, plain SQL. `_on` columns are ISO days, `_at` columns UTC instants as `moments.instant_text` writes them, money
is in cents. Called by `db.Store`; `docs/schema.md` describes the tables for people.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from storage.base import schema
from storage.base.nouns import handed_in

if TYPE_CHECKING:
    from collections.abc import Sequence


@cache
def migrations() -> Sequence[str]:
    """All scripts in order; the number of those applied is the file's `user_version`.

    The first is what all nouns had when numbers began. Raises ValueError for a number given twice, or left out.
    """
    handed = [pair for noun in (*handed_in("storage", "schema"), schema) for pair in noun.MIGRATIONS]
    later = sorted((pair for pair in handed if pair[0] > 1), key=lambda pair: pair[0])
    if [number for number, _ in later] != list(range(2, len(later) + 2)):
        raise ValueError("migrations are numbered once for all nouns, without gaps")
    return ["".join(script for number, script in handed if number == 1), *(script for _, script in later)]


@cache
def additions() -> frozenset[int]:
    """The migrations that a bot of the schema before may go on beside: they only add what it need not know of.

    Each noun names its own (`schema.py`, `ADDITIONS`); one that is not named ends all older bots.
    """
    return frozenset(
        number for noun in (*handed_in("storage", "schema"), schema) for number in getattr(noun, "ADDITIONS", ())
    )
