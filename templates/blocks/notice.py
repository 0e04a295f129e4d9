"""What the templates of one-off notes need, from records. Pure; called by reminders/outbox/notice_texts.py when one is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted, form_for
from storage.renewal.review_steps import cadence_in_words
from templates.account.show import OUTLOOK_WORDS, ctas_line, facts_line, joined, person_words, renewal_words
from templates.blocks.mrkdwn import Mrkdwn, day_words, moment, mrkdwn
from templates.ebr.show import due_words
from templates.renewal.show import review_name, step_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from storage.account.brief import Brief
    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.renewal.review_steps import EbrDue, Renewing, ReviewStep

LISTED = 20


def _by(person: Person | None) -> Mrkdwn:
    return person_words(person, "Somebody at the terminal")


def invitation(
    brief: Brief, step: ReviewStep, at: datetime, by: Person | None, today: date, policy: Policy, *, show_arr: bool
) -> dict[str, Any]:
    """AE, SA or CSM are invited to a renewal review."""
    name, review = brief.account.name, review_name(step.months)
    return {
        "said": mrkdwn("{} invites you: *{}*, {}, {}", _by(by), name, review, moment(at)),
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
        "said": mrkdwn("{} asks for a time: *{}*, {}", _by(by), brief.account.name, review_name(step.months)),
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
        "said": mrkdwn("{} held the {} of *{}*", _by(by), review_name(step.months), brief.account.name),
        "outcome": joined(outcome) or None,
        "why": mrkdwn("It {}.", renewal_words(brief.account, today)),
        "id": brief.account.id,
    }


def skipped(brief: Brief, step: ReviewStep, by: Person | None, today: date) -> dict[str, Any]:
    """The manager sees that a review is left out, and why."""
    reason = (step.review.skip_reason if step.review else None) or "no reason given"
    name, review = brief.account.name, review_name(step.months)
    return {
        "said": mrkdwn("{} skipped the {} of *{}*: {}", _by(by), review, name, reason[:1000]),
        "why": mrkdwn("It {}.", renewal_words(brief.account, today)),
        "id": brief.account.id,
    }


def taken_back(
    brief: Brief, step: ReviewStep, was: str, by: Person | None, today: date, zone_name: str
) -> dict[str, Any]:
    """Who was told that a review was held or skipped hears that it was not."""
    name, review = brief.account.name, review_name(step.months)
    return {
        "said": mrkdwn("{} took it back: the {} of *{}* was not {}", _by(by), review, name, was),
        "why": mrkdwn("It {}; {}.", renewal_words(brief.account, today), step_words(step, today, zone_name)),
        "id": brief.account.id,
    }


def cadence(account: Account, months: int, agreed_by: str, by: Person | None) -> dict[str, Any]:
    """AE and manager are told that an account has its EBR oftener."""
    return {
        "said": mrkdwn("*{}* has its EBR {} from now on", account.name, cadence_in_words(months)),
        "why": mrkdwn("Agreed by {}; set by {}.", agreed_by, _by(by)),
        "id": account.id,
    }


def handover(
    giver: Person,
    taker: Person,
    by: Person | None,
    moved: Sequence[Account],
    titles: Sequence[str],
    today: date,
    *,
    is_taker: bool,
) -> dict[str, Any]:
    """The list that giver and taker get."""
    whom = mrkdwn("from {} to you", person_words(giver)) if is_taker else mrkdwn("from you to {}", person_words(taker))
    return {
        "said": mrkdwn(
            "{} and {} went {}",
            counted(len(moved), "account"),
            counted(len(titles), "open CTA"),
            whom,
        ),
        "why": mrkdwn("{} handed them over.", _by(by)),
        "accounts": _listed([joined([mrkdwn("*{}*", a.name), renewal_words(a, today)]) for a in moved]),
        "ctas": _listed([mrkdwn("{}", title) for title in titles]),
    }


def packet(
    person: Person,
    until: date,
    renewing: Sequence[Renewing],
    ebrs: Sequence[EbrDue],
    ctas: Sequence[tuple[str, date]],
    today: date,
    zone_name: str,
) -> dict[str, Any]:
    """What falls due while somebody is away, for the backup."""
    reviews = [
        joined([mrkdwn("*{}*", r.account.name), step_words(r.next_step, today, zone_name)])
        for r in renewing
        if r.next_step and (r.next_step.due_on <= until or r.next_step.state)
    ]
    due = [
        joined([mrkdwn("*{}*", e.account.name), due_words(e, today, zone_name)])
        for e in ebrs
        if (e.due_on and e.due_on <= until) or e.scheduled
    ]
    return {
        "said": mrkdwn("{} is away until {}; you stand in", person_words(person), day_words(until, today)),
        "why": mrkdwn("Their nudges come to you until then. This is what falls due:"),
        "reviews": _listed(reviews),
        "ebrs": _listed(due),
        "ctas": _listed([mrkdwn("{} · due {}", title, day_words(day, today)) for title, day in ctas]),
    }


def needs_home(person: Person, accounts: int, ctas: int) -> dict[str, Any]:
    """A CSM has left: their accounts need somebody."""
    return {
        "said": mrkdwn(
            "{} of {} {} a home", counted(accounts, "account"), person.name, form_for(accounts, "needs", "need")
        ),
        "why": mrkdwn(
            "{} was deactivated in Slack; {} there.", person.name, counted(ctas, "open CTA is", "open CTAs are")
        ),
        "id": person.id,
    }


def _listed(lines: Sequence[Mrkdwn]) -> Mrkdwn | None:
    if not lines:
        return None
    more = [mrkdwn("and {} more", len(lines) - LISTED)] if len(lines) > LISTED else []
    return Mrkdwn("\n".join([*(mrkdwn("• {}", line) for line in lines[:LISTED]), *more]))
