"""Who acts and sees in tests, and what comes of it. Part of `testing.py`, which says how to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.client import NotThere
from sandbox.surfaces import Home, Modal, Shown
from sandbox.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from sandbox.client import Outcome
    from sandbox.model import Message, Person
    from sandbox.parts import Tester

PATIENCE = 30.0
"""Seconds of real time after which an expectation fails."""


class Actor:
    """Somebody who acts and sees."""

    def __init__(self, slack: Tester, person: Person) -> None:
        self.slack = slack
        self.id = person.id
        self.name = person.name

    # -- doing ------------------------------------------------------------------------------

    def do(self, doing: Coroutine[Any, Any, Outcome]) -> Reply:
        """Carry out one doing; what comes of it from now on is in the reply."""
        since = self.slack.log.seq
        try:
            return Reply(self, self.slack.sandbox.run(doing), since)
        except NotThere as impossible:
            raise AssertionError(f"{self.name} can't do this: {impossible}") from impossible

    def reply_of(self, outcome: Outcome) -> Reply:
        """A reply to something that never left the client."""
        return Reply(self, outcome, self.slack.log.seq)

    def command(self, text: str, channel: str = "dm", thread: Shown | None = None, *, forged: bool = False) -> Reply:
        """Type a slash command and wait for its ack. `forged`: Tester lets people of other workspaces through."""
        channel_id = self.slack.channel_id(channel, self)
        thread_ts = thread.ts if thread else ""
        people = self.slack.sandbox.people
        return self.do(people.command(self.id, channel_id, text, thread_ts=thread_ts, forged=forged))

    def says(self, text: str, channel: str = "dm", thread: Shown | None = None) -> Reply:
        """Write into a channel, or into a thread."""
        channel_id = self.slack.channel_id(channel, self)
        thread_ts = thread.ts if thread else ""
        return self.do(self.slack.sandbox.people.send(self.id, channel_id, text, thread_ts=thread_ts))

    def shortcut(self, which: str) -> Reply:
        """Choose a global shortcut, by its name or callback id."""
        return self.do(self.slack.sandbox.people.shortcut(self.id, self.slack.shortcut_id(which)))

    def open_home(self) -> Home:
        """Open the app's Home tab and look at it once the app has published it."""
        self.do(self.slack.sandbox.people.open_home(self.id))
        return self.expect_home()

    # -- seeing -----------------------------------------------------------------------------

    def expect_message(self, channel: str, *words: str, seconds: float = PATIENCE) -> Shown:
        """Wait for a post of the app in a channel."""
        channel_id = self.slack.channel_id(channel, self)
        return self.expect(lambda one: one.channel == channel_id and not one.only, words, seconds)

    def expect_dm(self, *words: str, seconds: float = PATIENCE) -> Shown:
        """Wait for a post of the app in the DM with it."""
        return self.expect_message("dm", *words, seconds=seconds)

    def expect_ephemeral(self, *words: str, channel: str = "", seconds: float = PATIENCE) -> Shown:
        """Wait for a message that only this person sees."""
        channel_id = self.slack.channel_id(channel, self) if channel else ""
        return self.expect(lambda one: one.only == self.id and channel_id in ("", one.channel), words, seconds)

    def expect_modal(self, title: str = "", *words: str, seconds: float = PATIENCE) -> Modal:
        """Wait until a modal with this title (or in it) is on top, and reads like this."""

        def look() -> Modal | None:
            modal = self.modal
            fits = modal is not None and title in modal.title and all(word in modal.text for word in words)
            return modal if fits else None

        found = self.slack.log.wait_for(look, seconds)
        if found is None:
            there = f"{self.modal.title!r}:\n{self.modal.text}" if self.modal else "none"
            raise AssertionError(f"no modal {title!r} {words or ''}; the topmost is {there}")
        return found

    def expect_home(self, *words: str, seconds: float = PATIENCE) -> Home:
        """Wait until the Home tab reads like this."""
        found = self.slack.log.wait_for(lambda: self.home, seconds)
        if found is None:
            raise AssertionError("the app has published no Home tab")
        return found.expect(*words, seconds=seconds)

    @property
    def modal(self) -> Modal | None:
        """The topmost modal now."""
        stack = self.slack.sandbox.workspace.stacks[self.id]
        return Modal(self, stack[-1]) if stack else None

    @property
    def home(self) -> Home | None:
        """The Home tab now, without opening it."""
        view = self.slack.sandbox.workspace.homes.get(self.id)
        return Home(self, view) if view else None

    def sees(self, words: str, channel: str = "dm") -> bool:
        """Whether a channel shows this person such a text now."""
        return any(words in shown for shown in self.slack.messages(channel, self.id))

    def expect(self, fits: Callable[[Message], bool], words: tuple[str, ...], seconds: float, since: int = 0) -> Shown:
        """Wait for a message that fits and reads like this."""
        found: Shown = self.slack.expect(self, fits, words, seconds, since)
        return found


class Reply:
    """What became of one doing. Reading `message` or `text` waits, and expects one message."""

    def __init__(self, actor: Actor, outcome: Outcome, since: int) -> None:
        self.actor = actor
        self.outcome = outcome
        self.errors = outcome.errors
        self._since = since
        self._message: Shown | None = None

    @property
    def ok(self) -> bool:
        """Whether the app acked it and objected to nothing."""
        return self.outcome.ok

    @property
    def failure(self) -> str:
        """Slack's own failure text, or an empty one."""
        return plain(self.outcome.failure, self.actor.slack.name_of)

    @property
    def message(self) -> Shown:
        """The first message since then that the person sees and nobody has expected yet."""
        if self._message is None:
            self._message = self.expect()
        return self._message

    @property
    def text(self) -> str:
        """What `message` says."""
        return self.message.text

    @property
    def modal(self) -> Modal:
        """The topmost modal, waiting for one."""
        return self.actor.expect_modal()

    def expect(self, *words: str, seconds: float = PATIENCE) -> Shown:
        """Wait for a message since then, ephemeral or not, that reads like this."""
        workspace = self.actor.slack.sandbox.workspace

        def fits(message: Message) -> bool:
            channel = workspace.channels[message.channel]
            return message.only in ("", self.actor.id) and workspace.may_see(self.actor.id, channel)

        return self.actor.expect(fits, words, seconds, self._since)
