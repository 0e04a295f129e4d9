"""One-off notes to people, worded when they are sent: invitations, what came of a review, handovers, packets.

Called by `messages.compose` for a row of kind `notice`. Its payload names the template and carries ids and small
facts (storage/base/notices.py); what is no longer true by then is not said any more.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from storage.account import briefs, handover
from storage.account import lists as books
from storage.account import store as accounts
from storage.base import people
from storage.base.errors import NotFound
from storage.base.moments import civil_day, instant, zone
from storage.base.permissions import Rights, may
from storage.renewal.record import HELD, SKIPPED
from templates.blocks import ics
from templates.blocks import notice as views
from templates.renewal import show as renewal_views

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

    from storage.account.brief import Brief
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.renewal.review_steps import ReviewStep
    from templates.blocks.render import Renderer

    Facts = Callable[["_Note"], dict[str, Any] | None]


class _Note:
    """A note about to be worded: its payload, and who reads it when and where."""

    def __init__(self, db: Connection, policy: Policy, row: OutboxRow, now: datetime) -> None:
        self.db, self.policy, self.row, self.now = db, policy, row, now
        self.payload = row.payload
        kind, _, reader_id = row.destination.partition(":")
        self.reader = people.get(db, int(reader_id)) if kind == "person" else None
        self.zone_name = (self.reader.zone if self.reader else None) or policy.timezone
        self.today = civil_day(now, self.zone_name)

    def person(self, name: str) -> Person | None:
        """The person whose id the payload has under this name."""
        person_id = self.payload.get(name)
        return people.many(self.db, [person_id]).get(person_id) if person_id else None

    def day(self, name: str) -> date:
        """The day that the payload has under this name."""
        return date.fromisoformat(self.payload[name])

    def brief(self) -> Brief:
        """All that is known of the account."""
        return briefs.brief(self.db, self.policy, self.row.account_id or 0)

    def step(self, brief: Brief) -> ReviewStep | None:
        """The review that it is about; None if the account's renewal date is another one by now."""
        wanted = f"{brief.account.id}:{self.payload['renewal_on']}:{self.payload['months']}"
        return next((step for step in brief.steps if step.value == wanted), None)

    def shows_arr(self, brief: Brief) -> bool:
        """Whether the reader may see the account's ARR; operations may only where everybody does."""
        if (reader := self.reader) is None:
            return self.policy.arr_visible_to == "everyone"
        rights = Rights(reader, self.policy, leads=lambda: people.leads_somebody(self.db, reader.id))
        return may(rights, "see_arr", self.policy, brief.account)


def message(db: Connection, renderer: Renderer, policy: Policy, row: OutboxRow, now: datetime) -> Any | None:
    """The text and blocks of a note; None where it is no longer true, or about something that is gone."""
    name = str(row.payload["notice"])
    try:
        context = _FACTS[name](_Note(db, policy, row, now))
    except NotFound:
        return None
    return None if context is None else renderer.render(f"notice/{name}", **context)


def calendar_file(db: Connection, policy: Policy, row: OutboxRow, now: datetime) -> tuple[str, bytes] | None:
    """The name and content of the calendar file that goes with an invitation; None for any other note."""
    if row.payload.get("notice") != "review_scheduled":
        return None
    note = _Note(db, policy, row, now)
    brief = note.brief()
    team = [p for p in (brief.person(i) for i in brief.account.team_ids) if p]
    organizer = note.person("by")
    months = int(note.payload["months"])
    content = ics.invitation(
        uid=f"review-{brief.account.id}-{note.payload['renewal_on']}-{months}",
        title=f"{brief.account.name}: {renewal_views.review_name(months)}",
        about=f"Renewal on {note.payload['renewal_on']}.",
        starts_at=instant(note.payload["scheduled_at"]),
        made_at=row.post_at,
        organizer=organizer,
        attendees=[p for p in team if organizer is None or p.id != organizer.id],
    )
    return "renewal-review.ics", content


def _invitation(note: _Note) -> dict[str, Any] | None:
    brief = note.brief()
    step, at = note.step(brief), instant(note.payload["scheduled_at"])
    if step is None or step.review is None or step.review.scheduled_at != at or step.done:
        return None  # moved or held meanwhile: that has a note of its own
    return views.invitation(
        brief,
        step,
        at.astimezone(zone(note.zone_name)),
        note.person("by"),
        note.today,
        note.policy,
        show_arr=note.shows_arr(brief),
    )


def _asked(note: _Note) -> dict[str, Any] | None:
    brief = note.brief()
    step = note.step(brief)
    if step is None or step.state:
        return None
    by, arr = note.person("by"), note.shows_arr(brief)
    return views.asked(brief, step, by, note.today, note.zone_name, note.policy, show_arr=arr)


def _held(note: _Note) -> dict[str, Any] | None:
    brief = note.brief()
    step = note.step(brief)
    return views.held(brief, step, note.person("by"), note.today) if step and step.state == HELD else None


def _skipped(note: _Note) -> dict[str, Any] | None:
    brief = note.brief()
    step = note.step(brief)
    return views.skipped(brief, step, note.person("by"), note.today) if step and step.state == SKIPPED else None


def _taken_back(note: _Note) -> dict[str, Any] | None:
    brief, was = note.brief(), str(note.payload["was"])
    step = note.step(brief)
    if step is None or step.state == was:
        return None  # held or skipped again: that has a note of its own
    return views.taken_back(brief, step, was, note.person("by"), note.today, note.zone_name)


def _cadence(note: _Note) -> dict[str, Any]:
    account = accounts.get(note.db, note.row.account_id or 0)
    return views.cadence(account, int(note.payload["months"]), str(note.payload["agreed_by"]), note.person("by"))


def _handover(note: _Note) -> dict[str, Any] | None:
    giver, taker = note.person("giver"), note.person("taker")
    if giver is None or taker is None:
        return None
    moved = accounts.many(note.db, note.payload["account_ids"])
    titles = handover.titles_of(note.db, note.payload["cta_ids"])
    is_taker = note.reader is not None and note.reader.id == taker.id
    return views.handover(giver, taker, note.person("by"), moved, titles, note.today, is_taker=is_taker)


def _away(note: _Note) -> dict[str, Any] | None:
    person, until = note.person("person"), note.day("until")
    if person is None or person.away_until != until or (note.reader and person.backup_id != note.reader.id):
        return None  # back already, or somebody else stands in
    whose = books.Whose("team", (person.id,))
    renewing, _ = books.renewing(note.db, note.policy, whose, note.today)
    due_ebrs = books.ebrs_due(note.db, note.policy, whose, note.today)
    due_ctas = books.ctas_due_by(note.db, person.id, until)
    return views.packet(person, until, renewing, due_ebrs, due_ctas, note.today, note.zone_name)


def _needs_home(note: _Note) -> dict[str, Any] | None:
    person = note.person("person")
    left = handover.belongings(note.db, person.id) if person else None
    if person is None or left is None or not person.deactivated or not (left.accounts or left.ctas):
        return None
    return views.needs_home(person, left.accounts, left.ctas)


_FACTS: dict[str, Facts] = {
    "review_scheduled": _invitation,
    "review_asked": _asked,
    "review_held": _held,
    "review_skipped": _skipped,
    "review_taken_back": _taken_back,
    "ebr_cadence": _cadence,
    "handover": _handover,
    "away": _away,
    "needs_home": _needs_home,
}
NOTICES = frozenset(_FACTS)
"""The notes that are worded here; `trouble`, for operations, is delivery's own."""
