"""What renewals add to an account's brief: its reviews, and how earlier renewals ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import civil_day
from storage.renewal.brief import RenewalPart
from storage.renewal.record import SCHEDULED
from templates.account.parts import Part
from templates.account.show import OUTLOOK_WORDS
from templates.blocks.mrkdwn import Mrkdwn, day_words, lived_day_words, mrkdwn, on_day_words
from templates.blocks.words import joined

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief


def _meetings(brief: Brief, today: date, zone_name: str) -> list[tuple[date, Mrkdwn]]:
    found: list[tuple[date, Mrkdwn]] = []
    for review in brief.part(RenewalPart).reviews:
        if review.state == SCHEDULED and not brief.account.active:
            continue  # nobody will hold it
        months = f"{review.offset_months}-month review"
        day = review.held_on or review.scheduled_on
        if review.held_on:
            outcome = OUTLOOK_WORDS[review.outlook] if review.outlook else None
            said = joined([f"{months} held", outcome, review.next_step and f"next: {review.next_step[:200]}"])
        elif review.state == "skipped":
            day, said = review.renewal_on, mrkdwn("{} skipped: {}", months, (review.skip_reason or "")[:200])
        else:
            said = mrkdwn("{} scheduled", months)
        if day:
            words = lived_day_words if review.held_on else day_words
            found.append((day, joined([said, words(day, today)])))
    for renewal in brief.part(RenewalPart).renewals:
        until = f"renewed until {day_words(renewal.next_renewal_on, today)}" if renewal.next_renewal_on else "churned"
        decided_on = civil_day(renewal.decided_at, zone_name)
        found.append((decided_on, joined([until, day_words(decided_on, today)])))
    return found


def _questions(brief: Brief, today: date) -> list[str]:
    """Reviews whose day has passed without a word, and a renewal day that did."""
    account, part = brief.account, brief.part(RenewalPart)
    asked = [
        f"was the {step.months}-month review of {day_words(step.review.scheduled_on, today)} held?"
        for step in part.steps
        if step.state == SCHEDULED and step.review and step.review.scheduled_on and step.review.scheduled_on < today
    ]
    if account.renewal_on and account.renewal_on < today:
        signed = f", in signature by {day_words(part.signing.sign_by, today)}" if part.signing else ""
        asked.append(f"did it renew {on_day_words(account.renewal_on, today)}{signed}?")
    elif account.renewal_on is None:
        asked.append("when does it renew?")
    return asked


PART = Part(meetings=_meetings, questions=_questions)
