"""The three-way merge, field by field: what the last import said, what stands here, what the file says now. Pure.

Changed only in the file: taken. Changed only here: kept. Changed on both sides: kept and listed, or taken where
the policy says `crm_wins`. So an old file never turns back what was done in Slack (docs/imports.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storage.importing.record import FieldConflict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.importing.record import Fields, Value


class Merged(NamedTuple):
    """What comes of a merge: the fields to take (`before` → `after`), the conflicts, and where the base moves."""

    before: Fields
    after: Fields
    conflicts: tuple[FieldConflict, ...]
    base_before: Fields
    base: Fields


def same(base: Mapping[str, Value], theirs: Mapping[str, Value]) -> bool:
    """Whether the file says what it said last time: then nothing is to be done, whatever stands here."""
    return all(base.get(field) == value for field, value in theirs.items())


def merge(
    base: Mapping[str, Value], ours: Mapping[str, Value], theirs: Mapping[str, Value], *, crm_wins: bool
) -> Merged:
    """Merge one record. A field that the base lacks counts as empty there: nobody had said anything."""
    before: Fields = {}
    after: Fields = {}
    conflicts: list[FieldConflict] = []
    moved = {field: value for field, value in theirs.items() if base.get(field) != value}
    for field, value in moved.items():
        here = ours.get(field)
        if here == value:
            continue
        if crm_wins or here == base.get(field):
            before[field], after[field] = here, value
        else:
            conflicts.append(FieldConflict(field, here, value))
    return Merged(before, after, tuple(conflicts), {field: base.get(field) for field in moved}, moved)
