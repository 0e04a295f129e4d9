"""Renewal reviews: the reminder of a review, the one on its scheduled day, and "held?".

Source: DOMAIN.md, "Renewal reviews" and "Message kinds". Nothing is said of a renewal date that is past on
the posting day, nor of an account archived or churned.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from reminders.calendar import DAY, add_months, start_of
from reminders.rules.items import Item, Step, asked_on, in_words, latest_only, posting
from storage.model.moments import day_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from reminders.rules.items import AsOf
    from storage.model.reminder import AccountFacts, Meeting

_OVER_EVERYWHERE = timedelta(hours=38)
"""A UTC day that began this long ago is over in every time zone."""


def review_items(account: AccountFacts, as_of: AsOf) -> Iterator[Item]:
    """All about the reviews of the account's renewal that is still posted if nobody does anything.

    What is about scheduled meetings comes first, then the reminders in order of time.
    """
    renewal_on = account.renewal_on
    if renewal_on is None or not account.active or renewal_on < (as_of.now - _OVER_EVERYWHERE).date():
        return
    for item in _items(account, renewal_on, as_of):
        # The renewal is ahead up to and including its own day, judged on the posting day.
        if item.posting.day <= renewal_on:
            yield item


def _items(account: AccountFacts, renewal_on: date, as_of: AsOf) -> Iterator[Item]:
    steps = []
    for months in as_of.policy.renewal_review_months:
        key = f"renewal_review:{account.id}:{renewal_on}:{months}"
        due_on = add_months(renewal_on, -months)
        meeting = account.reviews_scheduled.get(months)
        again_on = None
        if meeting is not None:
            # The scheduled day replaces the offset's own reminder, until "held?" has gone unanswered.
            held = _held(account, renewal_on, months, meeting, as_of)
            yield from _on_the_day(account, renewal_on, months, meeting, as_of)
            yield held
            asked = asked_on(account.told, held)
            again_on = as_of.calendar.business_days_after(asked, as_of.policy.held_unanswered_days)
        steps.append(Step(months, due_on, key, months not in account.reviews_done, again_on))
    due = latest_only(as_of, account.csm, steps, account.renewal_known_at, account.told)
    for step, when, missed in due:
        yield Item(
            key=step.key,
            kind="renewal_review",
            owner=account.csm,
            posting=when,
            due_on=step.due_on,
            step=step.number,
            reason=partial(_why, step, missed),
            expires_at=start_of(renewal_on + DAY, when.recipient.zone),
            account_id=account.id,
            missed=missed,
        )


def _why(step: Step, missed: tuple[Step, ...]) -> str:
    why = f"{in_words(step.number)} months before renewal"
    if not missed:
        return why
    earlier = " and ".join(f"{in_words(m.number)}-month" for m in missed)
    return f"{why}; the {earlier} review was missed"


def _on_the_day(
    account: AccountFacts, renewal_on: date, months: int, meeting: Meeting, as_of: AsOf
) -> Iterator[Item]:
    """To everybody of the review, on its day or not at all, weekend or not."""
    people = {who.address: who for who in (account.csm, account.ae, account.sa) if who is not None}
    for who in people.values():
        when = posting(as_of, who, meeting.day, known_at=meeting.known_at, moved=False)
        if when.day == meeting.day:
            yield Item(
                key=f"renewal_review_scheduled:{account.id}:{renewal_on}:{months}:{meeting.day}:{who.address}",
                kind="renewal_review_scheduled",
                owner=who,
                posting=when,
                due_on=meeting.day,
                step=months,
                reason=lambda: f"the review {in_words(months)} months before renewal is today",
                expires_at=start_of(meeting.day + DAY, when.recipient.zone),
                account_id=account.id,
            )


def _held(account: AccountFacts, renewal_on: date, months: int, meeting: Meeting, as_of: AsOf) -> Item:
    due_on = meeting.day + DAY
    when = posting(as_of, account.csm, due_on, known_at=meeting.known_at)
    return Item(
        key=f"renewal_review_held:{account.id}:{renewal_on}:{months}:{meeting.day}",
        kind="renewal_review_held",
        owner=account.csm,
        posting=when,
        due_on=due_on,
        step=months,
        reason=lambda: (
            f"the review {in_words(months)} months before renewal was to be on {day_in_words(meeting.day)}"
        ),
        expires_at=start_of(renewal_on + DAY, when.recipient.zone),
        account_id=account.id,
    )
