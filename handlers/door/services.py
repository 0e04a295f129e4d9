"""What handlers are handed: storage, policy, templates, and the running machine (by `bot.py`)."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from handlers.door.again import when_let
from storage.base import groups, people, upkeep
from storage.base.errors import Overtaken
from storage.base.message_edits import newest
from storage.base.nouns import handed_in
from storage.base.permissions import Rights
from storage.base.recipients import stood_in_for
from storage.base.watch import Watch
from templates.blocks.render import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from slack_sdk import WebClient

    from handlers.door.request import Request
    from storage.base.db import Store, Unit
    from storage.base.errors import UserError
    from storage.base.person import Person
    from storage.base.policy import Policy
    from templates.blocks.render import Renderer


T = TypeVar("T")


def _nothing() -> None:
    """Nobody to wake: a test or a terminal without a running delivery."""


class Turns:
    """Who draws somebody's Home: of two that overlap, what was asked for last is what stands there in the end."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: dict[int, int] = {}
        self._drawing: dict[int, Lock] = {}

    def take(self, person_id: int) -> int:
        """A turn to draw a person's Home: the last one, so far."""
        with self._lock:
            turn = self._last[person_id] = self._last.get(person_id, 0) + 1
            return turn

    def is_last(self, person_id: int, turn: int) -> bool:
        """Whether nobody took a turn since."""
        return self._last[person_id] == turn

    def drawing(self, person_id: int) -> Lock:
        """Held while a person's Home is drawn."""
        with self._lock:
            return self._drawing.setdefault(person_id, Lock())


def _untold(_trouble: UserError) -> None:
    """No operations to tell: a test or a terminal."""


@dataclass(frozen=True)
class Services:
    """One per running bot. `slack` is for quick calls (2 s time-out) while a person waits.

    `respond` posts to a response_url (raises if Slack refuses). `wake` has the planner and delivery look at once;
    `later` runs a function after the ack went out, one at a time for the person who is its `lane`; `apart` one that
    may take minutes, which should end soon once the bot is `stopping`, which waits while somebody is `answering`.
    Who waits for Slack is `resting`, so that others are answered.
    `rehearse` is preview's rehearsal for one person (`address, first, last, now`), `outbox` is the operator's view of
    delivery. `team_id`, `app_id` and `enterprise_id` say where the bot is installed (empty: Slack did not say);
    `siblings` are people, and ids beside our own that Slack's directory knows them by. `watch` counts.
    """

    store: Store
    policy: Policy
    renderer: Renderer
    slack: WebClient
    clock: Callable[[], datetime]
    team_id: str
    later: Callable[..., None]
    respond: Callable[[str, dict[str, Any]], None]
    apart: Callable[[Callable[[], None]], None]
    stopping: Callable[[], bool]
    answering: Callable[[], AbstractContextManager[None]] = nullcontext
    resting: Callable[[], AbstractContextManager[None]] = nullcontext
    app_id: str = ""
    enterprise_id: str = ""
    wake: Callable[[], None] = _nothing
    alarm: Callable[[UserError], None] = _untold
    rehearse: Callable[..., Any] | None = None
    outbox: Any = None
    siblings: set[tuple[str, str]] = field(default_factory=set)
    watch: Watch = field(default_factory=Watch)
    turns: Turns = field(default_factory=Turns)

    def render(self, name: str, /, **context: Any) -> Any:
        """The JSON of a template."""
        return self.renderer.render(name, **context)

    def lasting(self, message: dict[str, Any]) -> dict[str, Any]:
        """A message that stays where the outbox does not keep it, marked with the time that its buttons are of."""
        return {**message, "blocks": marked(message.get("blocks") or [], upkeep.epoch(self.store.connection())) or None}

    def rights(self, person: Person) -> Rights:
        """What the person is, by policy and people import."""
        return Rights(
            person,
            self.policy,
            leads=lambda: people.leads_somebody(self.store.connection(), person.id),
            members=lambda group: groups.members(self.store.connection(), group),
            nobody_named=lambda: not people.names_managers(self.store.connection(), self.policy),
            stands_in_for=lambda: stood_in_for(self.store.connection(), self.policy.timezone, person.id, self.clock()),
        )

    def adopt(self, policy: Policy, renderer: Renderer) -> None:
        """Go on by another policy and other templates: what is under way ends by whichever it has begun with."""
        object.__setattr__(self, "policy", policy)
        object.__setattr__(self, "renderer", renderer)

    def redraw_home(self, person: Person, offset: int) -> None:
        """Draw the person's Home anew, at the page that they see: after everything that was done from there."""
        turn = self.turns.take(person.id)

        def draw() -> None:
            with self.turns.drawing(person.id):
                if self.turns.is_last(person.id, turn):
                    for noun in handed_in("handlers", "noun"):
                        if draw_home := getattr(noun, "HOME", None):
                            self.when_let(partial(draw_home, self, person, offset))

        self.later(draw, str(person.id))

    def when_let(self, ask: Callable[[], T]) -> T:
        """What a call of Slack gives that nobody waits for before an ack, made again when Slack lets us."""
        return when_let(ask, self.stopping, self.resting)

    def unit(self, request: Request) -> AbstractContextManager[Unit]:
        """A unit of work for this request, once per inbox key; raises Overtaken if its records may be others by now."""
        unit = self.store.write(request.now, actor=request.person, source=request.source, key=request.key)
        return unit if request.seen is None else _as_seen(unit, request.seen)


@contextmanager
def _as_seen(begun: AbstractContextManager[Unit], seen: int) -> Iterator[Unit]:
    with begun as unit:
        if seen != newest(unit.db):
            raise Overtaken
        yield unit
