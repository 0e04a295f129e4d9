"""A last look at the facts before a row is sent: whether it is still due, to whom, and whether now is the time.

By the same rules as the planner's, so that what is called off here and falls due again is planned again. Called by
delivery for each row that it claimed, and by the preview for rows that wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from reminders.engine import walk
from reminders.engine.calendar import Moment, calendar_of
from reminders.engine.holders import heirs
from reminders.engine.items import as_of
from reminders.engine.kinds import (
    AskedRule,
    AtOnceRule,
    NewsRule,
    PeriodRule,
    Reading,
    RecordRule,
    ScheduleRule,
    is_on,
    kind_of,
)
from storage.base import planning
from storage.base.keys import destination_of, key_of, stands_for, to_person
from storage.base.moments import civil_day, day_in_words, instant
from storage.base.recipients import Directory
from storage.base.reminder import AWAY, MUTED, SWITCHED_OFF, Recipient, is_final

if TYPE_CHECKING:
    from datetime import datetime
    from sqlite3 import Connection

    from reminders.engine.kinds import Kind, PlannedRule
    from storage.base.outbox_row import OutboxRow
    from storage.base.person import Person
    from storage.base.policy import Policy

_NOT_THEIRS = "it is no longer theirs"
_AT_ONCE = ("trouble", "reply")  # the message that a reply belongs to stands already
Outcome = Literal["ok", "cancelled", "readdress", "postpone", "expired"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a row; `reason` says why it is cancelled.

    `recipient` is who it goes to now; `readdress`: that is somebody else than the row says, ask again once it says so;
    `owner` is whose it is then, where that may be another, too. `postpone`: not before `not_before`, `late` from then
    on. `lost_news`: these (subject, state, due date) of a morning are no longer true and are to be dropped. `heirs`:
    those are to be told what is cancelled since it is no longer its reader's.
    """

    outcome: Outcome
    reason: str = ""
    recipient: Recipient | None = None
    owner: str = ""
    not_before: datetime | None = None
    late: bool = False
    lost_news: tuple[tuple[str, str, str], ...] = ()
    heirs: tuple[Person, ...] = ()

    @property
    def final(self) -> bool:
        """Cancelled for good; else the planner takes the key up again once it is due again."""
        return self.outcome == "cancelled" and is_final(self.reason)


class _Due(NamedTuple):
    """The row is due still: whose reminder it is, under which key the rules know it, and what fell away."""

    owner: Recipient
    key: str
    lost_news: tuple[tuple[str, str, str], ...] = ()


def still_due(db: Connection, policy: Policy, row: OutboxRow, now: datetime) -> Verdict:
    """The verdict on a reminder that is about to be sent.

    What nobody planned (cards) is always due, and notes wait for their reader's day.
    """
    kind = kind_of(row)
    directory = Directory(db, policy.timezone)
    if kind is None:
        return _note(db, directory, policy, row, now) if _is_note(row) else Verdict("ok")
    if isinstance(kind.rule, AtOnceRule):
        why_not = kind.rule.why_not(db, policy, row) if row.op == "post" else ""
        return _told(db, directory, policy, row, now, why_not)
    if not is_on(kind, policy):
        return Verdict("cancelled", SWITCHED_OFF)
    then = _when(row, kind, directory, policy, now)
    if row.expires_at is not None and row.expires_at <= max(now, then.at):
        return Verdict("expired")
    # The rules are asked as of the instant that it was planned for, or is put off to: that day it is to be due.
    asked = as_of(row.not_before if then.at <= now else then.at, policy)
    found = _look(Reading(db, directory, asked), row, kind.rule)
    if isinstance(found, str):
        return Verdict("cancelled", found)
    recipient = found.owner.at(now)
    if row.kind in found.owner.muted or row.kind in recipient.muted:
        return Verdict("cancelled", MUTED)
    whose = str(row.payload.get("owner", found.owner.destination))
    # A row under a longer key went to the next in line on purpose, after the first was refused, or was put off: by
    # whose it is, or by somebody else, who wants it themselves.
    follows = row.dedupe_key == found.key or (key_of(row.dedupe_key).later_on is not None and "owner" in row.payload)
    if follows and (recipient.destination != row.destination or whose != found.owner.destination):
        return Verdict("readdress", recipient=recipient, owner=found.owner.destination)
    if then.at <= now:
        return Verdict("ok", recipient=recipient, late=row.late, lost_news=found.lost_news)
    late = row.late or then.day > civil_day(row.post_at, recipient.zone)
    return Verdict("postpone", recipient=recipient, not_before=then.at, late=late, lost_news=found.lost_news)


def _is_note(row: OutboxRow) -> bool:
    """Whether a row tells somebody something in their own time, as channels and those who operate the bot have none."""
    to_a_person = destination_of(row.destination).person_id is not None
    return row.kind == "notice" and to_a_person and row.payload["notice"] not in _AT_ONCE


def _note(db: Connection, directory: Directory, policy: Policy, row: OutboxRow, now: datetime) -> Verdict:
    """The verdict on a note; one with an owner is for whoever is there in their stead by now."""
    if "owner" in row.payload and "instead_of" not in row.payload:
        reader = directory.csm(row.owner_id).at(now)
        if reader.destination == to_person(row.payload.get("by") or 0):
            return Verdict("cancelled", "who asked stands in")
        if reader.destination != row.destination:
            return Verdict("readdress", recipient=reader)
    return _told(db, directory, policy, row, now, "")


def _told(db: Connection, directory: Directory, policy: Policy, row: OutboxRow, now: datetime, why_not: str) -> Verdict:
    """The verdict on what somebody else did: for that person alone, if it is theirs, and not in their quiet hours."""
    person = directory.csm(destination_of(row.destination).person_id)
    if row.expires_at is not None and row.expires_at <= now:
        return Verdict("expired")
    if not why_not and (others := heirs(db, policy, row)) is not None:
        return Verdict("cancelled", _NOT_THEIRS, heirs=others)
    if row.kind in person.muted:
        return Verdict("cancelled", MUTED)
    if why_not:
        return Verdict("cancelled", why_not)
    calendar = calendar_of(policy)
    today = civil_day(now, person.zone)
    if calendar.next_business_day(today) == today and not calendar.is_quiet(now, person.zone):
        return Verdict("ok", recipient=person)
    morning = calendar.first_morning(now, person.zone).at
    times = (row.payload.get(name) for name in ("scheduled_at", "was_at"))
    if any(now < instant(str(time)) <= morning for time in times if time):
        return Verdict("ok", recipient=person)  # what they are invited to would be over, or what was moved
    return Verdict("postpone", recipient=person, not_before=morning)


def _when(row: OutboxRow, kind: Kind, directory: Directory, policy: Policy, now: datetime) -> Moment:
    """When the row can be posted, by the clock of whoever it is addressed to: its own time, now, or a morning."""
    person_id = destination_of(row.destination).person_id
    zone = directory.csm(person_id).zone if person_id is not None else policy.timezone
    scheduled = isinstance(kind.rule, ScheduleRule)
    if isinstance(kind.rule, ScheduleRule) and (whose := kind.rule.recipient(row, policy)):
        zone = whose.zone
    calendar = calendar_of(policy)
    then = calendar.on_return(Moment(row.not_before, civil_day(row.not_before, zone)), now, zone)
    if then.at <= now and not scheduled and calendar.is_quiet(now, zone):
        return calendar.first_morning(now, zone)  # It was planned for another zone's morning.
    return then


def _look(reading: Reading, row: OutboxRow, of_row: PlannedRule) -> _Due | str:
    """Whether the rule that a row is of still says so; else why not."""
    match of_row:
        case RecordRule() as rule:
            return _record(reading, row, rule)
        case NewsRule() as rule:
            return _morning(reading, row, rule)
        case PeriodRule() as rule:
            return _period(reading, row, rule)
        case ScheduleRule() as rule:
            recipient = rule.recipient(row, reading.as_of.policy)
            if recipient is None:
                return rule.gone
            return rule.why_not(reading.db, reading.as_of.policy, row) or _Due(recipient, row.dedupe_key)
        case AskedRule() as rule:
            why_not = rule.why_not(reading.db, reading.as_of.policy, row)
            return why_not or _Due(reading.directory.csm(row.owner_id), _key_of_rules(row))


def _record(reading: Reading, row: OutboxRow, rule: RecordRule) -> _Due | str:
    ids = [getattr(row, rule.source.column) or 0]
    # As if the row, and one that it replaces, had never been planned: would it be now?
    found = next(walk.records(reading, rule.source, ids, without=lambda key: stands_for(row.dedupe_key, key)), None)
    if found is None:
        return "the account is gone"
    for _, stream in found.streams:
        for item in stream:
            if item.is_of(row.dedupe_key):
                if item.void:
                    return item.void
                # What was put off comes on the day that its reader picked, wherever its date has moved to since.
                if item.posting.falls_at > reading.as_of.now and key_of(row.dedupe_key).later_on is None:
                    return f"not due before {day_in_words(item.posting.day)}"
                return _Due(item.owner, item.key)
    return rule.why_not(found.facts, rule.own(reading, ids).get(ids[0]), row, reading.as_of.policy)


def _key_of_rules(row: OutboxRow) -> str:
    """The key under which the rules know a row that may have gone to the next in line."""
    return str(row.payload.get("instead_of", row.dedupe_key))


def _period(reading: Reading, row: OutboxRow, rule: PeriodRule) -> _Due | str:
    person_id = row.owner_id
    if rule.known_at(reading.db, reading.as_of.policy, person_id) is None:
        return rule.nobody
    person = reading.directory.csm(person_id)
    day = civil_day(reading.as_of.now, person.zone)
    if rule.alone and person.on(day) is not person:
        return AWAY
    if not rule.holds(reading, person_id, day):
        return rule.nothing
    return _Due(person.alone if rule.alone else person, _key_of_rules(row))


def _morning(reading: Reading, row: OutboxRow, rule: NewsRule) -> _Due | str:
    owner = reading.directory.csm(row.owner_id)
    day = row.due_on or civil_day(reading.as_of.now, owner.zone)
    noted = planning.news_of_row(reading.db, row.id)
    facts: list[Any] = rule.source.read(reading, rule.records_of_row(reading.db, row.id))
    true = {
        news.mark
        for record in facts
        for news in rule.news(record, reading.as_of)
        if news.owner.address == owner.address and rule.holds(news, record, day)
    }
    lost = tuple(mark for mark in noted if mark not in true)
    if len(lost) == len(noted):
        return "nothing of it is true any more"
    return _Due(owner, _key_of_rules(row), lost)
