"""What all rules share: an item that falls due, when it is posted, and that only the latest step is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reminders.engine.calendar import Moment, calendar_of
from storage.base.keys import stands_for
from storage.base.moments import civil_day, own_day
from storage.base.outbox_row import PENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from reminders.engine.calendar import Calendar
    from storage.base.policy import Policy
    from storage.base.reminder import Recipient, Told


class AsOf(NamedTuple):
    """By which rules, and from when on: a bot is there at `now` and from then on without a break.

    `today` remembers civil days by zone, `falls` when what falls due on a day is posted: a pass asks for the same few
    again and again.
    """

    now: datetime
    policy: Policy
    calendar: Calendar
    today: dict[str, date]
    falls: dict[tuple[object, ...], tuple[datetime, datetime, date, bool]]

    def today_in(self, zone: str) -> date:
        """The civil day there."""
        found = self.today.get(zone)
        if found is None:
            found = self.today[zone] = own_day(self.now, zone, self.policy.timezone)
        return found


def as_of(now: datetime, policy: Policy) -> AsOf:
    """The rules of a policy from an instant on, which counts to the second."""
    return AsOf(now.replace(microsecond=0), policy, calendar_of(policy), {}, {})


class Posting(NamedTuple):
    """When and to whom. `falls_at` is when it falls due and is planned; `at`, on `day`, when it is posted."""

    falls_at: datetime
    at: datetime
    day: date
    late: bool
    recipient: Recipient


class Step(NamedTuple):
    """One of several reminders of the same thing, each nearer to it than the one before.

    `number` is in months for reviews, in days for EBRs. `armed` is False once it is dealt with (held,
    skipped). Not posted before the day `not_before`: then an unanswered "held?" makes it due again.
    """

    number: int
    due_on: date
    key: str
    armed: bool = True
    not_before: date | None = None


class Item(NamedTuple):
    """One thing to be said. `owner` is whose reminder it is; who gets it on the day stands in `posting`.

    `missed` are the earlier steps that this one replaces: recorded, and named in `why`. `void`: why there is nothing
    to say after all; it is recorded as cancelled then. `also`: keys of the same thing under dates that it had before.
    """

    key: str
    kind: str
    owner: Recipient
    posting: Posting
    due_on: date
    step: int | None
    reason: Callable[[], str]
    expires_at: datetime | None
    account_id: int | None = None
    cta_id: int | None = None
    missed: tuple[Step, ...] = ()
    void: str | None = None
    also: tuple[str, ...] = ()

    def is_of(self, row_key: str) -> bool:
        """Whether a row stands for it: planned, put off, or passed on; put off under an earlier date too."""
        return stands_for(row_key, self.key) or any(row_key.startswith(f"{key}:") for key in self.also)

    @property
    def why(self) -> str:
        """Why now, in one short line; worked out when asked, since most items are only looked at."""
        return self.reason()

    @property
    def muted(self) -> bool:
        """Whether the owner, or who is reminded instead, muted this kind."""
        return self.kind in self.owner.muted or self.kind in self.posting.recipient.muted


def posting(
    as_of: AsOf,
    owner: Recipient,
    due_on: date,
    *,
    known_at: datetime | None = None,
    not_before: date | None = None,
    moved: bool = True,
) -> Posting:
    """When a step due on a civil day is posted.

    On the due day, `moved` to the next business day; if that was past when it became known, at once from then
    on; not before the morning of `not_before`. Late means: on a later day than its own posting day.
    """
    if owner.stand_in is None:
        asked = (owner.zone, due_on, known_at, not_before, moved)
        known = as_of.falls.get(asked)
        if known is None:
            made = _posting(as_of, owner, due_on, known_at, not_before, moved=moved)
            known = as_of.falls[asked] = made[:4]
        return Posting(*known, owner)
    return _posting(as_of, owner, due_on, known_at, not_before, moved=moved)


def _posting(
    as_of: AsOf, owner: Recipient, due_on: date, known_at: datetime | None, not_before: date | None, *, moved: bool
) -> Posting:
    calendar, recipient = as_of.calendar, owner
    own_day = calendar.next_business_day(due_on) if moved else due_on
    while True:
        falls = Moment(calendar.morning(own_day, recipient.zone), own_day)
        if known_at is not None and known_at > falls.at:
            falls = calendar.first_morning(known_at, recipient.zone)
        if not_before is not None and not_before > falls.day:
            falls = Moment(calendar.morning(not_before, recipient.zone), not_before)
        at, day = falls if falls.at >= as_of.now else calendar.on_return(falls, as_of.now, recipient.zone)
        stand_in = owner.on(day)
        if recipient is not owner or stand_in is owner:
            return Posting(falls.at, at, day, day > own_day, recipient)
        # Somebody stands in on that day: then it is their morning that counts.
        recipient = stand_in


def latest_only(
    as_of: AsOf, owner: Recipient, steps: Sequence[Step], known_at: datetime, told: Mapping[str, Told]
) -> Iterator[tuple[Step, Posting, tuple[Step, ...]]]:
    """The steps still to be posted, each with the earlier ones that were missed, in order of time.

    A step is missed once its successor's own posting day has come: whatever became of the successor, the
    earlier one is history.
    """
    missed: list[Step] = []
    waiting: list[Step] = []
    for index, step in enumerate(steps):
        row = told.get(step.key)
        if not step.armed:
            continue
        if row is not None and row.settled:
            if row.reached:
                missed.clear()
            elif row.state == PENDING:
                waiting += [*missed, step]  # which names those
                missed.clear()
            elif row.unsent:
                missed.append(step)
            continue
        when = posting(as_of, owner, step.due_on, known_at=known_at, not_before=step.not_before)
        successor = steps[index + 1] if index + 1 < len(steps) else None
        if successor and as_of.calendar.next_business_day(successor.due_on) <= when.day:
            missed.append(step)
            continue
        # What still waits when its successor is due was not sent in time; else it will be.
        overtaken = waiting if when.falls_at <= as_of.now else []
        earlier = tuple(sorted((*missed, *overtaken), key=steps.index)) if missed or overtaken else ()
        yield step, when, earlier
        missed.clear()
        waiting.clear()


def known_as(told: Mapping[str, Told], key: str, earlier: Sequence[str]) -> str:
    """The key under which the same thing is dealt with: one of an earlier date, if it was asked or settled under that.

    One that only waits is planned anew, for its new day.
    """
    if not earlier:
        return key
    dealt_with = [k for k in earlier if (row := told.get(k)) and row.settled and row.state != PENDING]
    if not dealt_with or is_settled(told, key):
        return key
    return next((k for k in dealt_with if told[k].reached), dealt_with[0])


def is_settled(told: Mapping[str, Told], key: str) -> bool:
    """Whether nothing more is to be planned under a key."""
    row = told.get(key)
    return row is not None and row.settled


def asked_on(told: Mapping[str, Told], held: Item) -> date:
    """The day on which "held?" was asked, or will be."""
    row = told.get(held.key)
    return civil_day(row.not_before, held.posting.recipient.zone) if row else held.posting.day
