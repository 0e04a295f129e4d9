"""The things of somebody's day as words and buttons: for the morning's message, for one alone, and for Home. Pure.

A button carries ids only. What was acted on since is shown as done, by whomever it was done (MESSAGES.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.base.keys import key_of
from storage.base.moments import zone
from storage.base.outbox_row import OPERATIONS
from storage.base.plurals import counted
from storage.renewal.record import HELD, SCHEDULED, SKIPPED
from storage.renewal.review_steps import cadence_in_words
from templates.account.show import days_away
from templates.blocks.mrkdwn import Mrkdwn, as_mrkdwn, clip, day_words, mention, money_words, mrkdwn, on_day_words
from templates.ebr.show import preparation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from storage.account.brief import Brief
    from storage.base.policy import Policy
    from storage.cta.record import Cta
    from storage.home.day import DayItem, NewsCta

Row = dict[str, Any]
RowsOf = Callable[["DayItem", "Reader", bool], list[Row]]
"""The lines of one thing of a day, alone in its message or among others: its kind's `show`."""
NAMED = 3
"""How many names stand in a line before "…"."""
NAME_LIMIT = 60
"""Characters of a name in a list: ten of them still make a short message."""
ORDINALS = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is written: the policy's words, their day and their zone."""

    policy: Policy
    today: date
    zone: str

    def day(self, day: date) -> str:
        """A day in words."""
        return day_words(day, self.today)

    def on_day(self, day: date) -> str:
        """The same behind a verb: `tomorrow`, `on Fri 18 Dec`."""
        return on_day_words(day, self.today)

    def clock(self, at: datetime) -> str:
        """A time of day in the reader's zone."""
        return f"{at.astimezone(zone(self.zone)):%H:%M}"


def message(items: Sequence[DayItem], rows: list[Row], reader: Reader) -> dict[str, Any]:
    """One morning's message: at most `message_items` things, the rest behind "Show all"."""
    rows = sorted(rows, key=lambda row: bool(row["done"]))
    shown = rows[: reader.policy.message_items]
    waiting = [row for row in rows if not row["done"]]
    if not waiting:
        summary = "all done" if rows else "nothing left"
    elif len(rows) == 1:
        summary = rows[0]["text"].partition("\n")[0]
    else:
        summary = f"{counted(len(waiting), 'thing')} today"
    return {
        "summary": summary,
        "rows": shown,
        # One number: what the first line says, the button says, and the list behind it holds.
        "show_all": len(waiting) if len(waiting) > len(shown) else 0,
        "first_row_id": items[0].row.id,
    }


def nothing_left() -> Row:
    """The line of a list in which all is done."""
    return _row(as_mrkdwn("All done."), done=True)


def _with_brief(show: Callable[[DayItem, Brief, Reader, bool], Row]) -> RowsOf:
    """One line about an account; where the record is gone, the reason for which it was planned."""

    def rows(item: DayItem, reader: Reader, alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
        if item.brief is None:
            return [_row(as_mrkdwn(item.row.why or item.row.kind))]
        if not item.brief.account.active:
            return [_done(_name(item.brief.account.name), "churned" if item.brief.account.churned_on else "archived")]
        return [show(item, item.brief, reader, alone)]

    return rows


def news_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - likewise
    """The CTAs of a morning, a line each."""
    return [news_row(news, reader) for news in item.news]


def _row(*lines: Mrkdwn, buttons: Sequence[Row] = (), more: Row | None = None, done: bool = False) -> Row:
    text = Mrkdwn("\n".join(line for line in lines if line))
    return {"text": text, "buttons": [] if done else list(buttons), "more": None if done else more, "done": done}


def button(label: str, action_id: str, value: object, style: str | None = None) -> Row:
    """A button as templates/day/rows.json.j2 draws it."""
    return {"label": label, "action_id": action_id, "value": str(value), "style": style}


def _name(name: str) -> Mrkdwn:
    return mrkdwn("*{}*", clip(name, NAME_LIMIT))


def _more(action_id: str, value: object, doings: dict[str, str]) -> Row:
    return {"action_id": action_id, "options": [[label, f"{doing}:{value}"] for doing, label in doings.items()]}


def _why(item: DayItem, words: str = "") -> Mrkdwn:
    return mrkdwn("{}: {}", "Why now (late)" if item.row.late else "Why now", words or item.row.why)


def _done(title: Mrkdwn, what: str) -> Row:
    return _row(mrkdwn("✓ {}: {}", title, what), done=True)


# Renewal reviews -----------------------------------------------------------------------------------------------


def _review_row(item: DayItem, brief: Brief, reader: Reader, alone: bool) -> Row:  # noqa: FBT001 - likewise
    step = item.step
    name = _name(brief.account.name)
    if step is None:
        renewal_on = brief.account.renewal_on
        return _done(name, f"renews {reader.day(renewal_on)} now" if renewal_on else "no renewal date now")
    if step.state == SCHEDULED and step.review and step.review.scheduled_on:
        at = f" {reader.clock(step.review.scheduled_at)}" if step.review.scheduled_at else ""
        return _done(name, f"renewal review {reader.on_day(step.review.scheduled_on)}{at}")
    if step.done:
        return _done(name, "renewal review held" if step.state == HELD else "renewal review skipped")
    if item.later_on:
        return _done(name, f"renewal review put off to {reader.day(item.later_on)}")
    which = _which(step.months, reader.policy)
    team = Mrkdwn(" and ".join(_team(brief)))
    doings = {"skip": "Skip", "renewed": "Renewed", "churned": "Churned", "later": "Remind me later"}
    if not alone:
        doings = {"held": "Held", **doings}
    buttons = [button("Pick a time", "renewal.pick_time", step.value, "primary" if alone else None)]
    if alone:
        if team:
            buttons.append(button("Ask AE and SA", "renewal.ask_team", step.value))
        buttons.append(button("Held", "renewal.held", step.value))
    return _row(
        mrkdwn("{} renews {}: time for the {} renewal review", name, reader.day(step.renewal_on), which),
        _why(item),
        *(_brief_lines(brief, reader) if alone else ()),
        mrkdwn("{} should be there", team) if alone and team else Mrkdwn(""),
        buttons=buttons,
        more=_more("renewal.more", step.value, doings),
    )


def _review_today_row(item: DayItem, brief: Brief, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    step, name = item.step, _name(brief.account.name)
    if step is None or step.review is None or step.state != SCHEDULED:
        what = {HELD: "renewal review held", SKIPPED: "renewal review skipped"}.get(step.state if step else "")
        return _done(name, what or "the renewal review was called off")
    day = reader.day(step.review.scheduled_on) if step.review.scheduled_on else "today"
    when = f"{day} at {reader.clock(step.review.scheduled_at)}" if step.review.scheduled_at else day
    team = _team(brief)
    return _row(
        mrkdwn("{}: renewal review {}, renews {}", name, when, reader.day(step.renewal_on)),
        mrkdwn("With {}", Mrkdwn(" and ".join(team))) if team else Mrkdwn(""),
        buttons=[button("Held", "renewal.held", step.value), button("Brief", "renewal.brief", step.value)],
        more=_more("renewal.more", step.value, {"pick_time": "Another time", "skip": "Skip"}),
    )


def _review_held_row(item: DayItem, brief: Brief, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    step, name = item.step, _name(brief.account.name)
    asked = key_of(item.row.dedupe_key).part(3)
    moved = step is None or step.review is None or step.review.scheduled_on is None
    if step is None or moved or step.state != SCHEDULED:
        what = {HELD: "renewal review held", SKIPPED: "renewal review skipped"}.get(step.state if step else "")
        return _done(name, what or "the renewal date changed")
    if step.review and step.review.scheduled_on and step.review.scheduled_on.isoformat() != asked:
        return _done(name, f"renewal review moved to {reader.day(step.review.scheduled_on)}")
    on = reader.day(step.review.scheduled_on) if step.review and step.review.scheduled_on else "that day"
    return _row(
        mrkdwn("{}: was the renewal review of {} held?", name, on),
        buttons=[
            button("Held", "renewal.held", step.value, "primary"),
            button("Pick a new time", "renewal.pick_time", step.value),
        ],
        more=_more("renewal.more", step.value, {"skip": "Skip", "renewed": "Renewed"}),
    )


def _which(months: int, policy: Policy) -> str:
    order = policy.renewal_review_months
    return ORDINALS[order.index(months)] if months in order[: len(ORDINALS)] else f"{months}-month"


def _team(brief: Brief) -> list[Mrkdwn]:
    people = (brief.person(brief.account.ae_id), brief.person(brief.account.sa_id))
    return [mention(p.slack_id, p.name) for p in people if p]


def _brief_lines(brief: Brief, reader: Reader) -> tuple[Mrkdwn, Mrkdwn]:
    account, parts = brief.account, []
    if account.arr_cents is not None and reader.policy.arr_visible_to == "everyone":
        parts.append(mrkdwn("{} a year", money_words(account.arr_cents, account.currency, reader.policy.currency)))
    if account.health:
        since = f", set {reader.day(account.health_on)}" if account.health_on else ""
        parts.append(mrkdwn("health {}{}", account.health, since))
    if brief.last_ebr_on:
        parts.append(mrkdwn("last EBR {}", reader.day(brief.last_ebr_on)))
    works = []
    if brief.open_ctas:
        works.append(mrkdwn("Open: {}", _titles(brief.open_ctas)))
    nos = [c for c in brief.closed_since_review if c.status == "closed_no_success"]
    if nos:
        said = [f"{c.use_case} ({reader.policy.reason_label(c.reason).lower()})" for c in nos[:NAMED]]
        works.append(mrkdwn("Said no: {}", ", ".join(said)))
    return Mrkdwn(" · ".join(parts)), Mrkdwn(" · ".join(works))


def _titles(ctas: Sequence[Cta]) -> str:
    names = [c.playbook.replace(":", "") for c in ctas[:NAMED]]
    return ", ".join(names) + (f" and {len(ctas) - NAMED} more" if len(ctas) > len(names) else "")


# EBRs ----------------------------------------------------------------------------------------------------------


def _ebr_row(item: DayItem, brief: Brief, reader: Reader, alone: bool) -> Row:  # noqa: FBT001 - likewise
    account, name = brief.account, _name(brief.account.name)
    due = brief.ebr_due_on
    if brief.ebr_planned and brief.ebr_planned.scheduled_on:
        return _done(name, f"EBR {reader.on_day(brief.ebr_planned.scheduled_on)}")
    if due is None or key_of(item.row.dedupe_key).part(1) != due.isoformat():
        held = f"EBR held {reader.day(brief.last_ebr_on)}" if brief.last_ebr_on else "EBR date changed"
        return _done(name, held)
    if item.later_on:
        return _done(name, f"EBR put off to {reader.day(item.later_on)}")
    won = sum(c.status == "closed_success" for c in brief.closed_since_ebr)
    nos = sum(c.status == "closed_no_success" for c in brief.closed_since_ebr)
    since = [f"{counted(won, 'CTA')} won" if won else "", counted(nos, "no") if nos else ""]
    since.append(f"health {account.health}" if account.health else "")
    known = ", ".join(part for part in since if part)
    return _row(
        mrkdwn("{}: EBR {}", name, _due(due, reader)),
        _why(item, _rhythm(brief, reader)),
        mrkdwn("Since then: {}", known) if alone and known else Mrkdwn(""),
        as_mrkdwn(preparation(due, reader.today, reader.policy)) if alone else Mrkdwn(""),
        buttons=[
            button("Pick a date", "ebr.pick_date", account.id, "primary" if alone else None),
            *([button("Already held", "ebr.log", account.id)] if alone else ()),
            *([button("Brief me", "account.brief", account.id)] if alone else ()),
        ],
        more=_more(
            "ebr.more",
            account.id,
            {
                **({} if alone else {"log": "Already held", "brief": "Brief me"}),
                "later": "Remind me later",
                "cadence": "Change how often",
            },
        ),
    )


def _rhythm(brief: Brief, reader: Reader) -> str:
    account = brief.account
    months = reader.policy.cadence_months(account.segment, account.ebr_cadence_months)
    often = cadence_in_words(months)
    if brief.last_ebr_on:
        return f"last one {reader.day(brief.last_ebr_on)}, {often}"
    since = f"customer since {reader.day(account.customer_since)}, " if account.customer_since else ""
    return f"{since}none so far, {often}"


def _due(due: date, reader: Reader) -> str:
    days = (due - reader.today).days
    if days == 0:
        return "due today"
    if abs(days) == 1:
        return f"due {reader.day(due)}" if days > 0 else f"was due {reader.day(due)}"
    return f"{'due' if days > 0 else 'was due'} {reader.day(due)}, {days_away(due, reader.today)}"


def _ebr_held_row(item: DayItem, brief: Brief, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    name = _name(brief.account.name)
    asked = key_of(item.row.dedupe_key).part(1)
    planned = brief.ebr_planned
    if planned is None or planned.scheduled_on is None:
        last = brief.last_ebr_on
        if last is None:
            return _done(name, "EBR called off")
        was_held = last.isoformat() >= asked
        return _done(name, f"{'EBR held' if was_held else 'no EBR planned now, the last one was'} {reader.day(last)}")
    if planned.scheduled_on.isoformat() != asked:
        return _done(name, f"EBR moved to {reader.day(planned.scheduled_on)}")
    return _row(
        mrkdwn("{}: was the EBR of {} held?", name, reader.day(planned.scheduled_on)),
        buttons=[
            button("Yes, held", "ebr.log", brief.account.id, "primary"),
            button("Pick a new date", "ebr.pick_date", brief.account.id),
        ],
    )


# CTAs ----------------------------------------------------------------------------------------------------------


def news_row(news: NewsCta, reader: Reader) -> Row:
    """A CTA with tasks due, overdue or idle."""
    cta = news.cta
    title = mrkdwn("{} · {}", _name(news.account_name), clip(cta.playbook, NAME_LIMIT))
    if not cta.is_open:
        return _done(title, "closed" if cta.is_closed else "withdrawn")
    said = []
    if news.tasks:
        said.append(f"{counted(len(news.tasks), 'task')} due")
    if "overdue" in news.states and cta.due_on:
        said.append(f"was due {reader.day(cta.due_on)}")
    elif "due_soon" in news.states and cta.due_on:
        said.append(f"due {reader.day(cta.due_on)}")
    if "idle" in news.states and cta.touched_on:
        said.append(f"nothing since {reader.day(cta.touched_on)}")
    words = " · ".join(said) or "up to date"
    return _row(
        mrkdwn("{} · {}", title, words),
        buttons=[button("Tasks", "cta.tasks", cta.id)],
        more=cta_more(cta),
    )


def cta_more(cta: Cta) -> Row:
    """What else can be done with a CTA from a list."""
    doings = {"success": "Success", "no_success": "No success", "snooze": "Snooze", "edit": "Edit"}
    return _more("cta.more", cta.id, doings)


def _deferred_row(item: DayItem, brief: Brief, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    cta = item.cta
    if cta is None:
        return _row(as_mrkdwn(item.row.why or item.row.kind))
    title = mrkdwn("{} · {}", _name(brief.account.name), clip(cta.playbook, NAME_LIMIT))
    if item.reopened_as is not None:
        return _done(title, f"back as CTA {item.reopened_as}")
    on = f" {reader.on_day(min(cta.closed_on, reader.today))}" if cta.closed_on else ""
    return _row(
        mrkdwn("{} is back", title),
        mrkdwn("They said “later”{}{}", on, f": {cta.closing_note}" if cta.closing_note else ""),
        buttons=[
            button("Open it again", "cta.open_again", cta.id, "primary"),
            button("History", "cta.history", cta.id),
        ],
    )


# Monthly plan --------------------------------------------------------------------------------------------------


def plan_rows(item: DayItem, reader: Reader, alone: bool) -> list[Row]:  # noqa: FBT001 - likewise
    """The plan of a month; alone in its message with a line for each review that is still to be scheduled."""
    renewing, to_do = item.renewing, [r for r in item.renewing if r.step]
    count = f"{counted(len(renewing), 'renewal')} in {counted(reader.policy.monthly_plan_months, 'month')}"
    unknown = [account.name for account in item.without_ebr_date]
    named = ", ".join(unknown[:NAMED]) + (" …" if len(unknown) > NAMED else "")
    unowned = item.row.payload.get("owner", item.row.destination) == OPERATIONS
    head = _row(
        mrkdwn(
            "*Plan for {}*{}: {}, {} to schedule",
            f"{item.row.due_on or reader.today:%B}",
            ", accounts without a CSM" if unowned else "",
            count,
            counted(len(to_do), "review"),
        ),
        mrkdwn("No EBR date: {}", named) if unknown else Mrkdwn(""),
        buttons=[
            # The plan's own accounts, whoever reads it: the CSM may be away.
            button("Open the plan", "renewal.plan", f"{item.whose}:0"),
            *([button("Accounts without a CSM", "account.list", "all:no-csm:0")] if unowned else ()),
        ],
        more={"action_id": "ebr.more", "options": [["Fill in EBR dates", "fill:0"]]} if unknown else None,
    )
    if not alone:
        return [head]
    return [head, *(_plan_row(r, reader) for r in to_do[: reader.policy.message_items - 1])]


def _plan_row(planned: Any, reader: Reader) -> Row:
    account, step = planned.account, planned.step
    return _row(
        mrkdwn(
            "{} renews {} · {} review {}",
            _name(account.name),
            reader.day(step.renewal_on),
            _which(step.months, reader.policy),
            reader.day(step.due_on),
        ),
        buttons=[button("Pick a time", "renewal.pick_time", step.value)],
    )


review_rows = _with_brief(_review_row)
review_today_rows = _with_brief(_review_today_row)
review_held_rows = _with_brief(_review_held_row)
ebr_rows = _with_brief(_ebr_row)
ebr_held_rows = _with_brief(_ebr_held_row)
deferred_rows = _with_brief(_deferred_row)
