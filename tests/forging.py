"""Commands, clicks and forms as no client would send them: by anybody, of anything, whatever Slack shows them."""

import json
from itertools import count

from sandbox import payloads

_DRAWN = count(1)


def forged(world, who, kind, **fields):
    """What is common to all that is clicked and submitted; its trigger opens a form, as a real one does."""
    person = world.sandbox.workspace.people[world.person_id(who)]
    return {
        "type": kind,
        "user": {"id": person.id, "team_id": person.team_id},
        "team": {"id": "T0SANDBOX"},
        "trigger_id": world.sandbox.triggers.mint(person.id),
        **fields,
    }


def click(world, who, action_id, value, **fields):
    """A button that was once drawn, or a choice from a menu; `fields` are what stands beside the action."""
    action = {"action_id": action_id, "block_id": "b", "type": "button", "value": value, "action_ts": "1"}
    action |= fields.pop("action", {})
    return world.forge(forged(world, who, "block_actions", actions=[action], **fields))


def view(callback_id, meta, values):
    """A form as it is held: what it carries, and what stands in its fields (a list: what is ticked)."""
    return {
        "id": "V1",
        "hash": f"1.{next(_DRAWN)}",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": json.dumps(meta),
        "state": {"values": {name: {name: _field(value)} for name, value in values.items()}},
        "blocks": [{"type": "input", "block_id": name} for name in values] or [{"type": "section", "block_id": "s"}],
    }


def _field(value):
    if isinstance(value, list):
        return {"type": "checkboxes", "selected_options": [{"value": one} for one in value]}
    return {"type": "plain_text_input", "value": value}


def submit(world, who, callback_id, meta, values):
    """A form that nobody opened, submitted: what its ack says."""
    return world.forge(
        forged(world, who, "view_submission", view=view(callback_id, meta, values)), accepts_payload=True
    )


def suggest(world, who, action_id, typed, meta):
    """Letters typed into a list: what is offered."""
    asked = {"action_id": action_id, "block_id": "b", "value": typed, "view": view("", meta, {})}
    return world.forge(forged(world, who, "block_suggestion", **asked), accepts_payload=True)


def shortcut(world, who, callback_id, **message):
    """A shortcut, of a message if one is given."""
    kind = "message_action" if message else "shortcut"
    world.forge(forged(world, who, kind, callback_id=callback_id, action_ts="1", **message))


def command(world, who, text):
    """A command as somebody types it whom Slack would not let type it: what its ack says."""
    workspace = world.sandbox.workspace
    person = workspace.people[world.person_id(who)]
    name, _, rest = text.partition(" ")
    trigger = world.sandbox.triggers.mint(person.id)
    body = payloads.command(workspace, person, workspace.dm(person.id), name, rest, url="", trigger=trigger)
    body["user_team"] = person.team_id
    delivery = world.sandbox.delivery
    return world.sandbox.run(delivery.deliver("slash_commands", body, about="forged", accepts_payload=True))
