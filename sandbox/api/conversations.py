"""`conversations.*`: channels and DMs, their members and their history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.registry import Call, method, read_cursor, write_cursor
from sandbox.errors import SlackError, invalid_arguments
from sandbox.workspace import BOT_USER, OTHER_TEAM_ID, TEAM_ID

if TYPE_CHECKING:
    from sandbox.model import Channel, Json, Message

_READ_SCOPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
_KINDS = {"public_channel": "channel", "private_channel": "private", "im": "im", "mpim": "mpim"}


@method("conversations.list", tier=2, takes_json=False)
def list_(call: Call) -> Json:
    """The channels of the asked types: all public ones, and those others that the app is in."""
    channels, metadata = call.page(_listed(call, sorted(call.workspace.channels.values(), key=_by_id)))
    return {
        "channels": [_as_slack(call, channel) for channel in channels],
        "response_metadata": metadata,
    }


@method("users.conversations", tier=3, takes_json=False)
def of_user(call: Call) -> Json:
    """The conversations that a person (default: the app) is in, as far as the app may see them."""
    user = call.text("user") or BOT_USER
    if user not in call.workspace.people:
        raise SlackError("user_not_found")
    mine = [channel for channel in call.workspace.channels.values() if user in channel.members]
    channels, metadata = call.page(_listed(call, sorted(mine, key=_by_id)))
    return {
        "channels": [_as_slack(call, channel) for channel in channels],
        "response_metadata": metadata,
    }


def _by_id(channel: Channel) -> str:
    return channel.id


def _as_slack(call: Call, channel: Channel) -> Json:
    answer = channel_as_slack(channel, BOT_USER)
    if channel.kind == "im":
        answer["is_user_deleted"] = call.workspace.people[channel.im_with].deleted
    return answer


def _listed(call: Call, channels: list[Channel]) -> list[Channel]:
    types = [kind.strip() for kind in (call.text("types") or "public_channel").split(",")]
    for kind in types:
        if kind not in _KINDS:
            raise SlackError("invalid_types")
        call.need_scope(_READ_SCOPES[kind])
    kinds = {_KINDS[kind] for kind in types}
    return [
        channel
        for channel in channels
        if channel.kind in kinds
        and (channel.kind == "channel" or BOT_USER in channel.members)
        and not (channel.archived and call.flag("exclude_archived"))
    ]


@method("conversations.info", tier=3, takes_json=False)
def info(call: Call) -> Json:
    """One channel: whether it is archived, shared with another company, joined by the app."""
    channel = call.readable_channel("read", membership=False)
    answer = _as_slack(call, channel)
    if call.flag("include_num_members"):
        answer["num_members"] = len(channel.members)
    return {"channel": answer}


@method("conversations.members", tier=4, takes_json=False)
def members(call: Call) -> Json:
    """The ids of a channel's members, paged."""
    channel = call.readable_channel("read", membership=False)
    people, metadata = call.page(channel.members)
    return {"members": people, "response_metadata": metadata}


@method("conversations.open", tier=3)
def open_(call: Call) -> Json:
    """The DM with one person; several people at once would need `mpim:write`."""
    call.need_scope("im:write")
    if channel_id := call.text("channel"):
        found = call.workspace.channels.get(channel_id)
        if found is None or found.kind != "im" or BOT_USER not in found.members:
            raise SlackError("channel_not_found")
        return _opened(found, call, already=True)
    users = call.args.get("users")
    ids = users if isinstance(users, list) else [one.strip() for one in call.need("users").split(",")]
    if len(ids) != 1:
        call.need_scope("mpim:write")
        raise invalid_arguments("this workspace opens DMs with one person only [json-pointer:/users]")
    person = call.workspace.people.get(ids[0])
    if person is None:
        raise SlackError("user_not_found")
    if person.bot_id:
        raise SlackError("cannot_dm_bot")
    if person.deleted:
        raise SlackError("user_disabled")
    if person.stranger:
        raise SlackError("user_not_visible")
    already = any(
        channel.im_with and set(channel.members) == {person.id, BOT_USER}
        for channel in call.workspace.channels.values()
    )
    return _opened(call.workspace.dm(person.id), call, already=already)


def _opened(channel: Channel, call: Call, *, already: bool) -> Json:
    whole = call.flag("return_im")
    answer: Json = {"channel": _as_slack(call, channel) if whole else {"id": channel.id}}
    return answer | ({"no_op": True, "already_open": True} if already else {})


@method("conversations.join", scope="channels:join", tier=3)
def join(call: Call) -> Json:
    """Join a public channel; joining again is no error, only a warning."""
    channel = call.workspace.channels.get(call.need("channel"))
    if channel is None or (channel.kind == "private" and BOT_USER not in channel.members):
        raise SlackError("channel_not_found")
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    if BOT_USER in channel.members:
        return {
            "channel": channel_as_slack(channel, BOT_USER),
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    call.workspace.change_channel(channel, "joined", BOT_USER)
    return {"channel": channel_as_slack(channel, BOT_USER)}


@method("conversations.history", tier=3, takes_json=False)
def history(call: Call) -> Json:
    """What a channel shows, newest first; `latest` and `oldest` are left out unless `inclusive`."""
    channel = call.readable_channel("history", membership=True)
    return _messages(call, [message for message in channel.messages if message.in_history])


@method("conversations.replies", tier=3, takes_json=False)
def replies(call: Call) -> Json:
    """A thread, oldest first, its first message on top."""
    channel = call.readable_channel("history", membership=True)
    ts = call.need("ts")
    thread = channel.thread(ts)
    if not thread:
        raise SlackError("thread_not_found")
    limit = call.number("limit", 1000, 1000)
    since = read_cursor(call.text("cursor"), "next_ts")
    wanted = [m for m in _between(call, thread[1:]) if not since or m.ts >= since]
    page = thread[:1] + wanted[: limit - 1] if not since else wanted[:limit]
    rest = wanted[limit - 1 if not since else limit :]
    return _page_of(call, page, rest[0].ts if rest else "")


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = call.text("oldest"), call.text("latest")
    inclusive = call.flag("inclusive")

    def wanted(message: Message) -> bool:
        at = _seconds(message.ts, "ts")
        after = not oldest or at > _seconds(oldest, "oldest") or (inclusive and at == _seconds(oldest, "oldest"))
        before = not latest or at < _seconds(latest, "latest") or (inclusive and at == _seconds(latest, "latest"))
        return after and before

    return [message for message in messages if wanted(message)]


def _seconds(ts: str, name: str) -> int:
    """A `ts` in microseconds, exactly: floats would lose the last digits."""
    whole, _, fraction = ts.partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        raise SlackError(f"invalid_ts_{name}" if name in ("oldest", "latest") else "invalid_arguments")
    return int(whole) * 1_000_000 + int(fraction[:6].ljust(6, "0") or 0)


def _messages(call: Call, messages: list[Message]) -> Json:
    limit = call.number("limit", 100, 999)
    until = read_cursor(call.text("cursor"), "next_ts")
    newest_first = [m for m in reversed(_between(call, messages)) if not until or m.ts <= until]
    rest = newest_first[limit:]
    return _page_of(call, newest_first[:limit], rest[0].ts if rest else "") | {"pin_count": 0}


def _page_of(call: Call, page: list[Message], next_ts: str) -> Json:
    everything = call.flag("include_all_metadata")
    answer: Json = {
        "messages": [
            {key: value for key, value in message.as_slack().items() if everything or key != "metadata"}
            for message in page
        ],
        "has_more": bool(next_ts),
    }
    if next_ts:
        answer["response_metadata"] = {"next_cursor": write_cursor("next_ts", next_ts)}
    return answer


def channel_as_slack(channel: Channel, viewer: str) -> Json:
    """Slack's conversation object as `viewer` gets it."""
    common: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": channel.kind == "im",
        "is_org_shared": False,
        "context_team_id": TEAM_ID,
        "updated": channel.created * 1000,
    }
    if channel.kind == "im":
        other = next((member for member in channel.members if member != viewer), viewer)
        return common | {"user": other, "priority": 0}
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "private",
        "is_mpim": False,
        "is_private": channel.private,
        "is_general": channel.general,
        "is_member": viewer in channel.members,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_pending_ext_shared": channel.pending_shared,
        "pending_shared": [OTHER_TEAM_ID] if channel.pending_shared else [],
        "pending_connected_team_ids": [OTHER_TEAM_ID] if channel.pending_shared else [],
        "shared_team_ids": [TEAM_ID, *([OTHER_TEAM_ID] if channel.shared else [])],
        "connected_team_ids": [OTHER_TEAM_ID] if channel.shared else [],
        "parent_conversation": None,
        "creator": channel.creator,
        "unlinked": 0,
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": channel.creator, "last_set": 0},
        "previous_names": [],
    }
