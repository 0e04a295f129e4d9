"""What a workspace consists of: people, channels, messages, views, files, user groups.

Plain records without rules; `workspace.py` keeps them, `api/` and `interactions.py` change them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.typed import rich_text

if TYPE_CHECKING:
    from datetime import datetime

Json = dict[str, Any]
State = dict[str, dict[str, Json]]


@dataclass
class Person:
    """Somebody in the directory: a member, guest, bot, or a person of another workspace."""

    id: str
    name: str
    real_name: str
    team_id: str
    email: str = ""
    title: str = ""
    tz: str = "UTC"
    tz_offset: int | None = None
    """For a `tz` that this machine does not know."""
    admin: bool = False
    guest: bool = False
    deleted: bool = False
    dm_stands: bool = False
    """Though deactivated: posts to the DM that was open before still go through, as they mostly do in Slack."""
    bot_id: str = ""
    stranger: bool = False
    grid: Json | None = None
    """What `enterprise_user` says in an Enterprise Grid: `{"enterprise_id", "teams"}`; `team_id` is any of these."""
    updated: int = 0

    def as_slack(self, now: datetime, *, with_email: bool) -> Json:
        """Slack's user object; the e-mail only for callers that may read it."""
        offset = self.tz_offset
        if offset is None:
            offset = _offset(self.tz, now)
        profile: Json = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "title": self.title,
            "team": self.team_id,
            "avatar_hash": "",
        }
        if with_email and self.email and not self.bot_id:
            profile["email"] = self.email
        if self.bot_id:
            profile["bot_id"] = self.bot_id
        user: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": bool(self.bot_id),
            "is_app_user": False,
            "updated": self.updated,
        }
        if self.stranger:
            user["is_stranger"] = True
        if self.grid:
            user["enterprise_user"] = {"id": self.id, "is_admin": False, "is_owner": False, **self.grid}
        if self.deleted:
            return user
        return user | {
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz.rsplit("/", 1)[-1].replace("_", " "),
            "tz_offset": offset,
            "is_admin": self.admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "is_email_confirmed": True,
        }


def _offset(tz: str, now: datetime) -> int:
    try:
        return int((now.astimezone(ZoneInfo(tz)).utcoffset() or timedelta()).total_seconds())
    except (ZoneInfoNotFoundError, ValueError):  # Slack knows zones that this machine does not
        return 0


@dataclass
class Message:
    """One message; `body` is Slack's message object. `only` names the one who sees an ephemeral one."""

    channel: str
    body: Json
    only: str = ""
    warning: str = ""
    answers: dict[str, State] = field(default_factory=dict)
    """What each person has chosen in the message's selects and inputs."""
    offered: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """What each external select has offered so far, the latest first."""

    @property
    def ts(self) -> str:
        """The message's id within its channel."""
        return str(self.body["ts"])

    @property
    def thread_ts(self) -> str:
        """The thread's first message, or an empty text."""
        return str(self.body.get("thread_ts", ""))

    @property
    def is_reply(self) -> bool:
        """Whether the message stands in a thread only."""
        return bool(self.thread_ts) and self.thread_ts != self.ts

    def as_slack(self) -> Json:
        """Slack's message object as the app gets it: what people typed comes with its `rich_text` block."""
        text = str(self.body.get("text") or "")
        if "client_msg_id" not in self.body or not text:
            return self.body
        return self.body | {"blocks": [rich_text(text, self.body["client_msg_id"])]}

    @property
    def in_history(self) -> bool:
        """Whether the channel itself shows the message."""
        return not self.only and (not self.is_reply or self.body.get("subtype") == "thread_broadcast")


@dataclass
class Channel:
    """A channel, private channel or DM with its messages, oldest first."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    private: bool = False
    im_with: str = ""
    """The person of a DM with the bot, or the first of two people."""
    general: bool = False
    archived: bool = False
    shared: bool = False
    """With another company, through Slack Connect."""
    pending_shared: bool = False
    topic: str = ""
    purpose: str = ""
    creator: str = ""
    created: int = 0
    messages: list[Message] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """`channel`, `private` or `im`."""
        return "im" if self.im_with else "private" if self.private else "channel"

    def find(self, ts: str) -> Message | None:
        """The message with this `ts`, ephemeral ones included."""
        at = bisect_right(self.messages, ts, key=lambda message: message.ts) - 1
        return self.messages[at] if at >= 0 and self.messages[at].ts == ts else None

    def after(self, ts: str) -> list[Message]:
        """All messages after `ts`."""
        return self.messages[bisect_right(self.messages, ts, key=lambda message: message.ts) :]

    def thread(self, ts: str) -> list[Message]:
        """The message that starts the thread and its replies."""
        return [m for m in self.messages if not m.only and (ts in (m.ts, m.thread_ts))]


@dataclass
class View:
    """An open modal or a Home tab; `body` is Slack's view object without its state."""

    person: str
    body: Json
    answers: State = field(default_factory=dict)
    offered: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """What each external select has offered so far, the latest first."""
    came_from: str = ""
    """The channel in which the person was when it opened."""

    @property
    def id(self) -> str:
        """Slack's id of the view."""
        return str(self.body["id"])

    def as_slack(self) -> Json:
        """Slack's view object with what has been filled in."""
        return self.body | {"state": {"values": self.answers}}


@dataclass
class File:
    """A file uploaded by the app or a person; shared once it stands in a channel or a form."""

    id: str
    name: str
    owner: str
    length: int
    mimetype: str = "application/octet-stream"
    title: str = ""
    content: bytes | None = None
    created: int = 0
    complete: bool = False
    channels: list[str] = field(default_factory=list)
    ticket: str = ""


@dataclass
class UserGroup:
    """A group of people that can be mentioned, such as `@makers`."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
