"""The notes about handing over, handed in: the list, the packet for a stand-in, accounts that need a home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account import brief as briefs
from storage.account import lists as books
from storage.account import notes
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
    from storage.account.brief import Brief
    from storage.account.notes import Noted


KNOWN, NOTES = 12, 3
"""Of so many accounts a packet says what to know, with so many notes each."""


def _handover(note: Note) -> dict[str, Any] | None:
    giver, taker = note.person("giver"), note.person("taker")
    if giver is None or taker is None:
        return None
    is_taker = note.reader is not None and note.reader.id == taker.id
    told = (note.payload["account_ids"], note.payload["cta_ids"])
    account_ids, cta_ids = handover.still_so(note.db, *told, taker.id if is_taker else giver.id, has=is_taker)
    if any(told) and not (account_ids or cta_ids):
        return None  # they went on, or back, before its reader's morning
    rows = renewal_lists.with_reviews(note.db, note.policy, accounts.many(note.db, account_ids), note.today)
    moved = [row.account for row in in_order(rows, lambda row: place_of(row, note.today, note.policy))]
    titles = handover.titles_of(note.db, note.policy, cta_ids, note.today)
    known = [(brief, _noted(note, brief)) for a in moved[:KNOWN] if (brief := briefs.brief(note.db, note.policy, a.id))]
    by, today = note.person("by"), note.today
    return show.handover(giver, taker, by, moved, titles, today, is_taker=is_taker, known=known)


def _noted(note: Note, brief: Brief) -> list[Noted]:
    """What was noted on an account since its last review, the newest."""
    return notes.since(note.db, note.policy, brief.account.id, briefs.reviewed_on(brief), note.zone_name, limit=NOTES)


def _away(note: Note) -> dict[str, Any] | None:
    person, until = note.person("person"), note.day("until")
    if (
        person is None
        or person.away_until != until
        or until < note.today
        or (note.reader and person.backup_id != note.reader.id)
    ):
        return None  # over already, or somebody else stands in
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


def _away_over(note: Note) -> dict[str, Any] | None:
    person, reader = note.person("person"), note.reader
    if person is None or reader is None:
        return None
    stands_in = person.backup_id == reader.id and person.away_until is not None
    as_planned = stands_in and person.away_until == note.day("until")
    if as_planned and not handover.was_told_of(note.db, person.id, reader.id, note.day("until")):
        return None  # it was over before its reader's morning
    over = as_planned if note.payload.get("until") else not stands_in
    return show.away_over(person) if over else None


NOTICES = {"away_over": _away_over, "handover": _handover, "away": _away, "needs_home": _needs_home}
