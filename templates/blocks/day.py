"""The things of somebody's day as lines of words with buttons: what every noun's lines are made of. Pure.

A button carries ids only. What was acted on since is shown as done, by
whomever it was done (docs/delivery.md, "Edits").
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.base.moments import zone
from storage.base.order import REST, Place, days_left, in_order
from storage.base.plurals import counted
from templates.blocks.mrkdwn import Mrkdwn, as_mrkdwn, clip, day_words, lived_day_words, mrkdwn, on_day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from storage.base.day import DayItem
    from storage.base.policy import Policy

Row = dict[str, Any]
RowsOf = Callable[["DayItem", "Reader", bool], list[Row]]
"""The lines of one thing of a day, alone in its message or among others: its kind's `show`."""
NAMED = 3
"""How many names stand in a line before "…"."""
NAME_LIMIT = 60
"""Characters of a name in a list: ten of them still make a short message."""
FIRST_LIMIT = 80
"""Characters of what comes first, in a message's first line."""
WITH_BUTTONS = 3
"""The rows of a list that have a line of buttons of their own."""
UNDER = "↳ "
"""Before a row that stands under the name of the row above it."""
NOWHERE = Place(REST, None)
"""The place of what nothing is known of."""


def some_names(names: Sequence[str]) -> str:
    """The first few of them, and whether there are more."""
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is written: the policy's words, their day and their zone."""

    policy: Policy
    today: date
    zone: str

    def day(self, day: date) -> str:
        """A day in words."""
        return day_words(day, self.today)

    def past_day(self, day: date) -> str:
        """A day on which something was done."""
        return lived_day_words(day, self.today)

    def on_day(self, day: date) -> str:
        """The same behind a verb: `tomorrow`, `on Fri 18 Dec`."""
        return on_day_words(day, self.today)

    def clock(self, at: datetime) -> str:
        """A time of day in the reader's zone."""
        return f"{at.astimezone(zone(self.zone)):%H:%M}"


def message(rows: Sequence[Row], reader: Reader) -> dict[str, Any]:
    """One morning's message as a list: what comes first on top, `message_items` at most, the rest behind a button."""
    rows = arranged(rows)
    waiting = [row for row in rows if not row["done"]]
    shown = rows[: reader.policy.message_items]
    summary, first = ("all done" if rows else "nothing left"), Mrkdwn("")
    if waiting:
        summary = f"{counted(len(waiting), 'thing')} today"
        name, what = waiting[0]["name"], waiting[0]["what"]
        first = mrkdwn("{} {}", name, clip(what, FIRST_LIMIT)) if name else clip(what, FIRST_LIMIT)
    return {"summary": summary, "first": first, "rows": in_list(shown), "show_all": _behind(waiting, shown)}


def message_alone(rows: Sequence[Row]) -> dict[str, Any]:
    """A message about one thing, with the lines that belong to it: its first line sums it up."""
    if any(not row["done"] for row in rows):
        summary: str = Mrkdwn(rows[0]["text"].partition("\n")[0])
    else:
        summary = "all done" if rows else "nothing left"
    return {"summary": summary, "rows": [_whole(row) for row in rows]}


def _behind(waiting: Sequence[Row], shown: Sequence[Row]) -> int:
    """One number: what the first line says, the button says, and the list behind it holds; 0 where all is shown."""
    return len(waiting) if len(waiting) > len(shown) else 0


def arranged(rows: Iterable[Row]) -> list[Row]:
    """The rows of a list, what comes first on top, what is done at the end."""
    rows = list(rows)
    waiting = in_order((row for row in rows if not row["done"]), _place_of)
    return [*waiting, *in_order((row for row in rows if row["done"]), _place_of)]


def in_list(rows: Sequence[Row]) -> list[Row]:
    """Rows that stand on a page together, as templates/day/rows.json.j2 draws them.

    One section each with one thing beside it: its menu, or its only button. The first three have a line of buttons, and
    what they say is not in the menu once more.
    Of several rows of one account the first has its name, the others stand under it.
    """
    shown, before = [], None
    for number, row in enumerate(rows):
        account_id = None if row["done"] else row["place"].account_id
        text = Mrkdwn(UNDER + row["what"]) if account_id is not None and account_id == before else row["text"]
        line = row["buttons"] if number < WITH_BUTTONS and (row["more"] or len(row["buttons"]) > 1) else []
        beside = row["buttons"][:1] if not row["more"] and not line else []
        menu_ = _without(row["more"], line)
        shown.append({**row, "text": text, "line": line, "beside": beside, "menu": menu_, "line_menu": None})
        before = account_id
    return shown


def _without(more: Row | None, buttons: Sequence[Row]) -> Row | None:
    """A menu without what is a button already; None where nothing else is in it."""
    labels = {one["label"] for one in buttons}
    options = [option for option in more["options"] if option[0] not in labels] if more else []
    return {**more, "options": options} if more and options else None


def _whole(row: Row) -> Row:
    """A row that stands alone: its only button beside it, several below, with the menu."""
    several = bool(row["more"]) or len(row["buttons"]) > 1
    line, beside = (row["buttons"], []) if several else ([], row["buttons"])
    return {**row, "line": line, "beside": beside, "menu": None, "line_menu": _without(row["more"], line)}


def _place_of(row: Row) -> Place:
    place: Place = row["place"]
    return place


def nothing_left() -> Row:
    """The line of a list in which all is done."""
    return day_row("", as_mrkdwn("All done."), done=True)


def day_row(
    name: str,
    what: Mrkdwn,
    *lines: Mrkdwn,
    place: Place = NOWHERE,
    buttons: Sequence[Row] = (),
    more: Row | None = None,
    done: bool = False,
    about: Hashable = None,
) -> Row:
    """One thing of a day: whose it is, what and why now in a line, further lines where it stands alone.

    `about` names what it is about: a thing has one row in a list.
    """
    name = clip(name, NAME_LIMIT)
    first = mrkdwn("*{}* · {}", name, what) if name else what
    return {
        "name": name,
        "what": what,
        "text": Mrkdwn("\n".join(line for line in (first, *lines) if line)),
        "buttons": [] if done else list(buttons),
        "more": None if done else more,
        "done": done,
        "place": place,
        "about": about,
    }


def button(label: str, action_id: str, value: object, style: str | None = None) -> Row:
    """A button as templates/day/rows.json.j2 draws it."""
    return {"label": label, "action_id": action_id, "value": str(value), "style": style}


def bold_name(name: str) -> Mrkdwn:
    """A name in bold, cut for a list."""
    return mrkdwn("*{}*", clip(name, NAME_LIMIT))


def menu(action_id: str, value: object, doings: dict[str, str]) -> Row:
    """A menu of what else can be done: each option carries `VERB:VALUE`."""
    return {"action_id": action_id, "options": [[label, f"{doing}:{value}"] for doing, label in doings.items()]}


def why_now(item: DayItem, words: str = "") -> Mrkdwn:
    """Why a thing stands there today, in a line of its own."""
    return mrkdwn("{}: {}", "Why now (late)" if item.row.late else "Why now", words or item.row.why)


def because(item: DayItem, words: str) -> Mrkdwn:
    """The same in few words, behind what it is about."""
    return mrkdwn("(late: {})" if item.row.late else "({})", words)


def round_row(item: DayItem, reader: Reader, about: Hashable, what: Mrkdwn, *buttons: Row) -> Row:
    """A round through a person's accounts in one line, until its day after all that is pressing."""
    place = Place(REST, days_left(item.row.due_on, reader.today))
    return day_row("", what, place=place, buttons=buttons, about=about)


def done_row(name: str, what: str, title: str = "", about: Hashable = None) -> Row:
    """What was acted on since, by whomever; `title` is what of the account's."""
    of = mrkdwn("*{}* · {}", clip(name, NAME_LIMIT), title) if title else bold_name(name)
    return day_row("", mrkdwn("✓ {}: {}", of, what), place=Place(REST, None, name=name), done=True, about=about)
