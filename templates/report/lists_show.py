"""The lists behind a report's numbers: CTAs, renewals and EBRs page by page, what is slow, what comes back. Pure."""

from __future__ import annotations

import csv
import io
import re
import textwrap
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from storage.base.moments import days_since
from storage.base.plurals import counted
from storage.cta.record import CLOSED_NO_SUCCESS, CLOSED_SUCCESS, ENABLE, EXPAND, MOTION_LABELS, STATUS_LABELS
from storage.playbook.record import OF_PLAYBOOK
from storage.renewal.record import CHURNED, RENEWED
from storage.report.record import LAPSED
from templates.blocks import figures, mrkdwn
from templates.blocks.day import menu
from templates.blocks.words import joined
from templates.report.show import OUTLOOKS, short_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from storage.base.policy import Policy
    from storage.playbook.record import Playbook
    from storage.report.behind_numbers import Selection
    from storage.report.record import CtaLine, EndedRenewal, RenewalAhead, WithoutEbr

PAGE: Final = 20
PLAYBOOKS: Final = 20
"""Of each motion, in the catalogue: a message holds 50 blocks."""
NAME: Final = 60
"""How much of a name a line shows."""
CSV_COLUMNS: Final = (
    "id",
    "account",
    "playbook",
    "use_case",
    "motion",
    "owner",
    "status",
    "reason",
    "detail",
    "opened_on",
    "closed_on",
    "due_on",
    "revisit_on",
)
# Apostrophes in front count, as in `export`, so that an import can take one off again.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_MOTIONS: Final = (("Both motions", "all"), (MOTION_LABELS[EXPAND], EXPAND), (MOTION_LABELS[ENABLE], ENABLE))
_OUTCOMES: Final = (("Any outcome", "all"), ("Success", CLOSED_SUCCESS), ("No success", CLOSED_NO_SUCCESS))


def cta_list(
    lines: Sequence[CtaLine],
    total: int,
    page: int,
    *,
    selection: Selection,
    policy: Policy,
    today: date,
    why: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """What report/list.json.j2 shows: one page of the CTAs of a selection; `why` adds words to a CTA."""
    return {
        "summary": _what(selection, total, policy),
        "rows": [cta_row(line, policy, today, (why or {}).get(line.id, "")) for line in lines],
        "pages": pages(total, page),
        "motions": _MOTIONS,
        "motion": _chosen(_MOTIONS, selection.motion),
        "outcomes": _OUTCOMES if selection.what == "closed" else (),
        "outcome": _chosen(_OUTCOMES, selection.status),
        "can_narrow": selection.what in ("closed", "opened"),
        "total": total,
    }


def pages(total: int, page: int) -> dict[str, Any]:
    """The way through a long list: which rows these are, the page before and after (None: there is none)."""
    last = max((total - 1) // PAGE, 0)
    return {
        "words": f"{page * PAGE + 1} to {min((page + 1) * PAGE, total)} of {total:,}" if last else "",
        "before": page - 1 if page > 0 else None,
        "after": page + 1 if page < last else None,
    }


def cta_row(line: CtaLine, policy: Policy, today: date, why: str = "") -> dict[str, Any]:
    """A CTA behind a number: its words, and what can be done with it there."""
    doings = {"show": "Show", "history": "History"}
    if line.closed_on is None and line.status != "withdrawn":
        doings = {
            "tasks": "Tasks",
            "success": "Success",
            "no_success": "No success",
            "snooze": "Snooze",
            "show": "Show",
        }
    elif line.revisit_on:
        doings = {"again": "Open it again", **doings}
    return {"words": cta_words(line, policy, today, why), "menu": menu("cta.more", line.id, doings)}


def cta_words(line: CtaLine, policy: Policy, today: date, why: str = "") -> mrkdwn.Mrkdwn:
    """`#12 Acme · Expand: CI · no success: Timing · 23 Nov, after 40 days · @csm`."""
    owner = mrkdwn.mention(line.owner_slack_id, line.owner) if line.owner else mrkdwn.Mrkdwn("no owner")
    return mrkdwn.mrkdwn(
        "#{} *{}* · {} · {} · {}{}",
        line.id,
        mrkdwn.clip(line.account, NAME),
        mrkdwn.clip(line.playbook, NAME),
        _state(line, policy, today),
        owner,
        mrkdwn.mrkdwn(" · _{}_", why) if why else "",
    )


def renewal_list(
    renewals: Sequence[RenewalAhead], page: int, *, policy: Policy, today: date, arr: bool, unreviewed: bool
) -> dict[str, Any]:
    """What report/renewals.json.j2 shows: the renewals ahead, those without a review first (or alone)."""
    without = [renewal for renewal in renewals if renewal.without_review]
    ranked = without if unreviewed else [*without, *(r for r in renewals if not r.without_review)]
    shown = ranked[page * PAGE : (page + 1) * PAGE]
    ahead = counted(len(ranked), "renewal")
    months = counted(policy.monthly_plan_months, "month")
    return {
        "summary": f"{ahead} without a review in {months}"
        if unreviewed
        else f"{ahead} in {months}, {len(without):,} without a review",
        "rows": [{"words": _renewal_words(r, policy, today, arr=arr), "id": r.account_id} for r in shown],
        "pages": pages(len(ranked), page),
    }


def ended_list(
    ended: Sequence[EndedRenewal], page: int, *, policy: Policy, today: date, arr: bool, what: str
) -> dict[str, Any]:
    """What report/ended.json.j2 shows: the renewals that were decided, or those that have lapsed."""
    shown = ended[page * PAGE : (page + 1) * PAGE]
    counted_ = counted(len(ended), "renewal")
    return {
        "summary": f"{counted_} lapsed" if what == LAPSED else f"{counted_} decided",
        "rows": [{"words": _ended_words(one, policy, today, arr=arr), "id": one.account_id} for one in shown],
        "pages": pages(len(ended), page),
    }


def ebr_list(accounts: Sequence[WithoutEbr], page: int, *, today: date) -> dict[str, Any]:
    """What report/ebrs.json.j2 shows: the accounts without an EBR in the last twelve months."""
    shown = accounts[page * PAGE : (page + 1) * PAGE]
    return {
        "summary": f"{counted(len(accounts), 'account')} without an EBR in the last twelve months",
        "rows": [{"words": _ebr_words(account, today), "id": account.account_id} for account in shown],
        "pages": pages(len(accounts), page),
    }


def stalled(slow: Sequence[tuple[CtaLine, str]], policy: Policy, today: date, selection: Selection) -> dict[str, Any]:
    """What report/stalled.json.j2 shows: the slowest CTAs, each with what it is slower than."""
    return {
        "count": counted(len(slow), "open CTA"),
        "rows": [cta_row(line, policy, today, why) for line, why in slow[: policy.message_items]],
        "value": selection.but(what="stalled").value,
        "more": max(len(slow) - policy.message_items, 0),
    }


def deferred(months: Sequence[tuple[str, int]], today: date, selection: Selection) -> dict[str, Any]:
    """What report/deferred.json.j2 shows: how many come back in each month, from the earliest on."""
    rows = []
    for month, count in months[:24]:
        first = date.fromisoformat(f"{month}-01")
        last = date.fromordinal(_next_month(first).toordinal() - 1)
        words = "this month" if month == f"{today:%Y-%m}" else f"{first:%B %Y}"
        overdue = " (has passed)" if last < today else ""
        value = selection.but(what="deferred", first=first, last=last).value
        rows.append({"words": f"{words}{overdue}: {counted(count, 'CTA')}", "value": value, "id": month})
    return {
        "total": counted(sum(count for _, count in months), "CTA"),
        "rows": rows,
        "more": max(len(months) - 24, 0),
    }


def catalogue(playbooks: Iterable[Playbook], motion: str = "") -> dict[str, Any]:
    """What report/catalogue.json.j2 shows: the playbooks of one motion that can be opened, and the way to the other."""
    every = list(playbooks)
    found = {one: [p for p in every if p.motion == one] for one in MOTION_LABELS}
    shown = motion if found.get(motion) else next((one for one, some in found.items() if some), "")
    rows = [
        {
            "words": mrkdwn.mrkdwn("*{}* · {} · {}", p.name, counted(len(p.tasks), "task"), _gist(p.summary)),
            "value": f"{OF_PLAYBOOK}{p.name}",
        }
        for p in found.get(shown, ())
    ]
    return {
        "label": MOTION_LABELS.get(shown, ""),
        "rows": rows[:PLAYBOOKS],
        "more": max(len(rows) - PLAYBOOKS, 0),
        "others": [(f"{MOTION_LABELS[one]} {len(some)}", one) for one, some in found.items() if some and one != shown],
    }


def as_csv(lines: Iterable[CtaLine]) -> str:
    """The CTAs as CSV, for people who go on in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CSV_COLUMNS)
    for line in lines:
        owner = line.owner_email or line.owner or ""
        values = (owner if name == "owner" else getattr(line, name) for name in CSV_COLUMNS)
        writer.writerow([harmless(value) for value in values])
    return text.getvalue()


def _gist(summary: str) -> str:
    """What a playbook is about: its first sentence, cut between words."""
    return textwrap.shorten(re.split(r"\.(?:\s|$)", summary, maxsplit=1)[0], 120, placeholder=" …")


def harmless(value: object) -> str:
    """A cell of a CSV: a text that a spreadsheet would carry out as a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


def _state(line: CtaLine, policy: Policy, today: date) -> str:
    if line.closed_on is None:
        open_for = counted(days_since(line.opened_on, today), "day")
        return f"open {open_for}" if line.status != "withdrawn" else STATUS_LABELS[line.status].lower()
    how = "success" if line.status == CLOSED_SUCCESS else f"no: {short_reason(policy, line.reason or '')}"
    lasted = (line.closed_on - line.opened_on).days
    after = f"after {counted(lasted, 'day')}" if lasted else "the day it was opened"
    back = f", back {mrkdwn.day_words(line.revisit_on, today)}" if line.revisit_on else ""
    return f"{how} · {mrkdwn.past_day_words(line.closed_on, today)}, {after}{back}"


def _renewal_words(renewal: RenewalAhead, policy: Policy, today: date, *, arr: bool) -> mrkdwn.Mrkdwn:
    reviews = [f"{counted(months, 'month')} held" for months in sorted(renewal.held, reverse=True)]
    reviews += [f"{counted(months, 'month')} booked" for months in sorted(renewal.scheduled, reverse=True)]
    parts = [f"renews {mrkdwn.day_words(renewal.renewal_on, today)}"]
    if arr and renewal.arr_cents is not None:
        parts.append(mrkdwn.money_words(renewal.arr_cents, renewal.currency, policy.currency))
    parts.append(", ".join(reviews) or "no review yet")
    if renewal.outlook:
        parts.append(OUTLOOKS.get(renewal.outlook, renewal.outlook))
    csm = mrkdwn.mention(renewal.csm_slack_id, renewal.csm) if renewal.csm else mrkdwn.Mrkdwn("no CSM")
    return mrkdwn.mrkdwn("*{}* {} · {}", mrkdwn.clip(renewal.account, NAME), " · ".join(parts), csm)


def _ended_words(one: EndedRenewal, policy: Policy, today: date, *, arr: bool) -> mrkdwn.Mrkdwn:
    """`Acme · renewed until 30 Apr 2028 · 240,000 → 260,000 · @csm`; of one that churned why, of one lapsed its day."""
    on = mrkdwn.day_words(one.renewal_on, today) if one.renewal_on else "an unknown day"
    said = f"renewal day {on}, undecided"
    if one.outcome == RENEWED:
        said = f"renewed until {mrkdwn.day_words(one.next_on, today)}" if one.next_on else "renewed"
    elif one.outcome == CHURNED:
        said = f"churned, renewal day {on}"
    why = policy.renewal_reason_label(one.reason) if one.reason else None
    csm = mrkdwn.mention(one.csm_slack_id, one.csm) if one.csm else mrkdwn.Mrkdwn("no CSM")
    money = [
        mrkdwn.money_words(cents, one.currency, policy.currency)
        for cents in (one.before_cents, one.now_cents)
        if cents is not None and arr
    ]
    line = mrkdwn.clip(one.line or "", NAME)
    return joined([mrkdwn.mrkdwn("*{}*", mrkdwn.clip(one.account, NAME)), said, why, line, " → ".join(money), csm])


def _ebr_words(account: WithoutEbr, today: date) -> mrkdwn.Mrkdwn:
    """`Acme · last EBR Thu 4 Jun 2025 · @csm`."""
    last = f"last EBR {mrkdwn.lived_day_words(account.last_on, today)}" if account.last_on else "no EBR known"
    csm = mrkdwn.mention(account.csm_slack_id, account.csm) if account.csm else mrkdwn.Mrkdwn("no CSM")
    return mrkdwn.mrkdwn("*{}* · {} · {}", mrkdwn.clip(account.account, NAME), last, csm)


def _what(selection: Selection, total: int, policy: Policy) -> str:
    """`61 CTAs · Expand · CI · no success · closed 1 October to 31 December`."""
    parts = [counted(total, "CTA")]
    if selection.motion:
        parts.append(MOTION_LABELS[selection.motion])
    parts += [name for name in (selection.use_case, selection.team, selection.region) if name]
    if selection.status:
        parts.append(STATUS_LABELS[selection.status].removeprefix("Closed: "))
    if selection.reason:
        again = "opened again after " if selection.what == "again" else ""
        parts.append(f"{again}{policy.reason_label(selection.reason)}")
    if selection.first and selection.last:
        done = "coming back" if selection.what == "deferred" else selection.what
        parts.append(f"{done} {figures.day_span(selection.first, selection.last)}")
    elif selection.what == "stalled":
        parts.append("slower than usual")
    elif selection.what == "changed":
        parts.append(f"changed since {selection.quarter} was frozen")
    return " · ".join(parts)


def _chosen(options: Sequence[tuple[str, str]], value: str) -> tuple[str, str]:
    return next((option for option in options if option[1] == value), options[0])


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
