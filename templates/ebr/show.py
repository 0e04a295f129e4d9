"""What the templates of Executive Business Reviews need, from records. Pure.

Used by `/ebr`, its forms and answers, and the EBR nudges.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

from storage.base.business_days import business_days_of
from storage.base.moments import zone
from storage.base.plurals import counted
from storage.ebr.brief import ebrs_of
from storage.ebr.due import cadence_in_words
from templates.account.show import SCOPE_WORDS, arr_amount, csm_words, gone_words, team_line
from templates.blocks import figures
from templates.blocks.mrkdwn import Mrkdwn, day_words, lived_day_words, moment, mrkdwn
from templates.blocks.words import counted_day, joined, overdue_words
from templates.renewal.show import passed_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from storage.account.brief import Brief
    from storage.account.record import Account
    from storage.base.policy import Policy
    from storage.ebr.coverage import SegmentCoverage
    from storage.ebr.due import EbrDue
    from storage.ebr.record import Ebr
    from templates.blocks.listed import Listed

CADENCES = (3, 6, 12, 18, 24)
PARTS = {"": "All", "overdue": "Overdue", "dateless": "With no date", "unrecorded": "No EBR on record"}
"""The parts of the list of EBRs that stand by themselves too, by what their buttons carry."""
_COUNTED = {"overdue": "overdue", "dateless": "with no date", "unrecorded": "with no EBR on record"}
"""The same in the list's first line, where there are any."""


def preparation(due: date, today: date, policy: Policy, *, dated: bool = False) -> str | None:
    """The next steps of the preparation for the days that are left (docs/domain.md, "EBRs")."""
    steps = policy.ebr_preparation_days
    ahead = [
        (days, words)
        for days, words in (
            (steps.first_talk, "Kick off with AE and SA, first talk with the customer by {}"),
            (steps.scheduling, "Agree with AE and SA who invites, date fixed by {}"),
            (steps.deck, "You build the deck, start by {}"),
            (steps.internal_review, "Internal review of the deck by {}"),
            (steps.customer_review, "Go through the deck with your customer's sponsor by {}"),
            (steps.final_preparation, "Last preparation with AE and SA by {}"),
            (steps.agenda, "Agenda to everybody by {}"),
        )
        if due - timedelta(days=days) >= today and not (dated and days > steps.deck)
    ]
    if not ahead and dated:
        return None
    if not ahead:
        return "Agree with AE and SA today on a date and on who invites; you build the deck"
    return " · ".join(words.format(day_words(due - timedelta(days=days), today)) for days, words in ahead[:2])


def after_words(held_on: date, today: date, policy: Policy) -> str | None:
    """What follows an EBR that was held: its summary and the success plan, as long as one of them is ahead."""
    business, days = business_days_of(policy), policy.ebr_preparation_days
    summary, plan = (business.after(held_on, count) for count in (days.summary_after, days.plan_after))
    if max(summary, plan) < today:
        return None
    return f"Summary to everybody by {day_words(summary, today)}, success plan updated by {day_words(plan, today)}"


def due_words(due: EbrDue, today: date, zone_name: str, *, in_list: bool = False) -> Mrkdwn:
    """`due Wed 30 Dec, in 30 days`, `overdue since …`, `scheduled for …` (in a zone), `no EBR date known`."""
    if due.scheduled and due.scheduled.scheduled_at:
        said = mrkdwn("scheduled for {}", moment(due.scheduled.scheduled_at.astimezone(zone(zone_name))))
        passed = due.scheduled.scheduled_on is not None and due.scheduled.scheduled_on < today
        return mrkdwn("{} · held?", said) if passed else said
    if due.unrecorded:
        return mrkdwn("no EBR on record{}", "" if in_list else ": fill in the last one")
    if due.due_on is None and not due.account.active:
        return Mrkdwn("no EBR to come")
    if due.due_on is None:
        return mrkdwn(
            "no EBR date known{}", "" if in_list else ": fill in the last one, or since when it is a customer"
        )
    if due.due_on < today:
        return mrkdwn("{}", overdue_words(due.due_on, today))
    return mrkdwn("due {}", counted_day(due.due_on, today))


def due_list(
    rows: Sequence[EbrDue],
    page: Listed,
    policy: Policy,
    *,
    whose: Mrkdwn,
    arr_ids: Collection[int],
) -> dict[str, Any]:
    """A page of EBRs overdue, due or scheduled, and of accounts without a date; its parts are the keys of `PARTS`.

    `whose` says whose they are, `arr_ids` are those whose ARR is shown.
    """
    which, totals = page.which, page.totals
    return {
        **page.ways(len(rows), totals[which], which),
        "rows": [_row(r, page, policy, show_arr=r.account.id in arr_ids) for r in rows],
        "overdue": totals["overdue"],
        "counts": joined(f"{totals[part]:,} {words}" for part, words in _COUNTED.items() if totals[part]),
        "narrowed": f"{totals[which]:,} {_COUNTED[which]}" if which else "",
        "parts": [
            (f"{words} {totals[part]:,}", f"ebr.{part or 'every'}", f"{page.scope}:0:{part}")
            for part, words in PARTS.items()
            if totals[part] and part != which and (part or which)
        ],
        "whose": whose,
    }


def _row(due: EbrDue, page: Listed, policy: Policy, *, show_arr: bool) -> dict[str, Any]:
    account = due.account
    csm, may_change = csm_words(account, page.people, page.understood_id), account.id in page.changeable
    last = f"last {lived_day_words(due.last_on, page.today)}" if due.last_on else None
    dated = due.due_on is not None or due.scheduled is not None
    arr = arr_amount(account, policy, show_arr=show_arr)
    return {
        "line": joined(
            [mrkdwn("*{}*", account.name), due_words(due, page.today, page.zone_name, in_list=True), last, arr, csm]
        ),
        "actions": more_options(account.id, may_change=may_change, dated=dated, planned=due.scheduled),
    }


def more_options(
    account_id: int, *, may_change: bool = True, dated: bool = True, planned: Ebr | None = None
) -> list[list[str]]:
    """What stands behind `⋯` beside an EBR: at most five things."""
    brief = ["Brief", f"brief:{account_id}"]
    if not may_change:
        return [["Show", f"show:{account_id}"], brief]
    if not dated:
        return [["Fill in …", f"fill_in:{account_id}"], ["Already held …", f"log:{account_id}"], brief]
    return [
        ["Pick a date …", f"pick_date:{account_id}"],
        ["Already held …", f"log:{account_id}"],
        _later_or_off(account_id, planned),
        ["Change how often …", f"cadence:{account_id}"],
        brief,
    ]


def _later_or_off(account_id: int, planned: Ebr | None) -> list[str]:
    """Nobody is reminded of a scheduled EBR: there, calling it off stands instead."""
    if planned:
        return ["Call it off", f"call_off:{account_id}:{planned.scheduled_on}"]
    return ["Remind me later", f"later:{account_id}"]


def ebr(brief: Brief, due: EbrDue, today: date, zone_name: str, policy: Policy, *, may_change: bool) -> dict[str, Any]:
    """One account's EBRs: when the next is due, what to prepare, and those held."""
    account = brief.account
    months = policy.cadence_months(account.segment, account.ebr_cadence_months)
    known = ebrs_of(brief)
    agreed = f"agreed by {known.agreed_by}" if known.agreed_by and account.ebr_cadence_months else None
    held = [e for e in known.ebrs if e.held_on]
    step = _next_step(due, today, policy) if account.active else None
    return {
        "id": account.id,
        "title": _about(due, today, zone_name),
        "rhythm": joined(
            [
                cadence_in_words(months),
                agreed,
                f"last {lived_day_words(due.last_on, today)}" if due.last_on else "none yet",
            ]
        ),
        "team": team_line(account, brief.people),
        "step": step,
        "held": [
            joined([f"held {lived_day_words(e.held_on, today)}" if e.held_on else None, (e.note or "")[:200]])
            for e in held[:5]
        ],
        "may_change": may_change,
        "planned": due.scheduled is not None,
        "held_value": f"{account.id}:{due.scheduled.scheduled_on}" if due.scheduled else None,
        "more": [
            _later_or_off(account.id, due.scheduled),
            ["Change how often …", f"cadence:{account.id}"],
            ["Brief", f"brief:{account.id}"],
        ]
        if may_change
        else [["Brief", f"brief:{account.id}"], ["Account", f"show_account:{account.id}"]],
    }


def _next_step(due: EbrDue, today: date, policy: Policy) -> str | None:
    """What comes next: what follows one just held, else the preparation of one that is scheduled, else of one due."""
    if due.last_on and (after := after_words(due.last_on, today, policy)):
        return after
    if due.scheduled is None:
        return preparation(due.due_on, today, policy) if due.due_on else None
    on = due.scheduled.scheduled_on
    return preparation(on, today, policy, dated=True) if on and on > today else None


def _about(due: EbrDue, today: date, zone_name: str) -> Mrkdwn:
    """`*Acme* EBR due Wed 30 Dec, in 30 days`, `*Acme* churned: no EBR to come`."""
    account, words = due.account, due_words(due, today, zone_name)
    if account.active:
        return mrkdwn("*{}* EBR {}", account.name, words)
    gone = gone_words(account, today) if account.churned_on else "is archived"
    return mrkdwn("*{}* {}: {}", account.name, gone, words)


def schedule_form(due: EbrDue, first: datetime, zone_name: str, today: date) -> dict[str, Any]:
    """The form for an EBR's day and time; `first` is the time suggested, in the person's zone."""
    return {
        "about": _about(due, today, zone_name),
        "day": first.date().isoformat(),
        "passed": passed_words(first.date(), today),
        "time": f"{first:%H:%M}",
        "zone": zone_name,
    }


def log_form(due: EbrDue, held_on: date, today: date, zone_name: str) -> dict[str, Any]:
    """The form for an EBR that was held."""
    return {
        "about": _about(due, today, zone_name),
        "held_on": held_on.isoformat(),
    }


def cadence_form(
    account: Account, policy: Policy, months: int | None, agreed_by: str, *, leaders_decide: int
) -> dict[str, Any]:
    """The form for how often an account has its EBR; `months` is what was asked for, if anything."""
    usual = policy.cadence_months(account.segment, None)
    present = policy.cadence_months(account.segment, account.ebr_cadence_months)
    choices = sorted({*CADENCES, *([months] if months else [])})
    options = [[cadence_in_words(m).capitalize(), str(m)] for m in choices]
    options.append([f"As usual for its segment: {cadence_in_words(usual)}", "default"])
    chosen = str(months or account.ebr_cadence_months or "default")
    return {
        "about": mrkdwn("*{}* has its EBR {}", account.name, cadence_in_words(present)),
        "options": options,
        "chosen": next((o for o in options if o[1] == chosen), options[-1]),
        "agreed_by": agreed_by or None,
        "leaders_decide": leaders_decide,
    }


def segment_words(part: SegmentCoverage) -> str:
    """`Strategic 80% (8 of 10), target 90%`: a segment with a target of its own."""
    share = figures.percent(part.held / part.accounts if part.accounts else None)
    target = figures.percent(part.target)
    return f"{part.segment.capitalize()} {share} ({part.held:,} of {part.accounts:,}), target {target}"


def coverage(
    held: int, accounts: int, target: float, scope: str, segments: Sequence[SegmentCoverage] = ()
) -> dict[str, Any]:
    """Who had an EBR in the last twelve months: a share, or counts where there are none to share."""
    share = figures.percent(held / accounts if accounts else None)
    short = max(ceil(Decimal(str(target)) * accounts) - held, 0)
    return {
        "line": mrkdwn(
            "*EBR coverage {}* · {} of {} had one in the last twelve months · target {}",
            share,
            held,
            counted(accounts, "account"),
            figures.percent(target),
        ),
        "short": short,
        "segments": "\n".join(segment_words(part) for part in segments if part.accounts),
        "whose": SCOPE_WORDS[scope],
        "missing": accounts - held,
        "list_value": f"{scope}:no-ebr:0",
        "scope": scope,
    }
