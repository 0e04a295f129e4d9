"""What the parts of a sandbox ask of each other: the whole for its page, and who acts for what they see, in tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from sandbox.client import Outcome
    from sandbox.clock import Clock
    from sandbox.events import EventFeed
    from sandbox.interactions import Interactions
    from sandbox.log import Log
    from sandbox.model import Message
    from sandbox.sockets import SocketHub
    from sandbox.workspace import Workspace

T = TypeVar("T")


class World(Protocol):
    """A running sandbox, as its page and tests work with it (`server.py`)."""

    clock: Clock
    log: Log
    workspace: Workspace
    people: Interactions
    sockets: SocketHub
    events: EventFeed

    def now(self) -> datetime:
        """The time there."""

    def jump(self, to: datetime) -> None:
        """Move time forward."""

    def run(self, doing: Coroutine[Any, Any, T], seconds: float = 30) -> T:
        """The result of something that runs on the server's loop."""


class Replied(Protocol):
    """What became of one doing (`actors.py`)."""

    outcome: Outcome
    errors: dict[str, str]


class Tester(Protocol):
    """A workspace as tests see it (`testing.py`)."""

    @property
    def sandbox(self) -> World:
        """The sandbox itself."""

    @property
    def log(self) -> Log:
        """All that happened."""

    def as_(self, who: str) -> Any:
        """Somebody who acts."""

    def person_id(self, who: str) -> str:
        """The id of a person by name."""

    def channel_id(self, which: str, actor: Any = None) -> str:
        """The id of a channel by name; of the DM with the app for an actor."""

    def shortcut_id(self, which: str) -> str:
        """The callback id of a shortcut by name."""

    def name_of(self, an_id: str) -> str:
        """What people read for an id."""

    def messages(self, channel: str, who: str) -> list[Any]:
        """What somebody sees in a channel."""

    def expect(
        self, actor: Any, fits: Callable[[Message], bool], words: tuple[str, ...], seconds: float, since: int = 0
    ) -> Any:
        """Wait for a message."""

    def settle(self) -> None:
        """Wait until the app has acked everything."""


class Doer(Protocol):
    """Somebody who acts, as what they see knows them (`actors.py`)."""

    slack: Tester
    id: str
    name: str

    def do(self, doing: Coroutine[Any, Any, Outcome]) -> Replied:
        """Carry out one doing."""

    def reply_of(self, outcome: Outcome) -> Replied:
        """A reply to something that never left the client."""
