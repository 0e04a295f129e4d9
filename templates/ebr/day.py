"""Lines of a day about EBRs: nudges, and the question whether one was held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.keys import key_of
from storage.base.plurals import counted
from storage.ebr.brief import EbrPart, closed_since_ebr, ebrs_of
from storage.renewal.review_steps import cadence_in_words
from templates.account.day import with_brief
from templates.blocks.day import Reader, Row, bold_name, button, day_row, done_row, menu, why_now
from templates.blocks.mrkdwn import Mrkdwn, as_mrkdwn, mrkdwn
from templates.blocks.words import days_away
from templates.ebr.show import preparation

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import AccountOfDay
    from storage.account.record import Account
    from storage.base.day import DayItem


def _ebr_row(behind: AccountOfDay, item: DayItem, reader: Reader, alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, ebrs = behind.brief.account, ebrs_of(behind.brief)
    name, due = bold_name(account.name), ebrs.due_on
    if ebrs.planned and ebrs.planned.scheduled_on:
        return done_row(name, f"EBR {reader.on_day(ebrs.planned.scheduled_on)}")
    if due is None or key_of(item.row.dedupe_key).part(1) != due.isoformat():
        held = f"EBR held {reader.day(ebrs.last_on)}" if ebrs.last_on else "EBR date changed"
        return done_row(name, held)
    if behind.later_on:
        return done_row(name, f"EBR put off to {reader.day(behind.later_on)}")
    closed = closed_since_ebr(behind.brief)
    won = sum(c.status == "closed_success" for c in closed)
    nos = sum(c.status == "closed_no_success" for c in closed)
    since = [f"{counted(won, 'CTA')} won" if won else "", counted(nos, "no") if nos else ""]
    since.append(f"health {account.health}" if account.health else "")
    known = ", ".join(part for part in since if part)
    return day_row(
        mrkdwn("{}: EBR {}", name, _due(due, reader)),
        why_now(item, _rhythm(account, ebrs, reader)),
        mrkdwn("Since then: {}", known) if alone and known else Mrkdwn(""),
        as_mrkdwn(preparation(due, reader.today, reader.policy)) if alone else Mrkdwn(""),
        buttons=[
            button("Pick a date", "ebr.pick_date", account.id, "primary" if alone else None),
            *([button("Already held", "ebr.log", account.id)] if alone else ()),
            *([button("Brief me", "account.brief", account.id)] if alone else ()),
        ],
        more=menu(
            "ebr.more",
            account.id,
            {
                **({} if alone else {"log": "Already held", "brief": "Brief me"}),
                "later": "Remind me later",
                "cadence": "Change how often",
            },
        ),
    )


def _rhythm(account: Account, ebrs: EbrPart, reader: Reader) -> str:
    months = reader.policy.cadence_months(account.segment, account.ebr_cadence_months)
    often = cadence_in_words(months)
    if ebrs.last_on:
        return f"last one {reader.day(ebrs.last_on)}, {often}"
    since = f"customer since {reader.day(account.customer_since)}, " if account.customer_since else ""
    return f"{since}none so far, {often}"


def _due(due: date, reader: Reader) -> str:
    days = (due - reader.today).days
    if days == 0:
        return "due today"
    if abs(days) == 1:
        return f"due {reader.day(due)}" if days > 0 else f"was due {reader.day(due)}"
    return f"{'due' if days > 0 else 'was due'} {reader.day(due)}, {days_away(due, reader.today)}"


def _ebr_held_row(behind: AccountOfDay, item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, ebrs = behind.brief.account, ebrs_of(behind.brief)
    name = bold_name(account.name)
    asked = key_of(item.row.dedupe_key).part(1)
    planned = ebrs.planned
    if planned is None or planned.scheduled_on is None:
        last = ebrs.last_on
        if last is None:
            return done_row(name, "EBR called off")
        held = "EBR held" if last.isoformat() >= asked else "no EBR planned now, the last one was"
        return done_row(name, f"{held} {reader.day(last)}")
    if planned.scheduled_on.isoformat() != asked:
        return done_row(name, f"EBR moved to {reader.day(planned.scheduled_on)}")
    return day_row(
        mrkdwn("{}: was the EBR of {} held?", name, reader.day(planned.scheduled_on)),
        buttons=[
            button("Yes, held", "ebr.log", account.id, "primary"),
            button("Pick a new date", "ebr.pick_date", account.id),
        ],
    )


ebr_rows = with_brief(_ebr_row)
ebr_held_rows = with_brief(_ebr_held_row)
