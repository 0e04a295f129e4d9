"""The notes about handing over, handed in: the list, the packet for a stand-in, accounts that need a home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account import lists as books
from storage.account import store as accounts
from storage.base.order import in_order
from storage.cta import deferred
from storage.ebr import lists as ebr_lists
from storage.handover import store as handover
from storage.renewal import lists as renewal_lists
from storage.renewal.place import place_of
from templates.handover import notices as show

if TYPE_CHECKING:
    from reminders.outbox.notes import Note


def _handover(note: Note) -> dict[str, Any] | None:
    giver, taker = note.person("giver"), note.person("taker")
    if giver is None or taker is None:
        return None
    rows = renewal_lists.with_reviews(
        note.db, note.policy, accounts.many(note.db, note.payload["account_ids"]), note.today
    )
    moved = [row.account for row in in_order(rows, lambda row: place_of(row, note.today, note.policy))]
    titles = handover.titles_of(note.db, note.policy, note.payload["cta_ids"], note.today)
    is_taker = note.reader is not None and note.reader.id == taker.id
    return show.handover(giver, taker, note.person("by"), moved, titles, note.today, is_taker=is_taker)


def _away(note: Note) -> dict[str, Any] | None:
    person, until = note.person("person"), note.day("until")
    if person is None or person.away_until != until or (note.reader and person.backup_id != note.reader.id):
        return None  # back already, or somebody else stands in
    whose = books.Whose("team", (person.id,))
    renewing, _ = renewal_lists.renewing(note.db, note.policy, whose, note.today)
    due_ebrs = ebr_lists.ebrs_due(note.db, note.policy, whose, note.today)
    due_ctas = deferred.ctas_due_by(note.db, note.policy, person.id, until, note.today)
    return show.packet(person, until, renewing, due_ebrs, due_ctas, note.today, note.zone_name)


def _needs_home(note: Note) -> dict[str, Any] | None:
    person = note.person("person")
    left = handover.belongings(note.db, person.id) if person else None
    if person is None or left is None or not person.deactivated or not (left.accounts or left.ctas):
        return None
    return show.needs_home(person, left.accounts, left.ctas)


NOTICES = {"handover": _handover, "away": _away, "needs_home": _needs_home}
