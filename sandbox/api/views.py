"""`views.*`: modals and Home tabs that the app opens and changes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sandbox.api.registry import Call, method
from sandbox.checks import view_of
from sandbox.errors import SlackError, invalid_arguments
from sandbox.model import View
from sandbox.state import first_answers
from sandbox.workspace import APP_ID, BOT_ID, MOST_VIEWS, TEAM_ID

if TYPE_CHECKING:
    from sandbox.model import Json
    from sandbox.triggers import Trigger
    from sandbox.workspace import Workspace


@method("views.open", tier=4)
def open_(call: Call) -> Json:
    """Open a modal for whoever's trigger this is; a stack that was open gives way."""
    view, trigger = _modal_of(call), _trigger_of(call)
    opened = push_view(call.workspace, trigger.person, view, fresh=True, came_from=trigger.channel)
    call.workspace.show_modals(trigger.person, "opened", opened)
    return {"view": opened.as_slack()}


@method("views.push", tier=4)
def push(call: Call) -> Json:
    """Put a modal on top of the open one, three deep at most."""
    view, trigger = _modal_of(call), _trigger_of(call)
    if not call.workspace.stacks[trigger.person]:
        raise SlackError("not_found")
    pushed = push_view(call.workspace, trigger.person, view, came_from=trigger.channel)
    call.workspace.show_modals(trigger.person, "pushed", pushed)
    return {"view": pushed.as_slack()}


@method("views.update", tier=4)
def update(call: Call) -> Json:
    """Change an open view by its id or external id; a `hash` guards against a change in between."""
    body = view_of(call.args)
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if bool(view_id) == bool(external_id):
        raise invalid_arguments("provide exactly one of view_id, external_id")
    view = call.workspace.view(view_id, external_id)
    if view is None:
        raise SlackError("not_found")
    if body["type"] != view.body["type"]:
        raise invalid_arguments(f"view type must be {view.body['type']} [json-pointer:/view/type]")
    if call.text("hash") and call.text("hash") != view.body["hash"]:
        raise SlackError("hash_conflict")
    replace_view(call.workspace, view, body)
    if view.body["type"] == "home":
        call.workspace.show_home(view.person, view)
    else:
        call.workspace.show_modals(view.person, "updated", view)
    return {"view": view.as_slack()}


@method("views.publish", tier=4)
def publish(call: Call) -> Json:
    """Set a person's Home tab."""
    workspace = call.workspace
    body = view_of(call.args)
    if body["type"] != "home":
        raise invalid_arguments("must be of type home [json-pointer:/view/type]")
    person = workspace.people.get(call.need("user_id"))
    if person is None or person.bot_id or person.stranger:
        raise SlackError("user_not_found")
    if not workspace.manifest.home_tab:
        raise SlackError("not_enabled")
    home = workspace.homes.get(person.id)
    if call.text("hash") and home is not None and call.text("hash") != home.body["hash"]:
        raise SlackError("hash_conflict")
    if home is None:
        home = _new_view(workspace, person.id, body)
    else:
        replace_view(workspace, home, body)
    workspace.show_home(person.id, home)
    return {"view": home.as_slack()}


def push_view(workspace: Workspace, person: str, body: Json, *, fresh: bool = False, came_from: str = "") -> View:
    """A new modal on the person's stack (`fresh`: on an empty one), its external id being unused."""
    with workspace.changed:
        stack = [] if fresh else workspace.stacks[person]
        if len(stack) >= MOST_VIEWS:
            raise SlackError("push_limit_reached")
        external_id = body.get("external_id")
        if external_id and workspace.view(external_id=external_id):
            raise SlackError("duplicate_external_id")
        view = _new_view(workspace, person, body)
        view.came_from = came_from or (stack[-1].came_from if stack else "")
        view.body["previous_view_id"] = stack[-1].id if stack else None
        view.body["root_view_id"] = stack[0].id if stack else view.id
        workspace.stacks[person] = [*stack, view]
        return view


def replace_view(workspace: Workspace, view: View, body: Json) -> None:
    """Give an open view new content; what people filled in stays where the ids stay."""
    with workspace.changed:
        external_id = body.get("external_id")
        holder = workspace.view(external_id=external_id) if external_id else None
        if holder is not None and holder is not view:
            raise SlackError("duplicate_external_id")
        kept = {key: view.body[key] for key in ("id", "root_view_id", "previous_view_id")}
        view.body = _view_body(workspace, body) | kept
        view.answers = first_answers(view.body["blocks"], view.answers)


def _new_view(workspace: Workspace, person: str, body: Json) -> View:
    view_id = workspace.new_id("V")
    ids = {"id": view_id, "root_view_id": view_id, "previous_view_id": None}
    view = View(person, _view_body(workspace, body) | ids)
    view.answers = first_answers(view.body["blocks"])
    return view


def _view_body(workspace: Workspace, body: Json) -> Json:
    whole: Json = {
        "type": body["type"],
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "callback_id": body.get("callback_id", ""),
        "external_id": body.get("external_id", ""),
        "private_metadata": body.get("private_metadata", ""),
        "clear_on_close": bool(body.get("clear_on_close", False)),
        "notify_on_close": bool(body.get("notify_on_close", False)),
        "hash": f"{int(workspace.clock.now().timestamp())}.{secrets.token_hex(4)}",
        "blocks": workspace.with_ids(body["blocks"]),
    }
    if body["type"] == "modal":
        whole |= {"submit_disabled": bool(body.get("submit_disabled", False))}
        whole |= {name: body.get(name) for name in ("title", "submit", "close")}
    return whole


def _modal_of(call: Call) -> Json:
    view = view_of(call.args)
    if view["type"] != "modal":
        raise invalid_arguments("must be of type modal [json-pointer:/view/type]")
    return view


def _trigger_of(call: Call) -> Trigger:
    return call.triggers.exchange(call.need("trigger_id"))
