"""The shapes of what Slack sends to an app: commands, block actions, submissions, suggestions, shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.state import HOLDS, first_answers
from sandbox.workspace import APP_ID, BOT_USER, TEAM_ID

if TYPE_CHECKING:
    from sandbox.model import Channel, Json, Message, Person, View
    from sandbox.workspace import Workspace

# Slack still sends this legacy value; apps must not rely on it.
LEGACY_TOKEN = "sandbox"  # noqa: S105 - no secret


def channel_name(channel: Channel) -> str:
    """A channel's name as payloads carry it: private ones and DMs have a generic one."""
    return {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def command(
    workspace: Workspace, person: Person, channel: Channel, name: str, text: str, *, url: str, trigger: str
) -> Json:
    """A slash command: flat, as in a form."""
    return {
        "token": LEGACY_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": workspace.team_domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger,
    }


def _common(workspace: Workspace, kind: str, person: Person) -> Json:
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id,
        },
        "api_app_id": APP_ID,
        "token": LEGACY_TOKEN,
        "team": {"id": TEAM_ID, "domain": workspace.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel_name(channel)}


def _container(message: Message) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": bool(message.only),
    }
    return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def on_message(workspace: Workspace, kind: str, person: Person, channel: Channel, message: Message) -> Json:
    """What interactions on a message share; an ephemeral message is not repeated in it."""
    answers = first_answers(message.body.get("blocks") or [], message.answers.get(person.id))
    payload = _common(workspace, kind, person) | {
        "container": _container(message),
        "channel": _channel(channel),
        "state": {"values": answers},
    }
    return payload if message.only else payload | {"message": message.as_slack()}


def on_view(workspace: Workspace, kind: str, person: Person, view: View) -> Json:
    """What interactions in a modal or Home tab share."""
    return _common(workspace, kind, person) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view.as_slack(),
    }


def action(element: Json, block_id: str, answer: Json | None, action_ts: str) -> Json:
    """One entry of `actions`: the element, and what was chosen in it."""
    done: Json = {
        "type": element["type"],
        "block_id": block_id,
        "action_id": element["action_id"],
        "action_ts": action_ts,
    }
    shown = {"text", "value", "style", "url", "placeholder"}
    done |= {name: it for name, it in element.items() if name in shown or name.startswith("initial_")}
    if answer is not None:
        name = HOLDS[element["type"]]
        done[name] = answer[name]
    return done


def submission(workspace: Workspace, person: Person, view: View, trigger: str, urls: list[Json]) -> Json:
    """A modal submitted."""
    return _common(workspace, "view_submission", person) | {
        "trigger_id": trigger,
        "view": view.as_slack(),
        "response_urls": urls,
    }


def closed(workspace: Workspace, person: Person, view: View, *, cleared: bool) -> Json:
    """A modal closed without submitting, for views that asked to be told."""
    return _common(workspace, "view_closed", person) | {"view": view.as_slack(), "is_cleared": cleared}


def shortcut(workspace: Workspace, person: Person, callback_id: str, trigger: str, action_ts: str) -> Json:
    """A global shortcut."""
    return _common(workspace, "shortcut", person) | {
        "callback_id": callback_id,
        "trigger_id": trigger,
        "action_ts": action_ts,
    }


def message_shortcut(
    workspace: Workspace,
    person: Person,
    callback_id: str,
    message: Message,
    *,
    channel: Channel,
    trigger: str,
    url: str,
) -> Json:
    """A shortcut on a message."""
    return _common(workspace, "message_action", person) | {
        "callback_id": callback_id,
        "trigger_id": trigger,
        "action_ts": workspace.new_ts(),
        "response_url": url,
        "message_ts": message.ts,
        "channel": _channel(channel),
        "message": message.as_slack(),
    }


def event(workspace: Workspace, event: Json, *, shared: bool) -> Json:
    """The wrapper of one event."""
    return {
        "token": LEGACY_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(workspace.clock.now().timestamp()),
        "authorizations": [_authorization()],
        "is_ext_shared_channel": shared,
        "event_context": "sandbox",
    }


def _authorization() -> dict[str, Any]:
    return {
        "enterprise_id": None,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
