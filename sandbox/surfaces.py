"""What people see and touch, in the words of tests: messages, modals, the Home tab.

Elements are named as people see them (a button's text, a select's placeholder, an input's label) or by
their `action_id` or `block_id`. Part of `testing.py`, which says how to use it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from sandbox.client import Outcome
from sandbox.state import HOLDS, answer, elements, options_of
from sandbox.text import visible, words_of

if TYPE_CHECKING:
    from sandbox.model import Json, Message, View
    from sandbox.parts import Doer, Replied


class Surface(ABC):
    """Blocks in front of somebody. `row` narrows a choice to the section with this text and its buttons."""

    def __init__(self, actor: Doer, source: Message | View) -> None:
        self.actor = actor
        self.source = source

    def __repr__(self) -> str:
        return f"<{type(self).__name__} for {self.actor.name}: {self.text!r}>"

    def __contains__(self, words: str) -> bool:
        return words in self.text

    @property
    def blocks(self) -> list[Json]:
        """The blocks as they are now."""
        return list(self.source.body.get("blocks") or ())

    @property
    def text(self) -> str:
        """All that can be read, without marks; a line for each block."""
        return visible(self.blocks, str(self.source.body.get("text", "")), self.actor.slack.name_of)

    @property
    def buttons(self) -> list[str]:
        """The labels of all buttons."""
        return [self._label(element) for _, element in elements(self.blocks) if element["type"] == "button"]

    @property
    def labels(self) -> list[str]:
        """The labels of all inputs of a form."""
        return [words_of(b["label"], self.actor.slack.name_of) for b in self.blocks if b["type"] == "input"]

    def options(self, which: str = "", *, row: str = "") -> list[str]:
        """What a select, overflow menu, radio or checkbox group offers."""
        _, element = self._find(which, row, lambda one: bool(options_of(one)))
        return [self._label(option) for option in options_of(element)]

    def has(self, which: str, *, row: str = "") -> bool:
        """Whether there is such an element."""
        return bool(self._candidates(which, row))

    # -- doing ------------------------------------------------------------------------------

    def click(self, which: str, *, row: str = "", confirm: bool = True) -> Replied:
        """Click a button; `confirm=False` declines its question, which must then be there."""
        block, element = self._find(which, row, lambda one: one["type"] not in HOLDS)
        if not confirm:
            if "confirm" not in element:
                raise AssertionError(f"{which!r} asks nothing before it acts")
            return self.actor.reply_of(Outcome())
        return self._act(block, element, None)

    def select(self, which: str, choice: Any, *, row: str = "") -> Replied:
        """Choose in a select, menu, group or picker: an option's label or value, a person, a day."""
        block, element = self._find(which, row, lambda one: one["type"] in HOLDS)
        if "external" in element["type"]:
            self._suggest_until(block, element, choice)
        return self._act(block, element, self._value(block, element, choice))

    def overflow(self, choice: str, *, row: str = "") -> Replied:
        """Choose in the overflow menu (of a row)."""
        block, element = self._find("", row, lambda one: one["type"] == "overflow")
        return self._act(block, element, self._value(block, element, choice))

    def suggest(self, which: str, query: str, *, row: str = "") -> list[str]:
        """Type into a typeahead: the labels that it offers."""
        block, element = self._find(which, row, lambda one: "external" in one["type"])
        return [self._label(option) for option in self._suggestions(block, element, query)]

    def _suggestions(self, block: Json, element: Json, query: str) -> list[Json]:
        slack = self.actor.slack
        options, groups = slack.sandbox.run(
            slack.sandbox.people.suggest(self.actor.id, self.source, block["block_id"], element["action_id"], query)
        )
        return options + [option for group in groups for option in group["options"]]

    def _suggest_until(self, block: Json, element: Json, choice: Any) -> None:
        """Make sure that the choices have been offered: people must have typed for them."""
        choices = choice if isinstance(choice, list) else [choice]
        offered = self.source.offered.get((block["block_id"], element["action_id"]), [])
        known = {name for option in offered for name in (self._label(option), option["value"])}
        if not known.issuperset(map(str, choices)):
            self._suggestions(block, element, str(choices[-1]))

    @abstractmethod
    def _act(self, block: Json, element: Json, value: Any) -> Replied:
        """Do it, in the message or view that this is."""

    # -- finding ----------------------------------------------------------------------------

    def _find(self, which: str, row: str, fits: Any) -> tuple[Json, Json]:
        found = [pair for pair in self._candidates(which, row) if fits(pair[1])]
        if len(found) != 1:
            there = [self._name(block, element) for block, element in elements(self.blocks)]
            how_many = "several" if found else "no"
            raise AssertionError(
                f"{how_many} elements {which!r}{f' in row {row!r}' if row else ''}; there are {there} in:\n{self.text}"
            )
        return found[0]

    def _candidates(self, which: str, row: str) -> list[tuple[Json, Json]]:
        blocks = self._row(row) if row else self.blocks
        return [
            (block, element)
            for block, element in elements(blocks)
            if which
            in (
                "",
                element["action_id"],
                block["block_id"],
                self._label(element),
                self._name(block, element),
            )
        ]

    def _row(self, words: str) -> list[Json]:
        """The block with these words and the actions below it."""
        name_of = self.actor.slack.name_of
        row: list[Json] = []
        for block in self.blocks:
            if row and block["type"] not in ("actions", "context"):
                break
            if row or words in words_of(block, name_of):
                row.append(block)
        return row

    def _label(self, part: Json) -> str:
        shown = part.get("text") or part.get("placeholder")
        return words_of(shown, self.actor.slack.name_of) if shown else ""

    def _name(self, block: Json, element: Json) -> str:
        if block["type"] == "input":
            return words_of(block["label"], self.actor.slack.name_of)
        return self._label(element) or element["action_id"]

    # -- values -----------------------------------------------------------------------------

    def _value(self, block: Json, element: Json, choice: Any) -> Any:
        """The plain value for what a test says: labels to values, names to ids, days to text."""
        kind = element["type"]
        if isinstance(choice, list) and kind != "file_input":
            return [self._value(block, element, one) for one in choice]
        if choice is None or kind == "file_input":
            return choice
        if "users" in kind:
            return self.actor.slack.person_id(choice)
        if "conversations" in kind or "channels" in kind:
            return self.actor.slack.channel_id(choice, self.actor)
        if isinstance(choice, date | time):
            return _moment(choice, kind)
        offered = self.source.offered.get((block["block_id"], element["action_id"])) or options_of(element)
        return self._option_value(offered, choice) if offered else str(choice)

    def _option_value(self, options: list[Json], choice: str) -> Any:
        for option in options:
            if choice in (self._label(option), option["value"]):
                return option["value"]
        raise AssertionError(f"no option {choice!r}; there are {[self._label(option) for option in options]}")


class Shown(Surface):
    """A message in front of somebody. It is live: after an edit it reads the new text."""

    source: Message

    @property
    def ts(self) -> str:
        """The message's id."""
        return self.source.ts

    @property
    def channel(self) -> str:
        """The channel's id."""
        return self.source.channel

    @property
    def body(self) -> Json:
        """Slack's message object."""
        return self.source.body

    @property
    def fallback(self) -> str:
        """The `text` that notifications and screen readers get."""
        return str(self.source.body.get("text", ""))

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return bool(self.source.only)

    @property
    def warning(self) -> str:
        """Slack's words beside the last click, if the app failed to ack it."""
        return self.source.warning

    @property
    def gone(self) -> bool:
        """Whether it has been deleted."""
        return self.source not in self.actor.slack.sandbox.workspace.channels[self.channel].messages

    @property
    def thread(self) -> list[Shown]:
        """The replies to it."""
        channel = self.actor.slack.sandbox.workspace.channels[self.channel]
        return [Shown(self.actor, message) for message in channel.thread(self.ts) if message is not self.source]

    def by(self, who: str) -> Shown:
        """The same message in front of somebody else."""
        return Shown(self.actor.slack.as_(who), self.source)

    def expect(self, *words: str, without: str = "", seconds: float = 5) -> Shown:
        """Wait until the message reads like this, as after an edit."""

        def look() -> bool | None:
            text = self.text
            good = all(word in text for word in words) and (not without or without not in text)
            return True if good else None

        if self.actor.slack.sandbox.log.wait_for(look, seconds) is None:
            raise AssertionError(f"the message never read {words!r}, but:\n{self.text}")
        return self

    def expect_gone(self, seconds: float = 5) -> None:
        """Wait until the message is deleted."""
        if not self.actor.slack.sandbox.log.wait_for(lambda: self.gone or None, seconds):
            raise AssertionError(f"the message is still there:\n{self.text}")

    def shortcut(self, which: str) -> Replied:
        """Choose a message shortcut, by its name or callback id."""
        slack = self.actor.slack
        callback_id = slack.shortcut_id(which)
        doing = slack.sandbox.people.message_shortcut(self.actor.id, callback_id, self.channel, self.ts)
        return self.actor.do(doing)

    def _act(self, block: Json, element: Json, value: Any) -> Replied:
        people = self.actor.slack.sandbox.people
        ids = (block["block_id"], element["action_id"])
        return self.actor.do(people.act_on_message(self.actor.id, self.channel, self.ts, *ids, value))


class Home(Surface):
    """The app's Home tab of one person."""

    source: View

    @property
    def body(self) -> Json:
        """Slack's view object."""
        return self.source.as_slack()

    def _act(self, block: Json, element: Json, value: Any) -> Replied:
        people = self.actor.slack.sandbox.people
        ids = (block["block_id"], element["action_id"])
        return self.actor.do(people.act_on_view(self.actor.id, self.source.id, *ids, value))

    def expect(self, *words: str, seconds: float = 5) -> Home:
        """Wait until the tab reads like this."""

        def look() -> bool | None:
            return True if all(word in self.text for word in words) else None

        if self.actor.slack.sandbox.log.wait_for(look, seconds) is None:
            raise AssertionError(f"the Home tab never read {words!r}, but:\n{self.text}")
        return self


class Modal(Home):
    """A modal in front of somebody; `errors` are those of the last submit, by label."""

    errors: dict[str, str]

    def __init__(self, actor: Doer, source: View) -> None:
        super().__init__(actor, source)
        self.errors = {}

    @property
    def title(self) -> str:
        """The modal's title."""
        return str(self.source.body["title"]["text"])

    @property
    def is_open(self) -> bool:
        """Whether it is the topmost one."""
        stack = self.actor.slack.sandbox.workspace.stacks[self.actor.id]
        return bool(stack) and stack[-1] is self.source

    def value(self, which: str) -> Any:
        """What an input holds now: text, an option's label (or a list of them), an id, a day."""
        block, element = self._find(which, "", lambda one: one["type"] in HOLDS)
        held = self.source.answers.get(block["block_id"], {}).get(element["action_id"])
        value = (held or answer(element, None))[HOLDS[element["type"]]]
        if isinstance(value, list):
            return [self._label(one) if isinstance(one, dict) else one for one in value]
        return self._label(value) if isinstance(value, dict) and "value" in value else value

    def fill(self, which: str, value: Any) -> Modal:
        """Put something into an input; one that tells the app at once (`dispatch_action`) does so."""
        block, element = self._find(which, "", lambda one: one["type"] in HOLDS)
        if "external" in element["type"] and value is not None:
            self._suggest_until(block, element, value)
        self._act(block, element, self._value(block, element, value))
        return self

    def attach(self, which: str, name: str, content: bytes) -> Modal:
        """Upload a file into a file input."""
        file = self.actor.slack.sandbox.people.upload(self.actor.id, name, content)
        return self.fill(which, [file.id])

    def submit(self, **values: Any) -> Replied:
        """Submit the form, after filling in `values` (by block or action id)."""
        for which, value in values.items():
            self.fill(which, value)
        reply = self.actor.do(self.actor.slack.sandbox.people.submit(self.actor.id, self.source.id))
        inputs = [block for block in self.blocks if block["type"] == "input"]
        names = {block["block_id"]: self._name(block, block["element"]) for block in inputs}
        self.errors = {names[block_id]: words for block_id, words in reply.outcome.errors.items()}
        reply.errors = self.errors
        return reply

    def close(self, *, everything: bool = False) -> Replied:
        """Close it without submitting."""
        people = self.actor.slack.sandbox.people
        return self.actor.do(people.close(self.actor.id, self.source.id, everything=everything))


def _moment(choice: date | time, kind: str) -> Any:
    """A day, time or moment as a picker holds it."""
    if isinstance(choice, datetime) and kind == "datetimepicker":
        return int(choice.timestamp())
    return f"{choice:%H:%M}" if kind == "timepicker" else choice.isoformat()
