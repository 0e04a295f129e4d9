"""The language of tests: what people do in Slack, what they see, and nothing else allowed.

    def test_order_a_book(slack):
        ben = slack.as_("ben")
        reply = ben.command("/order two Emma", channel="#plans")    # waits for the ack
        assert "Ordered" in reply.text                       # the first thing that came back to him

        card = ben.expect_message("#plans", "Emma")          # a post that he sees; `slack.expect_message` for anybody
        card.select("Not bought: pick why", "Too dear")      # by what is written on it, or by action_id
        card.expect("Not bought: too dear")                  # waits for the edit in place
        card.by("ana").click("Undo")                         # somebody else, the same message

        modal = ben.command("/order").modal                  # or ben.expect_modal("Order a book")
        modal.suggest("Title", "em")                         # → ["Emma", …]
        modal.fill("Title", "Emma").fill("Due", date(2026, 12, 18))
        modal.submit()
        assert modal.errors == {"Shop": "Choose one."}       # by label
        reply = modal.fill("Shop", "Corner").submit()        # reply.modal, reply.message: what came of it

        home = ben.open_home()
        home.select("Update", "Done", row="Emma")            # `row`: the section with this text, and its buttons
        ben.shortcut("Order a book"); card.shortcut("Order what this says")
        ben.says("hello", channel="dm"); ben.expect_dm("Hello")
        slack.jump(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))  # the clock stands otherwise

Nothing polls or sleeps: expectations wait on the workspace's log and fail after `seconds`. At its end a test
fails on every message of the app that it did not expect (posts, DMs, ephemerals; `reply.text`, `reply.message`
and `expect_…` expect one each; `slack.allow_messages()` forgives all so far), on everything that Slack would
have refused (`slack.allow("channel_not_found")`), and on interactions that were not acked
(`slack.allow("unacked")`). `slack.faults.add("reset", "chat.postMessage", takes_effect=True)` orders a fault,
`slack.log.entries("posted", channel=…)` counts what took effect, `slack.event("user_change", …)`,
`slack.person("ben").deactivate()`, `slack.channel("#plans").share()`, `slack.crowd(6_000)` change the world.

Fixtures: `tests/conftest.py` says `from sandbox.testing import sandbox, slack`. One server runs for the
whole session and is reset for each test. The fixtures `slack_manifest` and `slack_seed` say which
app, and who is there. An app in the test's
own process is connected by `QuickSocket(app, sandbox.app_token)` (`quick_socket.py`) within milliseconds.
`slack.forge(payload)` and `maya.command(…, forged=True)` hand the app what Slack itself would never let through.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.actors import PATIENCE, Actor, Reply
from sandbox.changes import ChannelChange, PersonChange
from sandbox.seed import crowd
from sandbox.server import Sandbox
from sandbox.surfaces import Home, Modal, Shown, Surface
from sandbox.workspace import BOT_USER, SLACKBOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.model import Json, Message

__all__ = ["START", "Actor", "Home", "Modal", "Reply", "Shown", "Slack", "Surface", "sandbox", "slack", "watch"]

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday morning: the moment at which the clock of every test stands at first."""


class Slack:
    """The workspace in front of a test."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.faults = sandbox.faults
        self.log = sandbox.log
        self.rates = sandbox.rates
        self._since = sandbox.log.seq
        self._expected: set[tuple[str, str]] = set()
        self._allowed: set[str] = set()

    # -- who and where ----------------------------------------------------------------------

    def as_(self, who: str) -> Actor:
        """Somebody to act as, by handle or id."""
        return Actor(self, self.sandbox.workspace.people[self.person_id(who)])

    def person_id(self, who: str) -> str:
        """The id of a person named by handle or id."""
        person = self.sandbox.workspace.person(who)
        if person is None:
            raise AssertionError(f"nobody is called {who!r}")
        return person.id

    def person(self, who: str) -> PersonChange:
        """Somebody whose entry in the directory changes."""
        return PersonChange(self, self.sandbox.workspace.people[self.person_id(who)])

    def hire(self, name: str, **values: Any) -> PersonChange:
        """Somebody new in the directory, with fields such as `email` or `tz`; the app is told."""
        person = self.sandbox.workspace.hire(name, **values)
        self.settle()
        return PersonChange(self, person)

    def crowd(self, people: int = 0, channels: int = 0) -> None:
        """So many more members, and public channels, without a word to the app."""
        crowd(self.sandbox.workspace, people, channels)

    def channel_id(self, which: str, actor: Actor | None = None) -> str:
        """The id of a channel named by `#name` or id; `dm` is the actor's with the app."""
        if which == "dm":
            if actor is None:
                raise AssertionError("whose DM?")
            return self.sandbox.workspace.dm(actor.id).id
        channel = self.sandbox.workspace.channel(which)
        if channel is None:
            raise AssertionError(f"there is no channel {which!r}")
        return channel.id

    def channel(self, which: str) -> ChannelChange:
        """A channel that changes."""
        return ChannelChange(self, self.sandbox.workspace.channels[self.channel_id(which)])

    def shortcut_id(self, which: str) -> str:
        """The callback id of a shortcut named by its name or id."""
        shortcuts = self.sandbox.workspace.manifest.shortcuts
        found = [one.callback_id for one in shortcuts if which in (one.name, one.callback_id)]
        if not found:
            raise AssertionError(f"no shortcut {which!r}; there are {[one.name for one in shortcuts]}")
        return found[0]

    def name_of(self, an_id: str) -> str:
        """The name behind an id of a person, channel or group, as people see it."""
        workspace = self.sandbox.workspace
        for known in (workspace.people, workspace.channels):
            if an_id in known:
                return str(known[an_id].name)
        return workspace.usergroups[an_id].handle if an_id in workspace.usergroups else an_id

    # -- time -------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The workspace's moment."""
        return self.sandbox.now()

    def start_at(self, moment: datetime) -> None:
        """Let the clock stand at another moment, silently: at the start of a test."""
        self.sandbox.clock.restart(moment)

    def jump(self, to: datetime) -> None:
        """Move time forward; whoever listens is told before this returns."""
        self.sandbox.jump(to)

    # -- expectations -----------------------------------------------------------------------

    def allow(self, *codes: str) -> None:
        """Slack may refuse with these codes in this test (`unacked`: what was not acked, too)."""
        self._allowed.update(codes)

    def allow_messages(self) -> None:
        """Forgive all messages so far."""
        for entry in self.log.entries("posted", "ephemeral", after=self._since):
            self._expected.add((entry["channel"], entry["ts"]))

    def expect_message(self, channel: str, *words: str, seconds: float = PATIENCE) -> Shown:
        """Wait for a post of the app that everybody in the channel sees; buttons need `.by(somebody)`."""
        channel_id = self.channel_id(channel)
        nobody = Actor(self, self.sandbox.workspace.bot)
        return self.expect(nobody, lambda one: one.channel == channel_id and not one.only, words, seconds)

    def expect_nothing_more(self) -> None:
        """Fail now on messages that nobody expected; events and interactions under way are waited for."""
        self.settle()
        if found := self._unexpected():
            raise AssertionError("\n".join(found))

    def messages(self, channel: str, who: str = BOT_USER) -> list[Shown]:
        """All that a channel shows, oldest first, for looking only."""
        actor = self.as_(who)
        messages = self.sandbox.workspace.channels[self.channel_id(channel, actor)].messages
        return [Shown(actor, message) for message in messages if message.only in ("", actor.id)]

    def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until the app has acked everything that went out."""
        if not self.log.wait_for(lambda: None if self._busy() else True, seconds):
            raise AssertionError("the app has not acked everything")

    def _busy(self) -> bool:
        return bool(self.sandbox.sockets.in_flight or self.sandbox.events.under_way)

    def expect(
        self, actor: Actor, fits: Callable[[Message], bool], words: tuple[str, ...], seconds: float, since: int = 0
    ) -> Shown:
        """Wait for a new message that fits and reads like this, as the actor sees it, and tick it off."""
        since = max(since, self._since)

        def look() -> Shown | None:
            for message in self._new_messages(since):
                shown = Shown(actor, message)
                if fits(message) and all(word in shown.text for word in words):
                    self._expected.add((message.channel, message.ts))
                    return shown
            return None

        found = self.log.wait_for(look, seconds)
        if found is None:
            there = [f"  {self._told(message)}" for message in self._new_messages(self._since)]
            raise AssertionError(f"no message with {words!r} came; unexpected so far:\n" + "\n".join(there))
        return found

    def _new_messages(self, since: int) -> Iterator[Message]:
        """The messages of the app (and of Slack itself) since then that nobody has expected yet."""
        for entry in self.log.entries("posted", "ephemeral", after=since):
            if entry["user"] not in (BOT_USER, SLACKBOT) or (entry["channel"], entry["ts"]) in self._expected:
                continue
            channel = self.sandbox.workspace.channels[entry["channel"]]
            if (message := channel.find(entry["ts"])) is not None:
                yield message

    def _told(self, message: Message) -> str:
        channel = self.sandbox.workspace.channels[message.channel]
        where = f"#{channel.name}" if channel.name else f"DM of {self.name_of(channel.im_with)}"
        only = f" (only {self.name_of(message.only)})" if message.only else ""
        return f"{where}{only}: {Shown(Actor(self, self.sandbox.workspace.bot), message).text!r}"

    def _unexpected(self) -> list[str]:
        return [f"unexpected message in {self._told(message)}" for message in self._new_messages(self._since)]

    def finish(self) -> None:
        """Fail on whatever this test did not expect."""
        self.settle(self.sandbox.sockets.ack_seconds + 1)
        found = self._unexpected()
        for entry in self.log.entries("refused", after=self._since):
            if entry["error"] not in self._allowed:
                found.append(f"Slack refused {entry['what']}: {entry['error']} {entry['why']}")
        if "unacked" not in self._allowed:
            for entry in self.log.entries("unacked", after=self._since):
                if entry["type"] == "events_api" and entry["reason"] in ("no_connection", "connection_lost"):
                    continue  # the app is gone: Slack delivers the event to the next connection
                found.append(f"not acked ({entry['reason']}): {entry['about']}")
        if found:
            pytest.fail("\n".join(found), pytrace=False)

    # -- the world --------------------------------------------------------------------------

    def event(self, subscription: str, **fields: Any) -> None:
        """Send a bare event to the app, as in `event("channel_rename", channel={…})`."""
        event = {"type": subscription.partition(".")[0], "event_ts": self.sandbox.workspace.new_ts(), **fields}
        self.sandbox.events.send(subscription, event)
        self.settle()

    def forge(self, payload: Json, *, accepts_payload: bool = False) -> Json:
        """Hand the app an interactive payload that no client would send; its ack's payload."""
        return self.sandbox.run(
            self.sandbox.delivery.deliver("interactive", payload, about="forged", accepts_payload=accepts_payload)
        )

    def revoke_token(self) -> None:
        """Uninstall the app: its bot token is worth nothing any more."""
        self.sandbox.events.revoke()
        self.settle()


def watch(sandbox: Sandbox) -> Iterator[Slack]:
    """One test's turn on a sandbox: reset before it, judged after it."""
    sandbox.reset()
    slack = Slack(sandbox)
    yield slack
    slack.finish()


@pytest.fixture(scope="session")
def slack_manifest() -> Path:
    """The manifest of the app under test."""
    return Path("manifest.json")


@pytest.fixture(scope="session")
def slack_seed() -> Path | None:
    """Who and what there is at the start of each test; None for the sandbox's own few."""
    return None


@pytest.fixture(scope="session")
def sandbox(slack_manifest: Path, slack_seed: Path | None) -> Iterator[Sandbox]:
    """The session's one sandbox."""
    with Sandbox(manifest=slack_manifest, seed=slack_seed, now=START) as running:
        yield running


@pytest.fixture
def slack(sandbox: Sandbox) -> Iterator[Slack]:
    """The workspace, fresh for this test."""
    yield from watch(sandbox)
