"""Lines of a day about CTAs: the news of a morning, and a deferred one that comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.plurals import counted
from templates.account.day import with_brief
from templates.blocks.day import NAME_LIMIT, Reader, Row, bold_name, button, day_row, done_row, menu
from templates.blocks.mrkdwn import clip, mrkdwn

if TYPE_CHECKING:
    from storage.base.day import DayItem
    from storage.cta.day import DeferredOfDay, NewsCta
    from storage.cta.record import Cta


def news_rows(item: DayItem, reader: Reader, _alone: bool) -> list[Row]:  # noqa: FBT001 - as a kind's `show` is called
    """The CTAs of a morning, a line each."""
    return [news_row(news, reader) for news in item.facts]


def news_row(news: NewsCta, reader: Reader) -> Row:
    """A CTA with tasks due, overdue or idle."""
    cta = news.cta
    title = mrkdwn("{} · {}", bold_name(news.account_name), clip(cta.playbook, NAME_LIMIT))
    if not cta.is_open:
        return done_row(title, "closed" if cta.is_closed else "withdrawn")
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
    return day_row(
        mrkdwn("{} · {}", title, words),
        buttons=[button("Tasks", "cta.tasks", cta.id)],
        more=cta_more(cta),
    )


def cta_more(cta: Cta) -> Row:
    """What else can be done with a CTA from a list."""
    doings = {"success": "Success", "no_success": "No success", "snooze": "Snooze", "edit": "Edit"}
    return menu("cta.more", cta.id, doings)


def _deferred_row(behind: DeferredOfDay, _item: DayItem, reader: Reader, _alone: bool) -> Row:  # noqa: FBT001 - likewise
    cta = behind.cta
    title = mrkdwn("{} · {}", bold_name(behind.brief.account.name), clip(cta.playbook, NAME_LIMIT))
    if behind.reopened_as is not None:
        return done_row(title, f"back as CTA {behind.reopened_as}")
    on = f" {reader.on_day(min(cta.closed_on, reader.today))}" if cta.closed_on else ""
    return day_row(
        mrkdwn("{} is back", title),
        mrkdwn("They said “later”{}{}", on, f": {cta.closing_note}" if cta.closing_note else ""),
        buttons=[
            button("Open it again", "cta.open_again", cta.id, "primary"),
            button("History", "cta.history", cta.id),
        ],
    )


deferred_rows = with_brief(_deferred_row)
