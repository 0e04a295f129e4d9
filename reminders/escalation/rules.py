"""Escalations: an update is wanted each business day from its due day on, and the manager hears once. Pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reminders.engine.calendar import DAY, start_of
from reminders.engine.items import Item, posting
from storage.base.business_days import business_days_of
from storage.base.keys import Key, key_of
from storage.base.moments import day_in_words
from storage.escalation.record import next_due
from storage.escalation.settings import EscalationArea

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from reminders.engine.items import AsOf
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.base.reminder import AccountFacts, Told
    from storage.escalation.facts import EscalationFacts

ESCALATION_UPDATE, ESCALATION_LATE = "escalation_update", "escalation_late"
AHEAD = 130
"""Business days for which a rehearsal looks ahead: half a year."""
LATE_FOR = 7


def escalation_items(
    account: AccountFacts, own: Sequence[EscalationFacts] | None, _told: Mapping[str, Told], as_of: AsOf
) -> Iterator[Item]:
    """All about the account's open escalations; what comes to the manager first, since the others have no end."""
    if not account.active or not own:
        return
    area, business = as_of.policy.settings(EscalationArea), business_days_of(as_of.policy)
    for one in own:
        due = next_due(one.escalation, area, business)
        yield _late(account, one, due, business.after(due, 1), as_of)
    for one in own:
        yield from _updates(account, one, next_due(one.escalation, area, business), as_of)


def _updates(account: AccountFacts, one: EscalationFacts, due: date, as_of: AsOf) -> Iterator[Item]:
    """The next day on which the update is asked for, and all that follow if nobody gives it."""
    business = business_days_of(as_of.policy)
    day = business.next_from(max(due, as_of.today_in(one.owner.zone) - DAY))
    for _ in range(AHEAD):
        when = posting(as_of, one.owner, day)
        if when.day == day:
            yield Item(
                key=str(Key(ESCALATION_UPDATE, (one.escalation.id, day))),
                kind=ESCALATION_UPDATE,
                owner=one.owner,
                posting=when,
                due_on=due,
                step=None,
                reason=partial(_why, due, day),
                expires_at=start_of(day + DAY, when.recipient.zone),
                account_id=account.id,
            )
        day = business.after(day, 1)


def _late(account: AccountFacts, one: EscalationFacts, due: date, day: date, as_of: AsOf) -> Item:
    when = posting(as_of, one.manager, day)
    return Item(
        key=str(Key(ESCALATION_LATE, (one.escalation.id, due))),
        kind=ESCALATION_LATE,
        owner=one.manager,
        posting=when,
        due_on=day,
        step=None,
        reason=partial(_why, due, day),
        expires_at=start_of(when.day + LATE_FOR * DAY, when.recipient.zone),
        account_id=account.id,
    )


def _why(due: date, day: date) -> str:
    return "its update is due" if due == day else f"its update was due on {day_in_words(due)}"


def why_none(_account: AccountFacts, own: Sequence[EscalationFacts] | None, row: OutboxRow, _policy: Policy) -> str:
    """Why a planned one is due no more."""
    number = key_of(row.dedupe_key).part(0)
    there = any(str(one.escalation.id) == number for one in own or ())
    return "an update was given" if there else "the escalation is closed"
