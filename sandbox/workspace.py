"""The workspace's memory: who and what there is, under one lock, and a signal for every change.

`api/` (what the app asks) and `interactions.py` (what people do) change it; the page and the event
feed listen to its signals. It refuses nothing by itself: that is the business of its callers.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from contextlib import contextmanager
from threading import Condition, RLock
from typing import TYPE_CHECKING, Any

from sandbox.log import Log
from sandbox.model import Channel, File, Json, Message, Person, UserGroup, View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sandbox.clock import Clock
    from sandbox.manifest import Manifest

    Listener = Callable[[str, dict[str, Any]], None]

TEAM_ID = "T0SANDBOX"
OTHER_TEAM_ID = "T0ELSEWHERE"
APP_ID = "A0SANDBOX"
BOT_ID = "B0SANDBOX"
BOT_USER = "U0000BOT"
SLACKBOT = "USLACKBOT"
MOST_VIEWS = 3


class Workspace:
    """Everything that the sandbox's Slack remembers. Hold `changed` while reading several things."""

    def __init__(self, manifest: Manifest, clock: Clock, mirror: Path | None = None) -> None:
        self.manifest = manifest
        self.clock = clock
        self.changed = Condition(RLock())
        self.log = Log(clock, self.changed, mirror)
        self.team_name = "Sandbox"
        self.team_domain = "sandbox"
        self.bot_token = f"xoxb-{secrets.token_hex(12)}"
        self.app_token = f"xapp-{secrets.token_hex(12)}"
        self.signing_secret = secrets.token_hex(16)
        self._listeners: list[Listener] = []
        self._silent = False
        self.clear()

    def clear(self) -> None:
        """An empty workspace; listeners, tokens and the numbers of the log stay."""
        with self.changed:
            self.people: dict[str, Person] = {}
            self.channels: dict[str, Channel] = {}
            self.usergroups: dict[str, UserGroup] = {}
            self.files: dict[str, File] = {}
            self.stacks: dict[str, list[View]] = defaultdict(list)
            self.homes: dict[str, View] = {}
            self.bot_revoked = False
            self._last_ts = 0
            self._numbers: dict[str, int] = defaultdict(int)
            self.log.clear()

    # -- signals ----------------------------------------------------------------------------

    def listen(self, listener: Listener) -> None:
        """Call `listener(what, data)` after every change, in the thread that made it."""
        self._listeners.append(listener)

    def signal(self, what: str, **data: Any) -> None:
        """Tell the listeners what has changed."""
        for listener in () if self._silent else list(self._listeners):
            listener(what, data)

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Change things without a signal: while a workspace is being filled."""
        with self.changed:
            self._silent = True
            try:
                yield
            finally:
                self._silent = False

    # -- ids and times ----------------------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """The next id of a kind, such as `V000000012`."""
        with self.changed:
            self._numbers[prefix] += 1
            return f"{prefix}{self._numbers[prefix]:09d}"

    def new_ts(self) -> str:
        """A message's `ts`: the workspace's moment in seconds, unique and rising."""
        with self.changed:
            self._last_ts = max(int(self.clock.now().timestamp() * 1_000_000), self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def counters(self) -> Json:
        """The numbers given out so far, for a workspace that is kept in a file."""
        return {"last_ts": self._last_ts, "numbers": dict(self._numbers)}

    def set_counters(self, kept: Json) -> None:
        """Go on from numbers given out before."""
        self._last_ts = kept["last_ts"]
        self._numbers.update(kept["numbers"])

    # -- looking up -------------------------------------------------------------------------

    @property
    def bot(self) -> Person:
        """The app's bot user."""
        return self.people[BOT_USER]

    def person(self, who: str) -> Person | None:
        """The person with this id or handle (with or without `@`)."""
        return self.people.get(who) or next(
            (person for person in self.people.values() if person.name == who.removeprefix("@")), None
        )

    def channel(self, which: str) -> Channel | None:
        """The channel with this id or name (with or without `#`)."""
        return self.channels.get(which) or next(
            (channel for channel in self.channels.values() if channel.name == which.removeprefix("#")), None
        )

    def dm(self, one: str, other: str = BOT_USER) -> Channel:
        """The DM of two people, made if there is none yet."""
        with self.changed:
            for channel in self.channels.values():
                if channel.im_with and set(channel.members) == {one, other}:
                    return channel
            channel = Channel(
                id=self.new_id("D"),
                name="",
                members=[one, other],
                im_with=one,
                created=int(self.clock.now().timestamp()),
            )
            self.channels[channel.id] = channel
            self.signal("channel", channel=channel, change="created", user=one)
            return channel

    def may_see(self, person: str, channel: Channel) -> bool:
        """Whether the person's client shows the channel; guests see only what they are in."""
        if person in channel.members:
            return True
        who = self.people.get(person)
        return channel.kind == "channel" and who is not None and not who.guest and not who.stranger

    def views(self) -> Iterator[View]:
        """All open modals and Home tabs."""
        for stack in self.stacks.values():
            yield from stack
        yield from self.homes.values()

    def view(self, view_id: str = "", external_id: str = "") -> View | None:
        """The open view with this id, or with this external id."""
        return next(
            (
                view
                for view in self.views()
                if (view_id and view.id == view_id) or (external_id and view.body.get("external_id") == external_id)
            ),
            None,
        )

    # -- messages ---------------------------------------------------------------------------

    def post(self, channel: Channel, body: Json, *, only: str = "", source: str = "") -> Message:
        """Put a message into a channel; `only` makes it ephemeral. Blocks and elements get their ids."""
        with self.changed:
            body = {"type": "message", **body, "ts": self.new_ts(), "team": TEAM_ID}
            if "blocks" in body:
                body["blocks"] = self.with_ids(body["blocks"])
            message = Message(channel.id, body, only)
            channel.messages.append(message)
            if message.is_reply:
                self._count_replies(channel, message.thread_ts)
            author = str(body.get("user", ""))
            if author and not only:
                channel.last_read[author] = message.ts
            self.log.add(
                "ephemeral" if only else "posted",
                channel=channel.id,
                channel_name=channel.name,
                ts=message.ts,
                user=author,
                to=only or channel.im_with or None,
                text=body.get("text", ""),
                thread_ts=message.thread_ts or None,
                metadata=body.get("metadata"),
                blocks=body.get("blocks"),
                source=source,
            )
            self.signal("message", message=message)
            return message

    def update(self, message: Message, changes: Json) -> None:
        """Change a message in place; its `ts` stays, an `edited` mark is added."""
        with self.changed:
            if "blocks" in changes:
                changes = {**changes, "blocks": self.with_ids(changes["blocks"])}
            edited = {"user": message.body.get("user", BOT_USER), "ts": self.new_ts()}
            message.body.update(changes, edited=edited)
            message.warning = ""
            self.log.add(
                "updated",
                channel=message.channel,
                ts=message.ts,
                text=message.body.get("text", ""),
                metadata=message.body.get("metadata"),
                only=message.only or None,
            )
            self.signal("message_changed", message=message)

    def delete(self, message: Message) -> None:
        """Take a message away for everybody."""
        with self.changed:
            channel = self.channels[message.channel]
            channel.messages.remove(message)
            if message.is_reply:
                self._count_replies(channel, message.thread_ts)
            self.log.add("deleted", channel=message.channel, ts=message.ts, only=message.only or None)
            self.signal("message_deleted", message=message)

    def _count_replies(self, channel: Channel, thread_ts: str) -> None:
        parent = channel.find(thread_ts)
        if parent is None:
            return
        replies = [message for message in channel.thread(thread_ts) if message.ts != thread_ts]
        users = list(dict.fromkeys(reply.body.get("user", "") for reply in replies))
        parent.body.update(
            thread_ts=thread_ts,
            reply_count=len(replies),
            reply_users=users,
            reply_users_count=len(users),
            latest_reply=replies[-1].ts if replies else None,
        )
        self.signal("message_changed", message=parent)

    # -- blocks and views -------------------------------------------------------------------

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """A copy of the blocks in which every block and element has an id, as Slack hands them out."""
        return [self._block_with_ids(block) for block in blocks]

    def _block_with_ids(self, block: Json) -> Json:
        block = {**block, "block_id": block.get("block_id") or self.new_id("b")}
        for key in ("element", "accessory"):
            if isinstance(block.get(key), dict):
                block[key] = self._element_with_id(block[key])
        if block["type"] in ("actions", "context_actions"):
            block["elements"] = [self._element_with_id(element) for element in block["elements"]]
        elif block["type"] == "card" and "actions" in block:
            block["actions"] = [self._element_with_id(element) for element in block["actions"]]
        for kind, key in (("container", "child_blocks"), ("carousel", "elements")):
            if block["type"] == kind:
                block[key] = self.with_ids(block[key])
        return block

    def _element_with_id(self, element: Json) -> Json:
        if element.get("type") == "image":
            return element
        return {**element, "action_id": element.get("action_id") or self.new_id("a")}

    def show_modals(self, person: str, action: str, view: View) -> None:
        """Log and signal that a person's stack of modals has changed."""
        title = view.body.get("title", {}).get("text", "")
        self.log.add("view", action=action, view_id=view.id, person=person, title=title)
        self.signal("modals", person=person)

    def show_home(self, person: str, view: View) -> None:
        """Publish a person's Home tab."""
        with self.changed:
            self.homes[person] = view
            self.log.add("home", person=person, view_id=view.id)
            self.signal("home", person=person, view=view)

    # -- channels and people ----------------------------------------------------------------

    def change_channel(self, channel: Channel, change: str, user: str = "", **values: Any) -> None:
        """Set fields of a channel (or its membership: `joined`, `left`) and signal the change."""
        with self.changed:
            if change == "joined" and user not in channel.members:
                channel.members.append(user)
            elif change == "left" and user in channel.members:
                channel.members.remove(user)
            for name, value in values.items():
                setattr(channel, name, value)
            self.signal("channel", channel=channel, change=change, user=user)

    def hire(self, name: str, **values: Any) -> Person:
        """Add a member with fields such as `email`, `tz` or `title`, and signal that they joined."""
        with self.changed:
            joined = int(self.clock.now().timestamp())
            person = Person(self.new_id("U"), name, name.title(), TEAM_ID, updated=joined)
            for field, value in values.items():
                setattr(person, field, value)
            self.people[person.id] = person
            self.signal("person", person=person, joined=True)
            return person

    def change_person(self, person: Person, **values: Any) -> None:
        """Set fields of a person and signal the change."""
        with self.changed:
            for name, value in values.items():
                setattr(person, name, value)
            person.updated = int(self.clock.now().timestamp())
            self.signal("person", person=person)

    def refuse(self, what: str, error: str, why: object = None) -> None:
        """Log something that Slack would refuse."""
        self.log.add("refused", what=what, error=error, why=why)
