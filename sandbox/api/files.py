"""`files.*`: uploads in three steps, and what is known of a file."""

from __future__ import annotations

import mimetypes
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote

from sandbox.api.chat import bot_body, thread_of, writable_channel
from sandbox.api.registry import Call, method
from sandbox.errors import SlackError, invalid_arguments
from sandbox.model import File
from sandbox.workspace import BOT_USER

if TYPE_CHECKING:
    from sandbox.model import Json
    from sandbox.workspace import Workspace

LARGEST = 1_000_000_000


@method("files.getUploadURLExternal", scope="files:write", tier=4)
def get_upload_url(call: Call) -> Json:
    """A place to send the bytes to."""
    name, length = call.need("filename"), call.number("length", 0, LARGEST)
    file = new_file(call.workspace, name, BOT_USER, length)
    file.ticket = secrets.token_urlsafe(24)
    return {"file_id": file.id, "upload_url": f"{call.base_url}/upload/v1/{file.ticket}"}


@method("files.completeUploadExternal", scope="files:write", tier=4)
def complete_upload(call: Call) -> Json:
    """Finish uploads and, given a channel, post them there."""
    wanted = call.structure("files")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, dict) for one in wanted):
        raise invalid_arguments("missing required field: files")
    files = []
    for one in wanted:
        file = call.workspace.files.get(str(one.get("id")))
        if file is None or file.content is None:
            raise SlackError("file_not_found")
        file.title = str(one.get("title") or file.name)
        files.append(file)
    if channel_id := call.text("channel_id"):
        call.args["channel"] = channel_id
        channel = writable_channel(call)
        if BOT_USER not in channel.members:
            raise SlackError("not_in_channel")
        body = bot_body() | {"text": call.text("initial_comment")} | thread_of(call, channel)
        for file in files:
            file.channels.append(channel.id)
        body["files"] = [file_as_slack(file, call.base_url) for file in files]
        call.workspace.post(channel, body, source="files.completeUploadExternal")
    for file in files:
        file.complete = True
    return {"files": [file_as_slack(file, call.base_url) for file in files]}


@method("files.info", scope="files:read", tier=4, takes_json=False)
def info(call: Call) -> Json:
    """One file, with the URL from which its bytes can be read with the app's token."""
    file = call.workspace.files.get(call.need("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return {
        "file": file_as_slack(file, call.base_url),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def new_file(workspace: Workspace, name: str, owner: str, length: int) -> File:
    """A file that has been announced; its bytes come later."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    created = int(workspace.clock.now().timestamp())
    file = File(workspace.new_id("F"), name, owner, length, kind, title=name, created=created)
    workspace.files[file.id] = file
    return file


def as_attachment(name: str) -> dict[str, str]:
    """Headers under which a browser saves a file, whatever is in it, and never shows it as a page of ours."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }


def file_as_slack(file: File, base_url: str) -> Json:
    """Slack's file object; `page_url` is the sandbox page's own way to the bytes."""
    place = f"{file.id}/{quote(file.name, safe='')}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2].lower() or "binary",
        "user": file.owner,
        "mode": "hosted",
        "size": file.length,
        "is_external": False,
        "is_public": bool(file.channels),
        "channels": file.channels,
        "url_private": f"{base_url}/files-pri/{place}",
        "url_private_download": f"{base_url}/files-pri/{file.id}/download/{quote(file.name, safe='')}",
        "permalink": f"{base_url}/files/{file.owner}/{place}",
        "page_url": f"/_sandbox/files/{file.id}",
    }
