"""Lines of a day about EBRs: nudges, and the question whether one was held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.keys import key_of
from storage.base.plurals import counted
from storage.ebr.brief import EbrPart, closed_since_ebr, ebrs_of
from storage.ebr.due import cadence_in_words
from storage.ebr.place import ebr_place
from templates.account.day import with_brief
from templates.blocks.day import Reader, Row, because, bold_name, button, day_row, done_row, menu, why_now
from templates.blocks.mrkdwn import Mrkdwn, as_mrkdwn, mrkdwn
from templates.blocks.words import counted_day
from templates.ebr.show import preparation

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import AccountOfDay
    from storage.account.record import Account
    from storage.base.day import DayItem
    from storage.base.order import Place


def _ebr_row(behind: AccountOfDay, item: DayItem, reader: Reader, alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, ebrs = behind.brief.account, ebrs_of(behind.brief)
    due, about = ebrs.due_on, _about(account)
    if ebrs.planned and ebrs.planned.scheduled_on:
        return done_row(account.name, f"EBR {reader.on_day(ebrs.planned.scheduled_on)}", about=about)
    if due is None or key_of(item.row.dedupe_key).part(1) != due.isoformat():
        held = f"EBR held {reader.past_day(ebrs.last_on)}" if ebrs.last_on else "EBR date changed"
        return done_row(account.name, held, about=about)
    if behind.later_on:
        return done_row(account.name, f"EBR put off to {reader.day(behind.later_on)}", about=about)
    rhythm = _rhythm(account, ebrs, reader)
    if not alone:
        doings = {"log": "Already held", "brief": "Brief me", "later": "Remind me later", "cadence": "Change how often"}
        return day_row(
            account.name,
            mrkdwn("EBR {} {}", _due(due, reader), because(item, rhythm.partition(",")[0])),
            place=_place(account, due, None, reader),
            buttons=[
                button("Pick a date", "ebr.pick_date", account.id),
                button("Already held", "ebr.log", account.id),
                button("Brief me", "account.brief", account.id),
            ],
            more=menu("ebr.more", account.id, {"pick_date": "Pick a date", **doings}),
            about=about,
        )
    closed = closed_since_ebr(behind.brief)
    won = sum(c.status == "closed_success" for c in closed)
    nos = sum(c.status == "closed_no_success" for c in closed)
    since = [f"{counted(won, 'CTA')} won" if won else "", counted(nos, "no") if nos else ""]
    since.append(f"health {account.health}" if account.health else "")
    known = ", ".join(part for part in since if part)
    return day_row(
        "",
        mrkdwn("{}: EBR {}", bold_name(account.name), _due(due, reader)),
        why_now(item, rhythm),
        mrkdwn("Since then: {}", known) if known else Mrkdwn(""),
        as_mrkdwn(preparation(due, reader.today, reader.policy)),
        buttons=[
            button("Pick a date", "ebr.pick_date", account.id, "primary"),
            button("Already held", "ebr.log", account.id),
            button("Brief me", "account.brief", account.id),
        ],
        more=menu("ebr.more", account.id, {"later": "Remind me later", "cadence": "Change how often"}),
        about=about,
    )


def _about(account: Account) -> tuple[str, int]:
    return "ebr", account.id


def _place(account: Account, due: date | None, scheduled: date | None, reader: Reader) -> Place:
    return ebr_place(
        due, scheduled, reader.today, arr_cents=account.arr_cents, name=account.name, account_id=account.id
    )


def _rhythm(account: Account, ebrs: EbrPart, reader: Reader) -> str:
    months = reader.policy.cadence_months(account.segment, account.ebr_cadence_months)
    often = cadence_in_words(months)
    if ebrs.last_on:
        return f"last one {reader.past_day(ebrs.last_on)}, {often}"
    since = f"customer since {reader.day(account.customer_since)}, " if account.customer_since else ""
    return f"{since}none so far, {often}"


def _due(due: date, reader: Reader) -> str:
    return f"{'due' if due >= reader.today else 'was due'} {counted_day(due, reader.today)}"


def _ebr_held_row(behind: AccountOfDay, item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, ebrs = behind.brief.account, ebrs_of(behind.brief)
    asked, about = key_of(item.row.dedupe_key).part(1), _about(account)
    planned = ebrs.planned
    if planned is None or planned.scheduled_on is None:
        last = ebrs.last_on
        if last is None:
            return done_row(account.name, "EBR called off", about=about)
        held = "EBR held" if last.isoformat() >= asked else "no EBR planned now, the last one was"
        return done_row(account.name, f"{held} {reader.past_day(last)}", about=about)
    if planned.scheduled_on.isoformat() != asked:
        return done_row(account.name, f"EBR moved to {reader.day(planned.scheduled_on)}", about=about)
    doings = {"log": "Yes, held", "pick_date": "Pick a new date", "brief": "Brief me"}
    return day_row(
        account.name,
        mrkdwn("was the EBR of {} held?", reader.day(planned.scheduled_on)),
        place=_place(account, ebrs.due_on, planned.scheduled_on, reader),
        buttons=[
            button("Yes, held", "ebr.log", account.id),
            button("Pick a new date", "ebr.pick_date", account.id),
        ],
        more=menu("ebr.more", account.id, doings),
        about=about,
    )


ebr_rows = with_brief(_ebr_row)
ebr_held_rows = with_brief(_ebr_held_row)
