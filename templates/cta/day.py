"""Lines of a day about CTAs: the news of a morning, and a deferred one that comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.order import DUE, Place, days_left
from storage.base.plurals import counted
from storage.cta.place import cta_place, tasks_due_from
from templates.account.day import with_brief
from templates.blocks.day import NAME_LIMIT, Reader, Row, button, day_row, done_row, menu
from templates.blocks.mrkdwn import clip, mrkdwn

if TYPE_CHECKING:
    from storage.base.day import DayItem
    from storage.cta.day import DeferredOfDay, NewsCta
    from storage.cta.record import Cta

NOTE_LIMIT, TRIED_LIMIT = 80, 160


def news_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """The CTAs of a morning, a line each."""
    return [news_row(news, reader) for news in item.facts]


def news_row(news: NewsCta, reader: Reader) -> Row:
    """A CTA with tasks due, overdue or idle."""
    cta = news.cta
    title, about = clip(cta.playbook, NAME_LIMIT), ("cta", cta.id)
    if not cta.is_open:
        return done_row(news.account_name, "closed" if cta.is_closed else "withdrawn", title, about)
    said = []
    if news.tasks:
        said.append(f"{counted(len(news.tasks), 'task')} due")
    if "overdue" in news.states and cta.due_on:
        said.append(f"was due {reader.day(cta.due_on)}")
    elif "due_soon" in news.states and cta.due_on:
        said.append(f"due {reader.day(cta.due_on)}")
    if "idle" in news.states and cta.touched_on:
        said.append(f"nothing since {reader.day(cta.touched_on)}")
    if not said:
        until = cta.snoozed_until if cta.snoozed_until and cta.snoozed_until > reader.today else None
        words = f"snoozed until {reader.day(until)}" if until else "nothing is due any more"
        return done_row(news.account_name, words, title, about)
    since = tasks_due_from(reader.policy, reader.today)
    return day_row(
        news.account_name,
        mrkdwn("{} · {}", title, " · ".join(said)),
        place=cta_place(
            cta.due_on,
            cta.priority,
            reader.today,
            reader.policy,
            task_due=any(task.due_on and since <= task.due_on <= reader.today for task in news.tasks),
            arr_cents=news.arr_cents,
            name=news.account_name,
            account_id=cta.account_id,
        ),
        buttons=[button("Tasks", "cta.tasks", cta.id), button("Success", "cta.success", cta.id)],
        more=cta_more(cta),
        about=about,
    )


def cta_more(cta: Cta) -> Row:
    """What can be done with a CTA from a list, the next step first."""
    doings = {
        "tasks": "Tasks",
        "success": "Success",
        "no_success": "No success",
        "snooze": "Snooze",
        "edit": "Edit",
    }
    return menu("cta.more", cta.id, doings)


def _deferred_row(behind: DeferredOfDay, _item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    cta, account = behind.cta, behind.brief.account
    title, about = clip(cta.playbook, NAME_LIMIT), ("deferred", cta.id)
    if behind.reopened_as is not None:
        return done_row(account.name, f"back as CTA {behind.reopened_as}", title, about)
    if cta.revisit_on is None or cta.revisit_on > reader.today or not cta.is_closed:
        later = f"it comes back {reader.on_day(cta.revisit_on)}" if cta.is_closed and cta.revisit_on else None
        words = "open again" if cta.is_open else "closed for good" if cta.is_closed else "withdrawn"
        return done_row(account.name, later or words, title, about)
    on = f" {reader.on_day(min(cta.closed_on, reader.today))}" if cta.closed_on else ""
    note = f": {clip(cta.closing_note, NOTE_LIMIT)}" if cta.closing_note else ""
    tried = mrkdwn(" · what helped elsewhere: {}", clip(behind.tried[0], TRIED_LIMIT)) if behind.tried else ""
    return day_row(
        account.name,
        mrkdwn("{} is back ({}){}", title, f"they said “later”{on}{note}", tried),
        place=Place(DUE, days_left(cta.revisit_on, reader.today), account.arr_cents, account.name, account.id),
        buttons=[
            button("Open it again", "cta.open_again", cta.id),
            button("History", "cta.history", cta.id),
        ],
        more=menu("cta.more", cta.id, {"again": "Open it again", "history": "History"}),
        about=about,
    )


deferred_rows = with_brief(_deferred_row)
