"""Keeps a workspace in a JSON file: channels with their messages, people, groups, files, Home tabs.

Open modals, response URLs and trigger ids do not outlive the server, as they would not outlive a reload.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.model import Channel, File, Message, Person, UserGroup, View

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.workspace import Workspace

FORMAT = 1


def save(workspace: Workspace, path: Path) -> None:
    """Write the workspace, replacing the file in one step."""
    with workspace.changed:
        kept = {
            "format": FORMAT,
            "now": workspace.clock.now().isoformat(),
            "people": [asdict(person) for person in workspace.people.values()],
            "channels": [_channel(channel) for channel in workspace.channels.values()],
            "usergroups": [asdict(group) for group in workspace.usergroups.values()],
            "files": [_file(file) for file in workspace.files.values() if file.complete],
            "homes": [{"person": home.person, "body": home.body} for home in workspace.homes.values()],
            "counters": workspace.counters(),
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_text(json.dumps(kept), encoding="utf-8")
    fresh.replace(path)


def load(workspace: Workspace, path: Path) -> bool:
    """Fill the workspace from a file; False if the file is of another format. Time goes on from where it was.

    Raises ValueError for a file that was never ours: it would be overwritten at the end.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["format"] != FORMAT:
            return False
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} holds no workspace of the sandbox") from error
    with workspace.changed:
        workspace.clear()
        workspace.people.update({item["id"]: Person(**item) for item in kept["people"]})
        for item in kept["channels"]:
            messages = [Message(item["id"], **message) for message in item.pop("messages")]
            workspace.channels[item["id"]] = Channel(**item, messages=messages)
        workspace.usergroups.update({item["id"]: UserGroup(**item) for item in kept["usergroups"]})
        for item in kept["files"]:
            content = base64.b64decode(item.pop("content"))
            workspace.files[item["id"]] = File(**item, content=content)
        workspace.homes.update({item["person"]: View(**item) for item in kept["homes"]})
        workspace.set_counters(kept["counters"])
        then = datetime.fromisoformat(kept["now"])
        if then > workspace.clock.now():
            workspace.clock.jump(then)
    return True


def _channel(channel: Channel) -> dict[str, Any]:
    kept = {name: value for name, value in vars(channel).items() if name != "messages"}
    messages = [
        {"body": message.body, "only": message.only, "answers": message.answers}
        for message in channel.messages
        if not message.only
    ]
    return kept | {"messages": messages}


def _file(file: File) -> dict[str, Any]:
    return asdict(file) | {"content": base64.b64encode(file.content or b"").decode()}
