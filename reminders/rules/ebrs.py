"""Executive Business Reviews: when the next one is due, its nudges, and "held?" (DOMAIN.md, "EBRs").

A renewal date in the past does not stop them; an account archived or churned does.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from reminders.calendar import DAY, add_months, start_of
from reminders.rules.items import Item, Step, asked_on, latest_only, posting
from storage.model.moments import day_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from reminders.rules.items import AsOf
    from storage.model.policy import Policy
    from storage.model.reminder import AccountFacts, Meeting

_RHYTHMS = {1: "monthly", 3: "quarterly", 6: "half-yearly", 12: "yearly"}


def ebr_due_on(account: AccountFacts, policy: Policy) -> date | None:
    """Last EBR held + cadence; never held: customer since + cadence; neither known: None."""
    start = account.last_ebr_on or account.customer_since
    if start is None:
        return None
    return add_months(start, policy.cadence_months(account.segment, account.ebr_cadence_months))


def ebr_items(account: AccountFacts, as_of: AsOf) -> Iterator[Item]:
    """All about the account's EBR that is still posted if nobody does anything; "held?" comes first.

    While an EBR is scheduled there are no nudges; once "held?" stayed unanswered it counts as not scheduled.
    """
    if not account.active:
        return
    again_on = None
    if account.ebr_scheduled is not None:
        held = _held(account, account.ebr_scheduled, as_of)
        yield held
        asked = asked_on(account.told, held)
        again_on = as_of.calendar.business_days_after(asked, as_of.policy.held_unanswered_days)
    due_on = ebr_due_on(account, as_of.policy)
    if due_on is None:
        return
    steps = [
        Step(days, due_on - days * DAY, f"ebr_nudge:{account.id}:{due_on}:{days}", not_before=again_on)
        for days in as_of.policy.ebr_steps_days
    ]
    # A nudge ends where the next one begins; the last one never does.
    ends = {step.number: following.due_on for step, following in pairwise(steps)}
    for step, when, missed in latest_only(as_of, account.csm, steps, account.ebr_known_at, account.told):
        ends_on = ends.get(step.number)
        yield Item(
            key=step.key,
            kind="ebr_nudge",
            owner=account.csm,
            posting=when,
            due_on=step.due_on,
            step=step.number,
            reason=partial(_why, account, as_of.policy, step, due_on, missed),
            expires_at=None if ends_on is None else start_of(ends_on, when.recipient.zone),
            account_id=account.id,
            missed=missed,
        )


def _held(account: AccountFacts, ebr: Meeting, as_of: AsOf) -> Item:
    due_on = ebr.day + DAY
    return Item(
        key=f"ebr_held:{account.id}:{ebr.day}",
        kind="ebr_held",
        owner=account.csm,
        posting=posting(as_of, account.csm, due_on, known_at=ebr.known_at),
        due_on=due_on,
        step=None,
        reason=lambda: f"the EBR was to be on {day_in_words(ebr.day)}",
        expires_at=None,
        account_id=account.id,
    )


def _why(account: AccountFacts, policy: Policy, step: Step, due_on: date, missed: tuple[Step, ...]) -> str:
    months = policy.cadence_months(account.segment, account.ebr_cadence_months)
    if account.last_ebr_on:
        since = f"last one {day_in_words(account.last_ebr_on)}"
    else:
        since = f"customer since {day_in_words(account.customer_since or due_on)}"
    rhythm = _RHYTHMS.get(months, f"every {months} months")
    why = f"{_distance(step.number)} the EBR date {day_in_words(due_on)}; {since}, {rhythm}"
    if missed:
        why += f"; missed: {', '.join(_distance(m.number) if m.number else 'the day itself' for m in missed)}"
    return why


def _distance(days: int) -> str:
    if days == 0:
        return "on"
    return f"{abs(days)} {'day' if abs(days) == 1 else 'days'} {'before' if days > 0 else 'after'}"
