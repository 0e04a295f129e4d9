"""The Events API: turns the workspace's signals into events that the app has subscribed to.

An event that is not acked comes again, three times at most; the waiting times are Slack's own and can
be shortened by tests. Events go out only where the manifest has the subscription and its scope, and the
bot is in the channel.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sandbox import payloads
from sandbox.api.conversations import channel_as_slack
from sandbox.sockets import Unacked
from sandbox.workspace import APP_ID, BOT_USER, OTHER_TEAM_ID, TEAM_ID

if TYPE_CHECKING:
    from concurrent.futures import Future

    from sandbox.delivery import Delivery
    from sandbox.model import Channel, Json, Message, Person
    from sandbox.workspace import Workspace

# The scope behind each subscription; for channels by kind, as their names say.
_SCOPES = {
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_rename": "channels:read",
    "channel_created": "channels:read",
    "channel_shared": "channels:read",
    "channel_unshared": "channels:read",
    "group_archive": "groups:read",
    "group_rename": "groups:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "reaction_added": "reactions:read",
    "tokens_revoked": "",
    "app_uninstalled": "",
}


class EventFeed:
    """Sends events, from any thread; `redelivery_seconds` are the waits before each further attempt."""

    def __init__(self, workspace: Workspace, delivery: Delivery) -> None:
        self.redelivery_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)
        self._workspace = workspace
        self._delivery = delivery
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way: set[Future[bool]] = set()
        self._later: set[asyncio.Task[bool]] = set()
        workspace.listen(self._on_signal)

    @property
    def under_way(self) -> int:
        """How many events wait for the ack of their first delivery."""
        return len(self._under_way)

    def run_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """The server's loop, on which everything is sent; what an earlier one left is forgotten."""
        self._loop = loop
        self._under_way.clear()
        self._later.clear()

    def clear(self) -> None:
        """Give up all redeliveries."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._give_up)

    def _give_up(self) -> None:
        for task in self._later:
            task.cancel()
        self._later.clear()

    # -- sending ----------------------------------------------------------------------------

    def send(self, subscription: str, event: Json, *, shared: bool = False) -> None:
        """Send an event if the app has subscribed to it, without waiting."""
        if self._loop is None or not self._wanted(subscription):
            return
        future = asyncio.run_coroutine_threadsafe(self._deliver(event, shared=shared), self._loop)
        self._under_way.add(future)
        future.add_done_callback(self._done)

    def _done(self, future: Future[bool]) -> None:
        with self._workspace.changed:
            self._under_way.discard(future)
            self._workspace.changed.notify_all()

    def _wanted(self, subscription: str) -> bool:
        manifest = self._workspace.manifest
        scope = _SCOPES[subscription]
        return subscription in manifest.events and (not scope or scope in manifest.scopes)

    async def _deliver(self, event: Json, *, shared: bool = False) -> bool:
        """Deliver once, and again in the background if need be; whether the first attempt was acked."""
        payload = payloads.event(self._workspace, event, shared=shared)
        if await self._attempt(payload, 0, ""):
            return True
        task = asyncio.create_task(self._redeliver(payload))
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return False

    async def _attempt(self, payload: Json, attempt: int, reason: str) -> bool:
        about = f"event {payload['event']['type']}"
        try:
            await self._delivery.deliver("events_api", payload, about=about, attempt=attempt, reason=reason)
        except Unacked:
            return False
        return True

    async def _redeliver(self, payload: Json) -> bool:
        for attempt, wait in enumerate(self.redelivery_seconds, start=1):
            await asyncio.sleep(wait)
            if await self._attempt(payload, attempt, "timeout"):
                return True
        return False

    # -- what is sent when ------------------------------------------------------------------

    async def home_opened(self, person: Person) -> bool:
        """The Home tab was opened; True also when the app has not subscribed."""
        if not self._wanted("app_home_opened"):
            return True
        workspace = self._workspace
        event: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": workspace.dm(person.id).id,
            "tab": "home",
            "event_ts": workspace.new_ts(),
        }
        if (home := workspace.homes.get(person.id)) is not None:
            event["view"] = home.as_slack()
        return await self._deliver(event)

    def revoke(self) -> None:
        """Take the bot's token away and tell the app."""
        workspace = self._workspace
        workspace.bot_revoked = True
        tokens = {"oauth": [], "bot": [BOT_USER]}
        self.send("tokens_revoked", {"type": "tokens_revoked", "tokens": tokens, "event_ts": workspace.new_ts()})

    def _on_signal(self, what: str, data: dict[str, Any]) -> None:
        if what == "message":
            self._on_message(data["message"])
        elif what == "channel":
            self._on_channel(data["channel"], data["change"], data["user"])
        elif what == "person":
            self._on_person(data["person"], joined=bool(data.get("joined")))
        elif what == "reaction":
            self._on_reaction(data["message"], data["name"], data["user"])

    def _on_message(self, message: Message) -> None:
        channel = self._workspace.channels[message.channel]
        if message.only or BOT_USER not in channel.members:
            return
        kind = {"channel": "channel", "private": "group", "im": "im"}[channel.kind]
        event = message.as_slack() | {"channel": channel.id, "channel_type": kind, "event_ts": message.ts}
        event.pop("metadata", None)
        subscription = {"channel": "channels", "group": "groups", "im": "im"}[kind]
        self.send(f"message.{subscription}", event, shared=channel.shared)
        if kind != "im" and f"<@{BOT_USER}>" in message.body.get("text", ""):
            self.send("app_mention", event | {"type": "app_mention"}, shared=channel.shared)

    def _on_channel(self, channel: Channel, change: str, user: str) -> None:
        if channel.kind == "im" or (channel.private and BOT_USER not in channel.members):
            return
        stamp = self._workspace.new_ts()
        prefix = "group" if channel.private else "channel"
        event: Json = {"channel": channel.id, "user": user, "event_ts": stamp}
        if change in ("joined", "left"):
            if BOT_USER not in (*channel.members, user):
                return
            kind = "C" if channel.kind == "channel" else "G"
            event |= {"type": f"member_{change}_channel", "channel_type": kind, "team": TEAM_ID}
        elif change in ("archived", "unarchived"):
            event["type"] = f"{prefix}_{change.removesuffix('d')}"
        elif change == "renamed":
            known = {"id": channel.id, "name": channel.name, "created": channel.created}
            event = {"type": f"{prefix}_rename", "channel": known, "event_ts": stamp}
        elif change == "shared":
            event = {
                "type": "channel_shared",
                "channel": channel.id,
                "connected_team_id": OTHER_TEAM_ID,
                "event_ts": stamp,
            }
        elif change == "unshared":
            event = {
                "type": "channel_unshared",
                "channel": channel.id,
                "previously_connected_team_id": OTHER_TEAM_ID,
                "is_ext_shared": False,
                "event_ts": stamp,
            }
        elif change == "created" and not channel.private:
            event = {"type": "channel_created", "channel": channel_as_slack(channel, BOT_USER), "event_ts": stamp}
        else:
            return
        if event["type"] in _SCOPES:
            self.send(event["type"], event, shared=channel.shared)

    def _on_person(self, person: Person, *, joined: bool) -> None:
        kind = "team_join" if joined else "user_change"
        with_email = "users:read.email" in self._workspace.manifest.scopes
        user = person.as_slack(self._workspace.clock.now(), with_email=with_email)
        self.send(kind, {"type": kind, "user": user, "event_ts": self._workspace.new_ts()})

    def _on_reaction(self, message: Message, name: str, user: str) -> None:
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        self.send(
            "reaction_added",
            {
                "type": "reaction_added",
                "user": user,
                "reaction": name,
                "item": item,
                "item_user": message.body.get("user"),
                "api_app_id": APP_ID,
                "event_ts": self._workspace.new_ts(),
            },
        )
