"""Executive Business Reviews: when the next one is due, its nudges, and "held?" (docs/domain.md, "EBRs").

A renewal date in the past does not stop them; an account archived or churned does.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from reminders.engine.calendar import DAY, start_of
from reminders.engine.items import Item, Step, asked_on, latest_only, posting
from storage.base.keys import Key, key_of, keys_of
from storage.base.moments import civil_day, day_in_words
from storage.base.plurals import counted
from storage.base.reminder import GONE, MISSED
from storage.ebr.due import cadence_in_words, ebr_due_on, ebr_steps, latest_ebr

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from datetime import date

    from reminders.engine.items import AsOf
    from storage.base.outbox_row import OutboxRow
    from storage.base.policy import Policy
    from storage.base.reminder import AccountFacts, EbrFacts, Meeting, Told

EBR_NUDGE, EBR_HELD = "ebr_nudge", "ebr_held"


def due_day(account: AccountFacts, ebrs: EbrFacts | None, policy: Policy) -> date | None:
    """When the next EBR is due, by all that is on record."""
    return ebr_due_on(account, ebrs.last_held_on if ebrs else None, policy)


def ebr_items(account: AccountFacts, ebrs: EbrFacts | None, told: Mapping[str, Told], as_of: AsOf) -> Iterator[Item]:
    """All about the account's EBR that is still posted if nobody does anything; "held?" comes first.

    While an EBR is scheduled there are no nudges; once "held?" stayed unanswered it counts as not scheduled.
    """
    if not account.active:
        return
    again_on = None
    if ebrs is not None and ebrs.scheduled is not None:
        held = _held(account, ebrs.scheduled, as_of)
        yield held
        asked = asked_on(told, held)
        again_on = as_of.calendar.business_days_after(asked, as_of.policy.held_unanswered_days)
    due_on = due_day(account, ebrs, as_of.policy)
    if due_on is None:
        return
    cadence = as_of.policy.cadence_months(account.segment, account.ebr_cadence_months)
    nudges = ebr_steps(cadence, as_of.policy)
    steps = [
        Step(days, due_on - days * DAY, key, not_before=again_on)
        for days, key in zip(nudges, keys_of(EBR_NUDGE, (account.id, due_on), nudges), strict=True)
    ]
    # A nudge ends where the next one begins; the last one never does.
    ends = {step.number: following.due_on for step, following in pairwise(steps)}
    for step, when, missed in latest_only(as_of, account.csm, steps, account.ebr_known_at, told):
        ends_on = ends.get(step.number)
        yield Item(
            key=step.key,
            kind=EBR_NUDGE,
            owner=account.csm,
            posting=when,
            due_on=step.due_on,
            step=step.number,
            reason=partial(_why, account, ebrs, as_of.policy, step, due_on, missed),
            expires_at=None if ends_on is None else start_of(ends_on, when.recipient.zone),
            account_id=account.id,
            missed=missed,
            void=_before_upgrade(account, ebrs, step, as_of),
        )


def alike(account: AccountFacts, ebrs: EbrFacts | None, _as_of: AsOf) -> Hashable:
    """What the instants of an account's nudges hang on, where nobody stands in and none is scheduled."""
    if account.csm.stand_in is not None or (ebrs is not None and ebrs.scheduled is not None):
        return None
    last = account.last_ebr_on or (account.customer_since, account.known_at)
    rhythm = account.segment, account.ebr_cadence_months, ebrs and ebrs.last_held_on
    return account.active, last, rhythm, account.ebr_known_at, account.csm.zone


def _before_upgrade(account: AccountFacts, ebrs: EbrFacts | None, step: Step, as_of: AsOf) -> str | None:
    """Why a step is recorded and not said: its day had passed when the bot first knew when first EBRs are due."""
    since = ebrs.since if ebrs else None
    if since is None or account.ebr_known_at > since:
        return None
    passed = as_of.calendar.next_business_day(step.due_on) < civil_day(since, as_of.policy.timezone)
    return f"{MISSED}: it passed before the upgrade" if passed else None


def _held(account: AccountFacts, ebr: Meeting, as_of: AsOf) -> Item:
    due_on = ebr.day + DAY
    return Item(
        key=str(Key(EBR_HELD, (account.id, ebr.day))),
        kind=EBR_HELD,
        owner=account.csm,
        posting=posting(as_of, account.csm, due_on, known_at=ebr.known_at),
        due_on=due_on,
        step=None,
        reason=lambda: f"the EBR was to be on {day_in_words(ebr.day)}",
        expires_at=None,
        account_id=account.id,
    )


def _why(
    account: AccountFacts,
    ebrs: EbrFacts | None,
    policy: Policy,
    step: Step,
    due_on: date,
    missed: tuple[Step, ...],
) -> str:
    months = policy.cadence_months(account.segment, account.ebr_cadence_months)
    if last := latest_ebr(account, ebrs.last_held_on if ebrs else None):
        since = f"last one {day_in_words(last)}"
    else:
        since = f"customer since {day_in_words(account.customer_since or due_on)}"
    rhythm = cadence_in_words(months)
    why = f"{_distance(step.number)} the EBR date {day_in_words(due_on)}; {since}, {rhythm}"
    if missed:
        why += f"; missed: {', '.join(_distance(m.number) if m.number else 'the day itself' for m in missed)}"
    return why


def _distance(days: int) -> str:
    if days == 0:
        return "on"
    return f"{counted(abs(days), 'day')} {'before' if days > 0 else 'after'}"


def why_no_ebr(account: AccountFacts, ebrs: EbrFacts | None, row: OutboxRow, policy: Policy) -> str:
    """Why a planned reminder of an EBR is due no more."""
    if not account.active:
        return GONE
    if row.kind == EBR_HELD:
        return "the day has changed"
    if key_of(row.dedupe_key).day(1) != due_day(account, ebrs, policy):
        return "the EBR date has changed"
    return f"{MISSED}: a later step has come due"
