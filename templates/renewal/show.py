"""What the templates of renewals and their reviews need, from records. Pure.

Used by `/renewals`, its forms and answers, the monthly plan and the review reminders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.account.sieve import AS_IT_IS, Sieve
from storage.base.moments import zone
from storage.base.money import cents_text
from storage.base.plurals import spelt, spelt_months
from storage.cta.brief import CtaPart
from storage.cta.record import CLOSED_SUCCESS
from storage.renewal.brief import RenewalPart, closed_since_review, steps_of
from storage.renewal.record import SCHEDULED, SKIPPED
from templates.account.show import (
    HEALTH_OPTIONS,
    OUTLOOK_OPTIONS,
    OUTLOOK_WORDS,
    SHOWN,
    arr_amount,
    csm_words,
    facts_line,
    renewal_words,
)
from templates.blocks.mrkdwn import Mrkdwn, day_words, lived_day_words, moment, money_words, mrkdwn
from templates.blocks.words import counted_day, joined, person_words, told_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from storage.account.brief import Brief
    from storage.account.record import Account
    from storage.base.person import Person
    from storage.base.policy import Policy
    from storage.renewal.review_steps import Renewing, ReviewStep
    from templates.blocks.listed import Listed


def review_name(months: int) -> str:
    """`five-month review`."""
    return f"{spelt(months)}-month review"


def step_words(step: ReviewStep, today: date, zone_name: str, *, in_list: bool = False) -> Mrkdwn:
    """`five-month review due Mon 30 Nov`, `… scheduled Thu 3 Dec, 15:00`, `… held 12 Nov: at risk`; in a zone."""
    name, review = review_name(step.months), step.review
    if review is None:
        verb = "due" if step.due_on >= today else "was due"
        return mrkdwn("{} {} {}{}", name, verb, day_words(step.due_on, today), "" if in_list else ", to be scheduled")
    if review.state == SCHEDULED:
        at = moment(review.scheduled_at.astimezone(zone(zone_name))) if review.scheduled_at else "at a time unknown"
        return mrkdwn("{} scheduled for {}", name, at)
    if review.state == SKIPPED:
        return mrkdwn("{} skipped: {}", name, (review.skip_reason or "no reason given")[:200])
    outlook = f": {OUTLOOK_WORDS[review.outlook]}" if review.outlook else ""
    held = lived_day_words(review.held_on, today) if review.held_on else ""
    return mrkdwn("{} held {}{}", name, held, outlook)


def outcomes_of(account: Account) -> dict[str, str]:
    """What can be said once the renewal day has passed, the most likely first: `renewal.…` → what its button says."""
    if account.auto_renews:
        return {"by_itself": "Yes", "renewed": "Changed", "churned": "Churned"}
    return {"renewed": "Renewed until …", "signing": "Signing late, by …", "churned": "Churned"}


def more_options(
    step: ReviewStep | None, account: Account, later: date, today: date, *, passed: bool = False
) -> list[list[str]]:
    """What stands behind `⋯` beside a review: at most five; of an account that is gone, if it renewed after all.

    Once the renewal day has `passed` what became of it has buttons of its own.
    """
    if passed:
        return [["Outlook …", f"outlook:{account.id}"], ["Brief", f"brief:{account.id}"]]
    if not account.active:
        return [["Renewed …", f"renewed:{account.id}"], ["Brief", f"brief:{account.id}"]]
    review = (
        [
            ["Skip this review …", f"skip:{step.value}"],
            [f"Remind me {day_words(later, today)}", f"later:{step.value}"],
        ]
        if step
        else []
    )
    always = [
        ["Outlook …", f"outlook:{account.id}"],
        ["Renewed …", f"renewed:{account.id}"],
        ["Churned …", f"churned:{account.id}"],
    ]
    return [*review, *always] if step else [*always, ["Brief", f"brief:{account.id}"]]


def overview(
    rows: Sequence[Renewing],
    page: Listed,
    policy: Policy,
    *,
    total: int,
    whose: Mrkdwn,
    arr_ids: Collection[int],
    sieve: Sieve = AS_IT_IS,
    sieves: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The renewals of the next months; `whose` says whose, `arr_ids` are those whose ARR is shown."""
    part = page.which if page.which == "no-review" else ""
    shown = [_row(r, page, policy, show_arr=r.account.id in arr_ids) for r in rows]
    return {
        **page.ways(len(rows), total, f"{part}:{sieve.value}" if sieve.value else part),
        "rows": shown,
        "sieves": sieves,
        "lacking": page.totals["no-review"],
        "narrowed": bool(part),
        "sifted": bool(sieve.only),  # what lacks a review is counted in the whole list
        "other": (f"Without a review {page.totals['no-review']:,}", f"{page.scope}:0:no-review")
        if not part
        else (f"All {page.totals['renewing']:,}", f"{page.scope}:0"),
        "horizon": spelt_months(policy.monthly_plan_months),
        "whose": whose,
    }


def _row(row: Renewing, page: Listed, policy: Policy, *, show_arr: bool) -> dict[str, Any]:
    account, step, today = row.account, row.next_step, page.today
    attendees = joined([person_words(page.people.get(i)) for i in (account.ae_id, account.sa_id) if i], ", ")
    facts = joined(
        [
            counted_day(account.renewal_on, today, " · ") if account.renewal_on else None,
            arr_amount(account, policy, show_arr=show_arr),
            csm_words(account, page.people, page.understood_id),
        ]
    )
    done = "reviews done" if row.steps else "no reviews"
    return {
        "line": mrkdwn("*{}* · {}", account.name, facts),
        "review": joined(
            [
                step_words(step, today, page.zone_name, in_list=True) if step else done,
                mrkdwn("with {}", attendees) if attendees else None,
            ]
        ),
        "actions": _row_actions(account, step, may_change=account.id in page.changeable),
    }


def _row_actions(account: Account, step: ReviewStep | None, *, may_change: bool) -> list[list[str]]:
    show = ["Show", f"show:{account.id}"]
    if not may_change:
        return [show, ["Brief", f"brief:{account.id}"]]
    review = (
        [
            ["Pick a time" if step.state != SCHEDULED else "Pick another time", f"pick_time:{step.value}"],
            ["Held", f"held:{step.value}"],
            ["Skip this review …", f"skip:{step.value}"],
        ]
        if step
        else []
    )
    return [*review, ["Renewed …", f"renewed:{account.id}"], show]


def renewal(
    brief: Brief,
    step: ReviewStep | None,
    today: date,
    zone_name: str,
    later: date,
    policy: Policy,
    *,
    may_change: bool,
    show_arr: bool,
) -> dict[str, Any]:
    """One account's renewal: when, what is known, its reviews, and what can be done."""
    account = brief.account
    undoes = may_change and account.active
    passed = account.active and account.renewal_on is not None and account.renewal_on < today
    if passed:
        step = None  # there is no day left for a review
    doings = outcomes_of(account) | ({"by_itself": "It renewed by itself"} if account.auto_renews else {})
    invited = [p for i in (account.ae_id, account.sa_id) if (p := brief.person(i))]
    return {
        "id": account.id,
        "title": mrkdwn("*{}* {}", account.name, renewal_words(account, today)),
        "facts": facts_line(brief, today, policy, show_arr=show_arr),
        "ctas": ctas_line(brief, policy),
        "steps": [
            {
                "words": step_words(s, today, zone_name, in_list=passed),  # nobody schedules it any more
                "undo": s.value if s.done and undoes else None,
            }
            for s in steps_of(brief)
        ],
        "attendees": joined([person_words(p) for p in invited], " and ") or None
        if account.active and not passed
        else None,
        "ended": [[label, f"renewal.{doing}", f"{account.id}:{account.renewal_on}"] for doing, label in doings.items()]
        if passed and may_change
        else [],
        "step": step.value if step and may_change else None,
        "ask": ask_label(invited),
        "more": more_options(step, account, later, today, passed=passed) if may_change else [],
        "past": [
            mrkdwn(
                "{} {}",
                day_words(r.renewal_on, today),
                f"renewed until {day_words(r.next_renewal_on, today)}" if r.next_renewal_on else "churned",
            )
            for r in brief.part(RenewalPart).renewals[:3]
        ],
    }


def ask_label(invited: Sequence[Person]) -> str | None:
    """`Ask Alex and Omar`: a button can't hold mentions. None for nobody to ask."""
    names = [p.name.split()[0] if p.name.split() else p.name for p in invited]
    return f"Ask {' and '.join(names)}" if names else None


def pick_time_form(
    account: Account, step: ReviewStep, invited: Sequence[Person], first: datetime, zone_name: str, today: date
) -> dict[str, Any]:
    """The form for a review's time; `first` is the time suggested, in the person's zone."""
    return {
        "about": mrkdwn("*{}* {}: {}", account.name, renewal_words(account, today), step_words(step, today, zone_name)),
        "invited": told_words(invited, "get the invitation with a calendar file.")
        or mrkdwn("The account has no AE and no SA to invite."),
        "day": first.date().isoformat(),
        "passed": passed_words(first.date(), today),
        "time": f"{first:%H:%M}",
        "zone": zone_name,
    }


def passed_words(day: date, today: date) -> Mrkdwn | None:
    """What a form says whose typed day can't be picked any more; None for a day that can."""
    if day >= today:
        return None
    words = day_words(day, today)
    return mrkdwn("*{} has passed.* Pick a day that is ahead.", words[0].upper() + words[1:])


def held_form(
    account: Account, step: ReviewStep, held_on: date, today: date, told: Sequence[Person] = ()
) -> dict[str, Any]:
    """The form after a review: its day, health, outlook and next step, and who is told."""
    return {
        "about": mrkdwn("*{}* {}: the {}", account.name, renewal_words(account, today), review_name(step.months)),
        "held_on": held_on.isoformat(),
        "health": next((o for o in HEALTH_OPTIONS if o[1] == account.health), None),
        "healths": HEALTH_OPTIONS,
        "outlook": next((o for o in OUTLOOK_OPTIONS if o[1] == account.outlook), None),
        "outlooks": OUTLOOK_OPTIONS,
        "told": told_words(told, "are told."),
    }


def outlook_form(account: Account, today: date, line: str, expected_cents: int | None, *, arr: bool) -> dict[str, Any]:
    """The form for what is expected of a renewal; `arr`: may see and enter how much."""
    usual = "" if account.arr_cents is None else money_words(account.arr_cents, account.currency, "")
    return {
        "about": mrkdwn("*{}* {}", account.name, renewal_words(account, today)),
        "outlook": next((o for o in OUTLOOK_OPTIONS if o[1] == account.outlook), None),
        "outlooks": OUTLOOK_OPTIONS,
        "line": line or None,
        "arr": arr,
        "expected": None if expected_cents is None else cents_text(expected_cents).removesuffix(".00"),
        "hint": f"Left empty: its ARR, {usual}" if usual else "Left empty: its ARR, once that is known",
    }


def about(account: Account, today: date, step: ReviewStep | None = None) -> dict[str, Any]:
    """What a small form says on top."""
    what = f": the {review_name(step.months)}" if step else ""
    return {"about": mrkdwn("*{}* {}{}", account.name, renewal_words(account, today), what)}


def ctas_line(brief: Brief, policy: Policy) -> Mrkdwn:
    """`Open: Expand: CI, Enable: SCM · Said no: DevSecOps (budget)`, the no's since the last review."""
    closed = closed_since_review(brief)
    noes = [f"{c.use_case} ({policy.reason_label(c.reason)})" for c in closed if c.status != CLOSED_SUCCESS]
    won = [c.playbook for c in closed if c.status == CLOSED_SUCCESS]
    return joined(
        [
            _listed("Open", [c.playbook for c in brief.part(CtaPart).open]) or "Nothing open",
            _listed("Won", won),
            _listed("Said no", noes),
        ]
    )


def _listed(what: str, names: Sequence[str]) -> Mrkdwn | None:
    if not names:
        return None
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return mrkdwn("{}: {}{}", what, ", ".join(names[:SHOWN]), more)
