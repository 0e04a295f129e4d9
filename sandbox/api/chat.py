"""`chat.*` and `reactions.add`: what the app writes into channels and DMs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.registry import Call, method
from sandbox.checks import TEXT_UPDATE, content_of, metadata_of
from sandbox.errors import SlackError
from sandbox.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID

if TYPE_CHECKING:
    from sandbox.model import Channel, Json, Message


@method("chat.postMessage", scope="chat:write", tier=0)
def post_message(call: Call) -> Json:
    """Post as the app; a person's id as `channel` goes to the DM with that person."""
    channel = writable_channel(call)
    content = content_of(call.args)
    metadata = metadata_of(call.args)
    body = bot_body() | content | thread_of(call, channel)
    if metadata:
        body["metadata"] = metadata
    call.rates.charge_message(channel.id)
    message = call.workspace.post(channel, body, source="chat.postMessage")
    return {"channel": channel.id, "ts": message.ts, "message": message.body}


@method("chat.postEphemeral", scope="chat:write", tier=4)
def post_ephemeral(call: Call) -> Json:
    """Show a message to one person in a channel, until they reload."""
    channel = writable_channel(call)
    person = call.workspace.people.get(call.need("user"))
    if person is None or person.id not in channel.members:
        raise SlackError("user_not_in_channel")
    body = bot_body() | content_of(call.args) | thread_of(call, channel)
    message = call.workspace.post(channel, body, only=person.id, source="chat.postEphemeral")
    return {"message_ts": message.ts}


@method("chat.update", scope="chat:write", tier=3)
def update(call: Call) -> Json:
    """Change one of the app's own messages; parts that are not named stay, `blocks: []` takes them away."""
    channel = known_channel(call)
    message = own_message(call, channel, "cant_update_message")
    if channel.archived:
        raise SlackError("is_archived")
    changes = content_of(call.args, longest=TEXT_UPDATE)
    if call.args.get("text") is None:
        del changes["text"]
    if call.structure("blocks") == []:
        message.body.pop("blocks", None)
    if metadata := metadata_of(call.args):
        changes["metadata"] = metadata
    call.workspace.update(message, changes)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.body["text"],
        "message": message.body,
    }


@method("chat.delete", scope="chat:write", tier=3)
def delete(call: Call) -> Json:
    """Take one of the app's own messages away."""
    channel = known_channel(call)
    message = own_message(call, channel, "cant_delete_message")
    call.workspace.delete(message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", tier=0, takes_json=False)
def get_permalink(call: Call) -> Json:
    """The link to a message."""
    channel = known_channel(call)
    message = channel.find(call.need("message_ts"))
    if message is None or message.only:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": permalink(call.base_url, message)}


@method("reactions.add", scope="reactions:write", tier=3)
def add_reaction(call: Call) -> Json:
    """Put an emoji on a message, once for each person."""
    channel = known_channel(call)
    message = channel.find(call.need("timestamp"))
    if message is None or message.only:
        raise SlackError("message_not_found")
    react(message, call.need("name").strip(":"), BOT_USER)
    call.workspace.signal("message_changed", message=message)
    return {}


def react(message: Message, name: str, person: str) -> None:
    """Add a person's reaction; `already_reacted` for the second of the same."""
    reactions = message.body.setdefault("reactions", [])
    reaction = next((one for one in reactions if one["name"] == name), None)
    if reaction is None:
        reaction = {"name": name, "users": [], "count": 0}
        reactions.append(reaction)
    if person in reaction["users"]:
        raise SlackError("already_reacted")
    reaction["users"].append(person)
    reaction["count"] += 1


def bot_body() -> Json:
    """The fields that tell that the app wrote a message."""
    return {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM_ID}


def permalink(base_url: str, message: Message) -> str:
    """A link in Slack's form, on the sandbox's own host."""
    link = f"{base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else link


def thread_of(call: Call, channel: Channel) -> Json:
    """`thread_ts` and `reply_broadcast`, checked; a thread needs its first message."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return {}
    parent = channel.find(thread_ts)
    if parent is None or parent.only or parent.is_reply:
        raise SlackError("thread_not_found")
    broadcast = {"subtype": "thread_broadcast"} if call.flag("reply_broadcast") else {}
    return {"thread_ts": thread_ts, "parent_user_id": parent.body.get("user"), **broadcast}


def known_channel(call: Call) -> Channel:
    """The argument `channel` (an id), if the app is in it or it is public."""
    channel = call.workspace.channels.get(call.need("channel"))
    if channel is None or (channel.kind != "channel" and BOT_USER not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def own_message(call: Call, channel: Channel, otherwise: str) -> Message:
    """The app's message with the argument `ts`; ephemeral ones can't be found."""
    message = channel.find(call.need("ts"))
    if message is None or message.only:
        raise SlackError("message_not_found")
    if message.body.get("user") != BOT_USER:
        raise SlackError(otherwise)
    return message


def writable_channel(call: Call) -> Channel:
    """The argument `channel` (an id, a `#name` or a person's id), if the app may post there."""
    workspace = call.workspace
    wanted = call.need("channel")
    if wanted in workspace.people:
        channel = dm_with(call, wanted)
    else:
        found = workspace.channels.get(wanted) or workspace.channel(wanted)
        if found is None or (found.kind != "channel" and BOT_USER not in found.members):
            raise SlackError("channel_not_found")
        channel = found
    if channel.archived:
        raise SlackError("is_archived")
    if channel.kind == "im":
        if not workspace.manifest.messages_tab:
            raise SlackError("messages_tab_disabled")
        other = workspace.people[channel.im_with]
        if other.deleted and not other.dm_stands:
            raise SlackError("is_archived")
    elif BOT_USER not in channel.members and "chat:write.public" not in workspace.manifest.scopes:
        raise SlackError("not_in_channel")
    return channel


def dm_with(call: Call, person_id: str) -> Channel:
    """The DM with a person, made if needed; only people who can be reached from here."""
    person = call.workspace.people[person_id]
    if person.bot_id:
        raise SlackError("cannot_dm_bot")
    if person.stranger or (person.deleted and not person.dm_stands):
        raise SlackError("channel_not_found")
    return call.workspace.dm(person.id)
