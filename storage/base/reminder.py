"""What the rules of reminders/ need to know: facts about accounts, CTAs and those who are reminded.

Read by storage/base/planning.py in bulk, hence plain tuples: a pass may look at a million of them. `Coming` is what a
rehearsal gives back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from storage.base.moments import civil_day
from storage.base.outbox_row import CANCELLED, OPERATIONS, PENDING, SENDING, SENT, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

MUTED = "muted"
MISSED = "missed"
AWAY = f"{MISSED}: away"
NOTHING_RENEWS = "nothing renews"
NOTHING_TO = "nothing to"
"""How all rounds begin that were judged on their day and had nothing in them."""
NOTHING_THIS_WEEK = f"{NOTHING_TO} look at this week"
NOBODY_NEW = "no new account without a CSM"
BACK_ALREADY = "back already"
BY_HAND = "cancelled by hand"
SWITCHED_OFF = "its area is switched off"
GONE = "the account is archived or churned"
HAD_ALREADY = "told there already"
_FINAL = (MUTED, MISSED, NOBODY_NEW, NOTHING_RENEWS, NOTHING_TO, BACK_ALREADY, BY_HAND, HAD_ALREADY)
"""Why a row is cancelled for good. Any other reason is a fact that may change back: the key is due again."""


def is_final(reason: str | None) -> bool:
    """Whether a row cancelled for this reason stays so."""
    return (reason or "").startswith(_FINAL)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is reminded: a person, a channel or operations, with the zone in which their mornings are.

    `stand_in` is reminded instead up to and including `away_until`: the backup of somebody away, and for good
    the manager (else operations) of somebody who is gone.
    """

    address: str
    destination: str
    zone: str
    muted: frozenset[str] = frozenset()
    away_until: date | None = None
    stand_in: Recipient | None = None

    @property
    def alone(self) -> Recipient:
        """The same with nobody in their stead."""
        return self if self.stand_in is None else replace(self, away_until=None, stand_in=None)

    def on(self, day: date) -> Recipient:
        """Who is reminded on that day."""
        away = self.stand_in is not None and self.away_until is not None and day <= self.away_until
        return self.stand_in.on(day) if away and self.stand_in else self

    def at(self, now: datetime) -> Recipient:
        """Who is reminded at that instant."""
        return self.on(civil_day(now, self.zone))


def operations(zone: str) -> Recipient:
    """Who is reminded where nobody else is: the operations channel."""
    return Recipient(OPERATIONS, OPERATIONS, zone)


class Told(NamedTuple):
    """What became of a dedupe key: the row's state, its error and when it is, or was, to be posted."""

    state: str
    error: str | None
    not_before: datetime

    @property
    def settled(self) -> bool:
        """Nothing more is to be planned under this key; else it was called off and may fall due again."""
        return self.state != CANCELLED or is_final(self.error)

    @property
    def reached(self) -> bool:
        """Somebody was told, or may have been."""
        return self.state in (SENT, SENDING, UNKNOWN)

    @property
    def unsent(self) -> bool:
        """Nobody was told, and nobody wanted it so: it was missed."""
        called_off = (self.error or "").startswith((MUTED, BY_HAND))
        return not self.reached and self.state != PENDING and not called_off


class Meeting(NamedTuple):
    """A review or an EBR that is scheduled: its civil day, and when that day became known."""

    day: date
    known_at: datetime


class AccountFacts(NamedTuple):
    """One account, as far as reminders hang on it; what nouns keep beside it is read by their rules."""

    id: int
    account_name: str
    account_crm_id: str | None
    active: bool
    csm: Recipient
    ae: Recipient | None
    sa: Recipient | None
    renewal_on: date | None
    renewal_known_at: datetime
    known_at: datetime
    segment: str | None
    customer_since: date | None
    last_ebr_on: date | None
    ebr_cadence_months: int | None
    ebr_known_at: datetime
    notice_days: int | None = None
    auto_renews: bool | None = None


class OutcomeFacts(NamedTuple):
    """What the question about a renewal day hangs on: in signature, taken back, and since when the bot asks at all.

    `signing`: by when it will be signed. `undone_at`: a decision about this renewal was taken back. `since`: renewal
    days before that instant's civil day passed before the upgrade that asks; None for a bot that always has.
    """

    signing: Meeting | None
    undone_at: datetime | None
    since: datetime | None


class ReviewFacts(NamedTuple):
    """The reviews of an account's renewal, by offset (months): held or skipped, and those that have a day.

    `dates`: days that the same renewal had before it was moved. `renewed_at`: when the last renewal was recorded.
    """

    done: frozenset[int]
    scheduled: Mapping[int, Meeting]
    dates: tuple[date, ...] = ()
    renewed_at: datetime | None = None


class EbrFacts(NamedTuple):
    """The EBRs of an account that are recorded here: the last one held, and the one that is scheduled.

    `since`: when the bot was upgraded to first EBRs at mid-term: steps that had passed by then are not said; None for
    one that always had them.
    """

    last_held_on: date | None
    scheduled: Meeting | None
    since: datetime | None = None


class TaskFacts(NamedTuple):
    """An open task with a due date; `assignee` only where it is not the CTA's owner."""

    id: int
    due_on: date
    assignee: Recipient | None


class CtaFacts(NamedTuple):
    """An open CTA, or a deferred one, of an account that is not archived.

    `owner` falls back to the account's CSM, then to operations. `returned`: deferred, and back already. `area`: whose
    checklist it is; nothing is told of one whose area is off.
    """

    id: int
    account_id: int
    account_name: str
    account_crm_id: str | None
    is_open: bool
    owner: Recipient
    due_on: date | None
    touched_on: date | None
    snoozed_until: date | None
    revisit_on: date | None
    returned: bool
    known_at: datetime
    tasks: tuple[TaskFacts, ...]
    area: str | None = None


class News(NamedTuple):
    """CTA news: (CTA or task, state, due date), and the days on which it is true (`last` None: on and on)."""

    subject: str
    state: str
    due_on: str
    first: date
    last: date | None
    owner: Recipient

    @property
    def mark(self) -> tuple[str, str, str]:
        """What makes it new, or told before."""
        return self.subject, self.state, self.due_on


class Coming(NamedTuple):
    """One line of a rehearsal, with the fields of `preview --format json`. `post_at` is in the recipient's zone."""

    kind: str
    account: str | None
    account_id: str | None
    recipient: str
    due_on: date | None
    post_at: datetime
    late: bool
    step: int | None
    why: str
    dedupe_key: str

    @property
    def day(self) -> date:
        """The civil day on which it is posted, for its recipient."""
        return self.post_at.date()

    @property
    def order(self) -> tuple[Any, ...]:
        """Posting order; ties by recipient, kind, account, step, none first."""
        step = (self.step is not None, self.step or 0)
        return self.post_at, self.recipient, self.kind, self.account or "", step, self.dedupe_key
