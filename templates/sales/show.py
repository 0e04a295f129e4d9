"""The sales side in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.base.plurals import counted
from templates.blocks.day import button
from templates.blocks.mrkdwn import Mrkdwn, clip, day_words, link, mrkdwn, past_day_words
from templates.blocks.words import joined, person_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from storage.account.record import Account
    from storage.base.person import Person
    from storage.cta.record import Cta
    from storage.sales.record import Answer, Standing
    from storage.sales.settings import SalesArea

SAID = 500


def opened(
    account: Account, cta: Cta, ae: Person | None, first_on: date | None, today: date
) -> tuple[Mrkdwn, Mrkdwn | None]:
    """That a checklist was opened, and whose tasks come when."""
    said = mrkdwn("*{}* · opened: {}, CTA {}", account.name, cta.title, cta.id)
    whose = mrkdwn("for {}", person_words(ae)) if ae else Mrkdwn("no AE is named: its tasks are the CSM's")
    return said, joined([whose, f"first due {day_words(first_on, today)}" if first_on else None])


def answer_line(one: Answer, today: date) -> Mrkdwn:
    """`*CTO's priorities*: fewer tools (Discovery, 4 Dec)`."""
    name = one.checklist.partition(": ")[2]
    when = f", {past_day_words(one.on, today)}" if one.on else ""
    return mrkdwn("*{}*: {} ({}{})", one.asked, clip(one.said, SAID), name, when)


def checklist_line(one: Standing, today: date) -> Mrkdwn:
    """`Renewal: Discovery · 2 of 5 done · next due Tue 1 Dec`."""
    if not one.is_open:
        return joined([one.checklist, "ended"])
    left = one.tasks - one.settled
    due = None
    if one.next_on:
        due = f"next {'due' if one.next_on >= today else 'was due'} {day_words(one.next_on, today)}"
    return joined([one.checklist, f"{counted(left, 'task')} of {one.tasks} left", due])


TITLES = {"daily": "Each day", "weekly": "On Mondays"}
EACH = {"sales_daily": "each day", "sales_weekly": "on Mondays"}


def routines(area: SalesArea, on: Sequence[str]) -> dict[str, Any]:
    """What templates/sales/routines shows: of what one may have oneself reminded, and whether it is so."""
    rows = []
    for word, links in (("daily", area.daily), ("weekly", area.weekly)):
        said = joined([link(one.url, one.label) for one in links])
        is_on = word in on
        press = button("Off" if is_on else "On", f"sales.reminders_{word}", f"{word}:off" if is_on else word)
        state = "on" if is_on else "off"
        rows.append({"text": mrkdwn("*{}* ({}): {}", TITLES[word], state, said), "buttons": [press]})
    return {
        "rows": rows,
        "words": mrkdwn(
            "Each day: while a renewal of yours is within {}, or an Expand CTA is open. Nobody else sees what is done.",
            counted(area.window_days, "day"),
        ),
    }
