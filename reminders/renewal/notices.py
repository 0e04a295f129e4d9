"""The notes about renewal reviews, handed in: invitations, with a calendar file, and what came of a review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account import brief as briefs
from storage.base.moments import day, instant, zone
from storage.renewal.brief import RenewalPart
from storage.renewal.notices import first_named
from storage.renewal.record import HELD, SKIPPED
from templates.blocks import ics
from templates.renewal import notices as show
from templates.renewal import show as renewal_views

if TYPE_CHECKING:
    from reminders.outbox.notes import Note
    from storage.account.brief import Brief
    from storage.renewal.review_steps import ReviewStep


def _brief(note: Note) -> Brief:
    return briefs.brief(note.db, note.policy, note.row.account_id or 0)


def _step(note: Note, brief: Brief, *, of_team: bool = False) -> ReviewStep | None:
    """The review that it is about; None if the account has another renewal by now.

    `of_team`: it is for its team, and none where its reader is not of that any more since the note has waited.
    """
    if of_team and note.reader is not None and note.reader.id not in brief.account.team_ids:
        return None
    return brief.part(RenewalPart).step(day(note.payload["renewal_on"]), int(note.payload["months"]))


def _calendar(note: Note) -> tuple[str, bytes]:
    """The calendar file that goes with an invitation."""
    brief = _brief(note)
    team = [p for p in (brief.person(i) for i in brief.account.team_ids) if p]
    organizer = note.person("by")
    months = int(note.payload["months"])
    step = _step(note, brief)
    renewal_on = step.renewal_on if step else day(note.payload["renewal_on"])
    content = ics.invitation(
        uid=f"review-{brief.account.id}-{first_named(note.db, step) if step else renewal_on}-{months}",
        title=f"{brief.account.name}: {renewal_views.review_name(months)}",
        about=f"Renewal on {renewal_on}.",
        starts_at=instant(note.payload["scheduled_at"]),
        made_at=note.row.post_at,
        organizer=organizer,
        attendees=[p for p in team if organizer is None or p.id != organizer.id],
    )
    return "renewal-review.ics", content


def _invitation(note: Note) -> dict[str, Any] | None:
    brief = _brief(note)
    step, at = _step(note, brief, of_team=True), instant(note.payload["scheduled_at"])
    if step is None or step.review is None or step.review.scheduled_at != at or step.done:
        return None  # moved or held meanwhile: that has a note of its own
    return show.invitation(
        brief,
        step,
        at.astimezone(zone(note.zone_name)),
        note.person("by"),
        note.today,
        note.policy,
        show_arr=note.shows_arr(brief.account),
    )


def _asked(note: Note) -> dict[str, Any] | None:
    brief = _brief(note)
    step = _step(note, brief, of_team=True)
    if step is None or step.state:
        return None
    by, arr = note.person("by"), note.shows_arr(brief.account)
    return show.asked(brief, step, by, note.today, note.zone_name, note.policy, show_arr=arr)


def _held(note: Note) -> dict[str, Any] | None:
    brief = _brief(note)
    step = _step(note, brief, of_team=True)
    return show.held(brief, step, note.person("by"), note.today) if step and step.state == HELD else None


def _skipped(note: Note) -> dict[str, Any] | None:
    brief = _brief(note)
    step = _step(note, brief)
    return show.skipped(brief, step, note.person("by"), note.today) if step and step.state == SKIPPED else None


def _taken_back(note: Note) -> dict[str, Any] | None:
    brief, was = _brief(note), str(note.payload["was"])
    step = _step(note, brief)
    if step is None or step.state == was:
        return None  # held or skipped again: that has a note of its own
    return show.taken_back(brief, step, was, note.person("by"), note.today, note.zone_name)


NOTICES = {
    "review_scheduled": _invitation,
    "review_asked": _asked,
    "review_held": _held,
    "review_skipped": _skipped,
    "review_taken_back": _taken_back,
}
FILES = {"review_scheduled": _calendar}
