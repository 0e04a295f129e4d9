"""Everything with a number on it that leads somewhere, found on whatever is shown; and how many rows there are behind."""

import re
from dataclasses import dataclass

from sandbox.surfaces import Home, elements, options_of, words_of

NUMBER = re.compile(r"(?<![\w#.-])(\d[\d,]*)(?![\w.:-]|,\d| \(has| (?:months?|days?)\b)")
NEXT = {
    "report.page.after",
    "report.renewals.after",
    "report.ebrs.after",
    "cta.list.next",
    "renewal.page_on",
    "ebr.page_on",
    "account.page_on",
    "home.on",
    "day.on",
    "account.conflicts.on",
}
ROW_ACTIONS = {"cta.update", "renewal.more", "ebr.more", "account.more", "ebr.show"}
SHOWS = ("Show", "Decide", "Open the plan")


@dataclass
class Door:
    """A button or option with a number in its words (or, of a bare [Show], in the words beside it)."""

    words: str
    number: int
    action_id: str
    choice: str | None = None
    value: str = ""

    def open(self, surface):
        """Go through it: what is shown then."""
        for block, element in elements(surface.blocks):
            if element.get("action_id") == self.action_id and (self.choice or element.get("value", "") == self.value):
                return surface._act(block, element, self.choice)
        raise AssertionError(f"{self.words} has gone")


def number_in(words):
    found = NUMBER.search(words)
    return int(found[1].replace(",", "")) if found else None


def doors(surface):
    """The doors of a surface."""
    name_of = surface.actor.slack.name_of
    found = []
    for block, element in elements(surface.blocks):
        above = next(
            (one for one in reversed(surface.blocks[: surface.blocks.index(block) + 1]) if one["type"] == "section"),
            None,
        )
        label = words_of(element["text"], name_of) if "text" in element else ""
        if element["type"] == "button":
            number, words = number_in(label), label
            if number is None and above and label in SHOWS and element["action_id"] not in ROW_ACTIONS:
                words = words_of(above["text"], name_of)
                number = number_in(words.partition(": ")[2] if label == "Open the plan" else words)
            if number is not None and not element["action_id"].endswith((".later", ".mute")):
                found.append(Door(words, number, element["action_id"], value=element.get("value", "")))
        elif element["type"] == "static_select" and element["action_id"].startswith("report."):
            for option in options_of(element):
                words = words_of(option["text"], name_of)
                if (number := number_in(words)) is not None:
                    found.append(Door(words, number, element["action_id"], choice=option["value"]))
    return found


def rows(surface):
    """The rows of a list on the page that is shown."""
    name_of = surface.actor.slack.name_of
    title = surface.title if isinstance(surface, Home) and surface.source.body.get("type") == "modal" else ""
    found = []
    for block in _today(surface.blocks) if surface.source.body.get("type") == "home" else surface.blocks:
        if block["type"] != "section":
            continue
        words = words_of(block["text"], name_of) if "text" in block else ""
        action = (block.get("accessory") or {}).get("action_id", "")
        is_row = (
            action in ROW_ACTIONS
            or surface.source.body.get("type") == "home"
            or (title == "Today" and words != "All done.")
        )
        is_row = (
            is_row
            or bool(re.match(r"#\d", words))
            or (title == "Renewals" and (action == "renewal.show" or re.match(r"\S.* renews ", words)))
        )
        if is_row or action.startswith("account.conflict"):
            found.append(words)
    return found


def _today(blocks):
    """Of Home, what is due today."""
    first = next(i for i, block in enumerate(blocks) if block["type"] == "header")
    return blocks[first : next(i for i, block in enumerate(blocks) if block["type"] == "divider")]


def next_page(surface):
    """The button that turns the page, if there is one."""
    return next(((b, e) for b, e in elements(surface.blocks) if e.get("action_id") in NEXT), None)


def behind(world, door, surface):
    """All rows behind a door, page by page."""
    if door.action_id == "home.on":  # that which is there, and all that comes after it
        return read(world, surface)
    actor, depth = surface.actor, len(world.slack.sandbox.workspace.stacks[surface.actor.id])
    reply = door.open(surface)
    world.after_acks()
    opened = len(world.slack.sandbox.workspace.stacks[actor.id]) > depth
    shown = actor.modal if opened else reply.message if _answered(world, reply) else surface
    found = read(world, shown)
    if opened:
        shown.close()
        world.after_acks()
    return found


def _answered(world, reply):
    return any(True for _ in world.slack._new_messages(reply._since))


def read(world, shown):
    """The rows of a list that is shown, from this page to its end."""
    found = rows(shown)
    for _ in range(200):
        turn = next_page(shown)
        if turn is None:
            return found
        shown._act(*turn, None)
        world.after_acks()
        shown = shown.actor.home if shown.source.body.get("type") == "home" else shown
        found += rows(shown)
    raise AssertionError("there is no end to these pages")
