"""Renewal reviews: the reminder of a review, the one on its scheduled day, and "held?".

Source: docs/domain.md, "Renewals" and "When messages go out". Nothing is said of a renewal date that is past on
the posting day, nor of an account archived or churned.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from reminders.engine.calendar import DAY, start_of
from reminders.engine.items import Item, Step, asked_on, known_as, latest_only, posting
from storage.account.record import decided_by
from storage.base.keys import Key, key_of, keys_of
from storage.base.moments import add_months, civil_day, day_in_words
from storage.base.plurals import spelt, spelt_months
from storage.base.reminder import GONE, MISSED, ReviewFacts

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from datetime import date

    from reminders.engine.items import AsOf
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.base.reminder import AccountFacts, Meeting, Told

RENEWAL_REVIEW, SCHEDULED, HELD = "renewal_review", "renewal_review_scheduled", "renewal_review_held"
_OVER_EVERYWHERE = timedelta(hours=38)
"""A UTC day that began this long ago is over in every time zone."""

NO_REVIEWS = ReviewFacts(frozenset(), {})


def review_items(
    account: AccountFacts, reviews: ReviewFacts | None, told: Mapping[str, Told], as_of: AsOf
) -> Iterator[Item]:
    """All about the reviews of the account's renewal that is still posted if nobody does anything.

    What is about scheduled meetings comes first, then the reminders in order of time.
    """
    renewal_on = account.renewal_on
    if renewal_on is None or not account.active or renewal_on < (as_of.now - _OVER_EVERYWHERE).date():
        return
    last = decided_by(renewal_on, account.notice_days)
    for item in _items(account, reviews or NO_REVIEWS, told, renewal_on, as_of):
        # A renewal is ahead up to and including the day by which it is decided, judged on the posting day; a meeting
        # that somebody picked counts up to the renewal day.
        if item.posting.day <= (last if item.kind == RENEWAL_REVIEW else renewal_on):
            yield item


def alike(account: AccountFacts, reviews: ReviewFacts | None, _as_of: AsOf) -> Hashable:
    """What the instants of an account's reviews hang on, where nobody stands in and none of them has a day."""
    if reviews is not None or account.csm.stand_in is not None:
        return None
    return account.active, account.renewal_on, account.notice_days, account.renewal_known_at, account.csm.zone


def _items(
    account: AccountFacts, reviews: ReviewFacts, told: Mapping[str, Told], renewal_on: date, as_of: AsOf
) -> Iterator[Item]:
    last = decided_by(renewal_on, account.notice_days)
    steps, of_renewal = [], _Renewal(account, renewal_on, reviews, told, as_of)
    offsets = as_of.policy.renewal_review_months
    # Under all days of the renewal, the present one first.
    by_day = [keys_of(RENEWAL_REVIEW, (account.id, day), offsets) for day in (renewal_on, *reviews.dates)]
    keys = dict(zip(offsets, zip(*by_day, strict=True), strict=True))
    renewed_on = reviews.renewed_at and civil_day(reviews.renewed_at, as_of.policy.timezone)
    for months, (own, *earlier) in keys.items():
        due_on = add_months(last, -months)
        meeting = reviews.scheduled.get(months)
        again_on = None
        if meeting is not None:
            # The scheduled day replaces the offset's own reminder, until "held?" has gone unanswered.
            held = _held(of_renewal, months, meeting)
            yield from _on_the_day(of_renewal, months, meeting)
            yield held
            asked = asked_on(told, held)
            again_on = as_of.calendar.business_days_after(asked, as_of.policy.held_unanswered_days)
        armed = months not in reviews.done and not (renewed_on and due_on <= renewed_on)
        steps.append(Step(months, due_on, known_as(told, own, earlier), armed, again_on))
    due = latest_only(as_of, account.csm, steps, account.renewal_known_at, told)
    for step, when, missed in due:
        yield Item(
            key=step.key,
            kind=RENEWAL_REVIEW,
            owner=account.csm,
            posting=when,
            due_on=step.due_on,
            step=step.number,
            reason=partial(_why, step, missed, "the day of notice" if last < renewal_on else "renewal"),
            expires_at=start_of(renewal_on + DAY, when.recipient.zone),
            account_id=account.id,
            missed=missed,
            also=keys[step.number],
        )


class _Renewal(NamedTuple):
    """The renewal whose reviews are looked at."""

    account: AccountFacts
    on: date
    reviews: ReviewFacts
    told: Mapping[str, Told]
    as_of: AsOf

    def keys(self, kind: str, *parts: object) -> tuple[str, ...]:
        """The keys of a thing under all days of the renewal, the present one first."""
        return tuple(str(Key(kind, (self.account.id, day, *parts))) for day in (self.on, *self.reviews.dates))

    def key(self, kind: str, *parts: object) -> str:
        """The key of a thing; what was asked before the renewal's date moved is not asked again."""
        own, *earlier = self.keys(kind, *parts)
        return known_as(self.told, own, earlier)


def _why(step: Step, missed: tuple[Step, ...], before: str) -> str:
    why = f"{spelt_months(step.number)} before {before}"
    if not missed:
        return why
    earlier = " and ".join(f"{spelt(m.number)}-month" for m in missed)
    return f"{why}; the {earlier} review was missed"


def _on_the_day(of: _Renewal, months: int, meeting: Meeting) -> Iterator[Item]:
    """To everybody of the review, on its day or not at all, weekend or not."""
    account = of.account
    people = {who.address: who for who in (account.csm, account.ae, account.sa) if who is not None}
    for who in people.values():
        when = posting(of.as_of, who, meeting.day, known_at=meeting.known_at, moved=False)
        if when.day == meeting.day:
            yield Item(
                key=of.key(SCHEDULED, months, meeting.day, who.address),
                kind=SCHEDULED,
                owner=who,
                posting=when,
                due_on=meeting.day,
                step=months,
                reason=lambda: f"the review {spelt_months(months)} before renewal is today",
                expires_at=start_of(meeting.day + DAY, when.recipient.zone),
                account_id=account.id,
            )


def _held(of: _Renewal, months: int, meeting: Meeting) -> Item:
    account, due_on = of.account, meeting.day + DAY
    when = posting(of.as_of, account.csm, due_on, known_at=meeting.known_at)
    return Item(
        key=of.key(HELD, months, meeting.day),
        kind=HELD,
        owner=account.csm,
        posting=when,
        due_on=due_on,
        step=months,
        reason=lambda: f"the review {spelt_months(months)} before renewal was to be on {day_in_words(meeting.day)}",
        expires_at=start_of(of.on + DAY, when.recipient.zone),
        account_id=account.id,
        also=of.keys(HELD, months, meeting.day),
    )


def why_no_review(account: AccountFacts, reviews: ReviewFacts | None, row: OutboxRow, _policy: Policy) -> str:
    """Why a planned reminder of a review is due no more."""
    if not account.active:
        return GONE
    on = key_of(row.dedupe_key).day(1)
    if on != account.renewal_on and on not in (reviews or NO_REVIEWS).dates:
        return "the renewal date has changed"
    if reviews and row.step in reviews.done:
        return "the review was held or skipped"
    if row.kind in (SCHEDULED, HELD):
        return "the day has changed"
    return f"{MISSED}: a later step has come due"
