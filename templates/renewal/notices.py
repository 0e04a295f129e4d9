"""What the templates of notes about renewal reviews need, from records. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from templates.account.show import OUTLOOK_WORDS, facts_line, renewal_words
from templates.blocks.mrkdwn import Mrkdwn, moment, mrkdwn
from templates.blocks.notice import by_words
from templates.blocks.words import joined
from templates.renewal.show import ctas_line, review_name, step_words

if TYPE_CHECKING:
    from datetime import date, datetime

    from storage.account.brief import Brief
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.renewal.review_steps import ReviewStep


def invitation(
    brief: Brief, step: ReviewStep, at: datetime, by: Person | None, today: date, policy: Policy, *, show_arr: bool
) -> dict[str, Any]:
    """AE, SA or CSM are invited to a renewal review."""
    name, review = brief.account.name, review_name(step.months)
    return {
        "said": mrkdwn("{} invites you: *{}*, {}, {}", by_words(by), name, review, moment(at)),
        "why": mrkdwn("It {}.", renewal_words(brief.account, today)),
        "facts": facts_line(brief, today, policy, show_arr=show_arr),
        "ctas": ctas_line(brief, policy),
        "value": step.value,
        "id": brief.account.id,
    }


def asked(
    brief: Brief,
    step: ReviewStep,
    by: Person | None,
    today: date,
    zone_name: str,
    policy: Policy,
    *,
    show_arr: bool,
) -> dict[str, Any]:
    """AE and SA are asked for a time."""
    return {
        "said": mrkdwn("{} asks for a time: *{}*, {}", by_words(by), brief.account.name, review_name(step.months)),
        "why": mrkdwn("It {}; {}.", renewal_words(brief.account, today), step_words(step, today, zone_name)),
        "facts": facts_line(brief, today, policy, show_arr=show_arr),
        "ctas": ctas_line(brief, policy),
        "value": step.value,
        "id": brief.account.id,
    }


def held(brief: Brief, step: ReviewStep, by: Person | None, today: date) -> dict[str, Any]:
    """What came out of a review."""
    review = step.review
    outcome: list[str | Mrkdwn | None] = []
    if review:
        outcome = [
            f"health {review.health}" if review.health else None,
            f"outlook: {OUTLOOK_WORDS[review.outlook]}" if review.outlook else None,
            f"next: {review.next_step[:1000]}" if review.next_step else None,
        ]
    return {
        "said": mrkdwn("{} held the {} of *{}*", by_words(by), review_name(step.months), brief.account.name),
        "outcome": joined(outcome) or None,
        "why": mrkdwn("It {}.", renewal_words(brief.account, today)),
        "id": brief.account.id,
    }


def skipped(brief: Brief, step: ReviewStep, by: Person | None, today: date) -> dict[str, Any]:
    """The manager sees that a review is left out, and why."""
    reason = (step.review.skip_reason if step.review else None) or "no reason given"
    name, review = brief.account.name, review_name(step.months)
    return {
        "said": mrkdwn("{} skipped the {} of *{}*: {}", by_words(by), review, name, reason[:1000]),
        "why": mrkdwn("It {}.", renewal_words(brief.account, today)),
        "id": brief.account.id,
    }


def taken_back(
    brief: Brief, step: ReviewStep, was: str, by: Person | None, today: date, zone_name: str
) -> dict[str, Any]:
    """Who was told that a review was held or skipped hears that it was not."""
    name, review = brief.account.name, review_name(step.months)
    return {
        "said": mrkdwn("{} took it back: the {} of *{}* was not {}", by_words(by), review, name, was),
        "why": mrkdwn("It {}; {}.", renewal_words(brief.account, today), step_words(step, today, zone_name)),
        "id": brief.account.id,
    }
