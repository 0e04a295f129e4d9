"""What a person's page shows of the workspace, as JSON (docs/sandbox-page.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from sandbox.api.files import as_attachment
from sandbox.client import Gone, NotThere
from sandbox.workspace import APP_ID, BOT_ID, BOT_USER

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from sandbox.model import Channel, Json, Message, Person
    from sandbox.parts import World

_COLOURS = ("#3c989f", "#9b59b6", "#c0704a", "#4a7ebb", "#5f8f3e", "#b8506f", "#7a6a4f", "#6b6fb5")


_PAGE = 100


class Looking:
    """What a person's page shows, as JSON."""

    def __init__(self, sandbox: World) -> None:
        self._sandbox = sandbox
        self._workspace = sandbox.workspace

    def viewer(self, request: Request | WebSocket) -> Person:
        """The person that the page acts as; who opens it for the first time is the first in the directory."""
        people = self._workspace.people.values()
        first = next((person.id for person in people if not (person.deleted or person.bot_id)), "")
        return self._sandbox.people.person(request.query_params.get("as") or first)

    async def state(self, request: Request) -> Response:
        """Everything but the messages."""
        try:
            me = self.viewer(request)
        except NotThere as wrong:
            return nonsense(wrong)
        workspace = self._workspace
        manifest = workspace.manifest
        with workspace.changed:
            home = workspace.homes.get(me.id)
            answer = {
                "seq": workspace.log.seq,
                **self.clock(),
                "team": {"id": me.team_id, "name": workspace.team_name, "domain": workspace.team_domain},
                "app": {
                    "id": APP_ID,
                    "name": manifest.name,
                    "user_id": BOT_USER,
                    "bot_id": BOT_ID,
                    "description": manifest.description,
                    "home": manifest.home_tab,
                    "connected": self._sandbox.sockets.connected,
                },
                "me": self.person(me),
                "people": [self.person(person) for person in workspace.people.values()],
                "usergroups": [
                    {"id": group.id, "handle": group.handle, "name": group.name, "users": group.users}
                    for group in workspace.usergroups.values()
                ],
                "channels": [
                    self.channel(channel, me)
                    for channel in workspace.channels.values()
                    if workspace.may_see(me.id, channel)
                ],
                "commands": [
                    {"command": one.command, "description": one.description, "usage_hint": one.usage_hint}
                    for one in manifest.commands
                ],
                "shortcuts": [vars(one) for one in manifest.shortcuts],
                "modals": self.modals(me.id),
                "home": home.as_slack() if home else None,
            }
        return JSONResponse(answer)

    async def messages(self, request: Request) -> Response:
        """One page of a channel or thread."""
        query = request.query_params
        try:
            me = self.viewer(request)
            channel = self._sandbox.people.channel(me, query.get("channel", ""))
            limit = max(1, int(query.get("limit", _PAGE)))
        except (NotThere, ValueError) as wrong:
            return nonsense(wrong)
        thread, before = query.get("thread", ""), query.get("before", "")
        with self._workspace.changed:
            found = [
                message
                for message in channel.messages
                if self.shows(message, me.id, thread) and (not before or message.ts < before)
            ]
            page = [self.message(message) for message in found[-limit:]]
        return JSONResponse({"messages": page, "has_more": len(found) > limit})

    async def file(self, request: Request) -> Response:
        """The bytes of a file."""
        try:
            self.viewer(request)
            file = self._sandbox.people.file(request.path_params["file"])
        except NotThere as wrong:
            return nonsense(wrong)
        return Response(file.content, media_type=file.mimetype, headers=as_attachment(file.name))

    async def log(self, request: Request) -> Response:
        """The log after a number; `kind` narrows it."""
        kinds = request.query_params.getlist("kind")
        entries = self._workspace.log.entries(*kinds, after=int(request.query_params.get("after", 0)))
        return JSONResponse({"entries": [entry.as_dict() for entry in entries]})

    # -- one thing each ---------------------------------------------------------------------

    def clock(self) -> Json:
        """The workspace's moment, and whether it stands."""
        return {"now": self._sandbox.now().isoformat(), "frozen": self._sandbox.clock.frozen}

    def person(self, person: Person) -> Json:
        """One person."""
        words = person.real_name.split()
        return {
            "id": person.id,
            "name": person.name,
            "real_name": person.real_name,
            "display_name": person.name,
            "title": person.title,
            "tz": person.tz,
            "email": person.email,
            "is_bot": bool(person.bot_id),
            "deleted": person.deleted,
            "guest": person.guest,
            "stranger": person.stranger,
            "image": None,
            "initials": (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper(),
            "color": _COLOURS[list(self._workspace.people).index(person.id) % len(_COLOURS)],
        }

    def channel(self, channel: Channel, me: Person) -> Json:
        """One channel as this person has it."""
        other = next((member for member in channel.members if member != me.id), me.id)
        seen = channel.last_read.get(me.id, "")
        unread = [
            message
            for message in channel.after(seen)
            if message.in_history and message.body.get("user") != me.id and me.id in channel.members
        ]
        is_im = channel.kind == "im"
        return {
            "id": channel.id,
            "kind": channel.kind,
            "name": self._workspace.people[other].real_name if is_im else channel.name,
            "user": other if is_im else None,
            "topic": channel.topic,
            "members": channel.members,
            "member": me.id in channel.members,
            "archived": channel.archived,
            "shared": channel.shared,
            "unread": len(unread),
            "mentions": len(unread) if is_im else sum(f"<@{me.id}" in str(m.body) for m in unread),
            "last_read": seen,
            "latest": channel.messages[-1].ts if channel.messages else None,
        }

    def message(self, message: Message) -> Json:
        """One message."""
        shown: Json = {**message.body, "channel": message.channel}
        if message.only:
            shown["ephemeral"] = True
        if message.warning:
            shown["warning"] = message.warning
        return shown

    def modals(self, person_id: str) -> list[Json]:
        """A person's stack, the topmost last."""
        return [view.as_slack() for view in self._workspace.stacks[person_id]]

    @staticmethod
    def shows(message: Message, person_id: str, thread: str) -> bool:
        """Whether a channel (or a thread of it) shows the message to this person."""
        if message.only not in ("", person_id):
            return False
        if thread:
            return thread in (message.ts, message.thread_ts)
        return message.in_history or (bool(message.only) and not message.is_reply)


def nonsense(wrong: Exception) -> Response:
    """Why it can't be had. What the page could not know (`Gone`) makes it no bad request."""
    status = 200 if isinstance(wrong, Gone) else 400
    return JSONResponse({"ok": False, "error": str(wrong) or type(wrong).__name__}, status)
