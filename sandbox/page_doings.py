"""The page's actions, one function each under the name that stands in its URL (see `page_api.py`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.client import NotThere, Outcome
from sandbox.state import find_element

if TYPE_CHECKING:
    from sandbox.looking import Looking
    from sandbox.model import Json, Message, Person, View
    from sandbox.parts import World

Do = Callable[["World", "Looking", "Person", "Json"], Awaitable["Json"]]
DOINGS: dict[str, Do] = {}


def doing(run: Do) -> Do:
    """Register an action under its function's name."""
    DOINGS[run.__name__.rstrip("_")] = run
    return run


def _as_json(outcome: Outcome, **more: Any) -> Json:
    answer: Json = {"ok": outcome.ok, **more}
    if outcome.errors:
        answer["errors"] = outcome.errors
    if outcome.failure:
        answer["error"] = outcome.failure
    return answer


def _source(sandbox: World, me: Person, body: Json) -> Message | View:
    source = body["source"]
    if "view" in source:
        return sandbox.people.view(me, source["view"])
    return sandbox.people.message(me, source["channel"], source["ts"])


@doing
async def send(sandbox: World, _: Looking, me: Person, body: Json) -> Json:
    """Write a message or call a command."""
    thread_ts = body.get("thread_ts") or ""
    outcome = await sandbox.people.send(
        me.id, body["channel"], body["text"], thread_ts=thread_ts, files=body.get("files")
    )
    messages = sandbox.workspace.channels[body["channel"]].messages
    return _as_json(outcome, ts=messages[-1].ts if messages else None)


@doing
async def act(sandbox: World, _: Looking, me: Person, body: Json) -> Json:
    """Click or choose something in a message or view."""
    source, block_id, action_id = body["source"], body["block_id"], body["action_id"]
    value = body.get("value")
    if "view" in source:
        _keep(sandbox, me, source["view"], body)
        outcome = await sandbox.people.act_on_view(me.id, source["view"], block_id, action_id, value)
    else:
        outcome = await sandbox.people.act_on_message(
            me.id, source["channel"], source["ts"], block_id, action_id, value
        )
    return _as_json(outcome)


def _keep(sandbox: World, me: Person, view_id: str, body: Json) -> None:
    """Take over what was typed, as far as the view (which may have changed meanwhile) still has the fields."""
    view = sandbox.people.view(me, view_id)
    state = {
        block_id: {
            action_id: value
            for action_id, value in values.items()
            if find_element(view.body["blocks"], block_id, action_id)
        }
        for block_id, values in (body.get("state") or {}).items()
    }
    sandbox.people.fill(me.id, view_id, state)


@doing
async def submit(sandbox: World, looking: Looking, me: Person, body: Json) -> Json:
    """Submit the topmost modal."""
    _keep(sandbox, me, body["view"], body)
    outcome = await sandbox.people.submit(me.id, body["view"])
    return _as_json(outcome, modals=looking.modals(me.id))


@doing
async def fill(sandbox: World, _: Looking, me: Person, body: Json) -> Json:
    """Keep what was typed."""
    _keep(sandbox, me, body["view"], body)
    return {"ok": True}


@doing
async def close(sandbox: World, looking: Looking, me: Person, body: Json) -> Json:
    """Close the topmost modal, or all."""
    outcome = await sandbox.people.close(me.id, body["view"], everything=bool(body.get("all")))
    return _as_json(outcome, modals=looking.modals(me.id))


@doing
async def suggest(sandbox: World, _: Looking, me: Person, body: Json) -> Json:
    """Options for what was typed: the app's, or the directory's for people and channels."""
    block_id, action_id, query = body["block_id"], body["action_id"], str(body.get("query", ""))
    source = _source(sandbox, me, body)
    element = sandbox.people.element(source.body["blocks"], block_id, action_id)
    if "external" in element["type"]:
        options, groups = await sandbox.people.suggest(me.id, source, block_id, action_id, query)
        return {"ok": True, "option_groups": groups} if groups else {"ok": True, "options": options}
    names = _directory(sandbox, me, element["type"])
    found = [(key, name) for key, name in names if query.lower() in name.lower()]
    return {
        "ok": True,
        "options": [{"text": {"type": "plain_text", "text": name}, "value": key} for key, name in found[:20]],
    }


def _directory(sandbox: World, me: Person, kind: str) -> list[tuple[str, str]]:
    workspace = sandbox.workspace
    if "users" in kind:
        return [(one.id, one.real_name) for one in workspace.people.values() if not one.deleted]
    return [
        (one.id, f"#{one.name}")
        for one in workspace.channels.values()
        if one.kind != "im" and workspace.may_see(me.id, one)
    ]


@doing
async def shortcut(sandbox: World, _: Looking, me: Person, body: Json) -> Json:
    """A global shortcut or, with a message, one on it."""
    if body.get("ts"):
        return _as_json(await sandbox.people.message_shortcut(me.id, body["callback_id"], body["channel"], body["ts"]))
    return _as_json(await sandbox.people.shortcut(me.id, body["callback_id"]))


@doing
async def home(sandbox: World, _: Looking, me: Person, _body: Json) -> Json:
    """Open the Home tab."""
    outcome = await sandbox.people.open_home(me.id)
    view = sandbox.workspace.homes.get(me.id)
    return _as_json(outcome, home=view.as_slack() if view else None)


@doing
async def read(sandbox: World, _: Looking, me: Person, body: Json) -> Json:
    """Mark as read."""
    sandbox.people.read(me.id, body["channel"], body["ts"])
    return {"ok": True}


@doing
async def dm(sandbox: World, looking: Looking, me: Person, body: Json) -> Json:
    """Open a DM."""
    if body["user"] not in sandbox.workspace.people:
        raise NotThere(f"nobody is {body['user']}")
    return {"ok": True, "channel": looking.channel(sandbox.workspace.dm(me.id, body["user"]), me)}


@doing
async def react(sandbox: World, _: Looking, me: Person, body: Json) -> Json:
    """Put an emoji on a message."""
    sandbox.people.react(me.id, body["channel"], body["ts"], body["name"])
    return {"ok": True}


@doing
async def channel(sandbox: World, _: Looking, me: Person, body: Json) -> Json:
    """Change a channel."""
    user = body.get("user") or me.id
    sandbox.people.change_channel(body["channel"], body["change"], user=user, name=body.get("name", ""))
    return {"ok": True}


@doing
async def create(sandbox: World, looking: Looking, me: Person, body: Json) -> Json:
    """Make a channel."""
    made = sandbox.people.create(me.id, body["name"], private=bool(body.get("private")))
    return {"ok": True, "channel": looking.channel(made, me)}


@doing
async def person(sandbox: World, _: Looking, _me: Person, body: Json) -> Json:
    """Change somebody in the directory."""
    who = sandbox.workspace.people[body["user"]]
    if body["change"] == "tz":
        sandbox.workspace.change_person(who, tz=body["tz"])
    elif body["change"] in ("deactivate", "reactivate"):
        sandbox.workspace.change_person(who, deleted=body["change"] == "deactivate")
    else:
        raise NotThere(f"no such change: {body['change']}")
    return {"ok": True}


@doing
async def jump(sandbox: World, looking: Looking, _: Person, body: Json) -> Json:
    """Move time forward."""
    to = datetime.fromisoformat(body["to"])
    if to.tzinfo is None:
        raise NotThere("the moment needs a time zone")
    # In a thread of its own: whoever listens may call the sandbox, which this loop serves.
    await asyncio.to_thread(sandbox.jump, to)
    return {"ok": True, **looking.clock()}


@doing
async def upload(sandbox: World, _: Looking, me: Person, body: Json) -> Json:
    """Take a file in."""
    sent = body["file"]
    file = sandbox.people.upload(me.id, sent.filename or "file", await sent.read())
    shown = {"id": file.id, "name": file.name, "mimetype": file.mimetype, "size": file.length}
    return {"ok": True, "file": shown}
