"""What the web page asks of the workspace: JSON under `/_sandbox/`, thin over `interactions.py`.

The page acts as a person: `as` is a person's id everywhere. Answers of POSTs are
`{"ok": true, …}`, or `{"ok": false, "error": "words as Slack shows them"}`; HTTP 400 with the same
shape means that the page itself asked nonsense. Nothing here needs a token: it is the person's own
client, not the app.

**Looking**

`GET /_sandbox/state?as=U…` (without `as`: the first person) → everything but the messages:

    {"seq": 41, "now": "2026-11-23T09:00:00+00:00",
     "team": {"id", "name", "domain"},
     "app": {"id", "name", "user_id", "bot_id", "description", "home": true, "connected": 1},
     "me": person, "people": [person…],          # all of them, the bot and the deactivated too
     "usergroups": [{"id", "handle", "name", "users": ["U…"]}],
     "channels": [channel…],                      # those this person may see: public ones, own private ones, own DMs
     "commands": [{"command": "/cta", "description", "usage_hint"}],
     "shortcuts": [{"name", "type": "global"|"message", "callback_id", "description"}],
     "modals": [view…],                           # this person's open stack, the topmost last
     "home": view|null}

    person:  {"id", "name", "real_name", "display_name", "title", "tz", "email", "is_bot", "deleted",
              "guest", "stranger" (of another workspace), "image": null, "initials": "MR", "color": "#3c989f"}
    channel: {"id", "kind": "channel"|"private"|"im", "name" (im: the other's name), "user" (im: the other's id),
              "topic", "members": ["U…"], "member": true, "archived": false, "shared": false (with another company),
              "unread": 3, "mentions": 1, "last_read": "ts", "latest": "ts"|null}
    view:    Slack's view object as the Web API answers it (id, type, title, blocks, submit, close, hash,
             callback_id, state: {"values": …}, previous_view_id, …); all blocks and elements carry their ids.
             `state.values` is what this person has filled in so far, so that a reload keeps it.

`GET /_sandbox/messages?as=U…&channel=C…[&thread=TS][&before=TS][&limit=100]` →
`{"messages": [message…], "has_more": false}`, oldest first. Without `thread`: what the channel shows (thread
parents carry `reply_count`, `reply_users`, `latest_reply`); with it: the parent and its replies. This person's
ephemerals are among them.

    message: Slack's message object (type, subtype?, ts, user, bot_id?, text, blocks?, files?, thread_ts?, edited?,
             reactions?, metadata?) plus `"ephemeral": true` for "Only visible to you", `"channel": "C…"`, and
             `"warning": "…"` while the last click on it failed (the warning mark beside the button)

`GET /_sandbox/files/F…?as=U…` → the file's bytes (`message.files[].page_url` says it).
`GET /_sandbox/log?after=SEQ[&kind=posted]` → `{"entries": […]}`, the log.

**Live**

`WebSocket /_sandbox/live?as=U…` sends one JSON object a frame, from the moment of connecting on (fetch the state after
connecting); the page sends nothing on it. Every frame has `type` and `seq`:

    message          {"channel", "message"}            new (also ephemeral ones and thread replies: `thread_ts`)
    message_changed  {"channel", "message"}            replace the message with this `ts`
    message_deleted  {"channel", "ts"}
    modals           {"modals": [view…]}               the whole stack, after any change of it
    home             {"home": view}
    channel          {"channel": channel}              new, changed, archived, shared, left (`member`), read
    person           {"person": person}
    clock            {"now": "…"}                      after a jump
    app              {"connected": 0}                  how many sockets the app has open
    reload           {}                                the workspace was reset: fetch everything again

`now` runs on with real time between `clock` frames, unless `"frozen": true` stands beside it.

**Doing**: `POST /_sandbox/do/ACTION` with JSON, always with `as`

    send        {channel, text, thread_ts?, files?: ["F…"]}
                a text that starts with `/` is a slash command (in a thread: refused, as in Slack).
                → {ok, ts?} ; failure texts of commands arrive as ephemeral messages from Slackbot as well
    act         {source, block_id, action_id, value, state?}      click, choose, tick, pick: any interactive element
                source: {"channel", "ts"} (message, also ephemeral) or {"view": "V…"} (modal or Home)
                → {ok} or {ok: false, error: "…"}: show a warning mark at the element
    submit      {view, state}       → {ok} | {ok: false, errors: {block_id: text}}
                | {ok: false, error: "We had some trouble connecting. Try again?"}
                required, length, number, e-mail and url checks of the client are made here too and come as `errors`.
                The stack after it comes as a `modals` frame (and as `modals` in this answer).
    close       {view, all?: true}  closes the topmost modal (or the stack)          → {ok, modals}
    fill        {view, state}       optional: keeps what was typed, without telling the app
    suggest     {source, block_id, action_id, query}    → {ok, options: […]} or {ok, option_groups: […]}
                (also for users_, conversations_ and channels_select: options made from the directory)
    shortcut    {callback_id, channel?, ts?}             global; with channel and ts: on that message
    home        {}                  opens the app's Home tab (tells the app)          → {ok, home}
    read        {channel, ts}       everything up to `ts` is read
    dm          {user}              opens the DM with a person or the bot             → {ok, channel}
    react       {channel, ts, name}
    channel     {channel, change, name?, user?}          change: join, leave, invite, kick, archive, unarchive,
                rename, share, share_pending, unshare
    create      {name, private?: false}                                             → {ok, channel}
    person      {user, change: "deactivate"|"reactivate"|"tz", tz?}
    jump        {to: "2027-03-01T09:00:00+00:00"}  forward only                      → {ok, now}
    upload      multipart form: as, file            → {ok, file: {"id", "name", "mimetype", "size"}};
                then `send` with `files`, or as the value of a `file_input`

`value` and `state` (`{block_id: {action_id: value}}`) hold plain values, by the element's type:

    button                                           null (the element's own value is used)
    static_select, external_select, overflow, radio_buttons     "option value" or null
    multi_static_select, multi_external_select, checkboxes      ["option value", …]
    users_select, conversations_select, channels_select         "U…" or null; the multi_ ones: ["U…", …]
    datepicker "2026-12-18", timepicker "15:00", datetimepicker 1797606000 (unix seconds), or null
    plain_text_input, email_text_input, url_text_input, number_input    "text" or null
    rich_text_input                                  the rich_text object or null
    file_input                                       ["F…"]

For an external select the option chosen is looked up among those that `suggest` has answered for that element.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from sandbox.api.files import as_attachment
from sandbox.client import Gone, NotThere
from sandbox.errors import SlackError
from sandbox.page_doings import DOINGS
from sandbox.page_live import Live
from sandbox.workspace import APP_ID, BOT_ID, BOT_USER

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from sandbox.model import Channel, Json, Message, Person
    from sandbox.server import Sandbox

_COLOURS = ("#3c989f", "#9b59b6", "#c0704a", "#4a7ebb", "#5f8f3e", "#b8506f", "#7a6a4f", "#6b6fb5")
_PAGE = 100


def routes(sandbox: Sandbox) -> list[BaseRoute]:
    """The page's JSON routes, for one sandbox."""
    looking = Looking(sandbox)
    live = Live(sandbox, looking)
    doing = Doing(sandbox, looking)
    return [
        Route("/_sandbox/state", looking.state),
        Route("/_sandbox/messages", looking.messages),
        Route("/_sandbox/files/{file}", looking.file),
        Route("/_sandbox/log", looking.log),
        WebSocketRoute("/_sandbox/live", live.serve),
        Route("/_sandbox/do/{action}", doing.serve, methods=["POST"]),
    ]


class Looking:
    """What a person's page shows, as JSON."""

    def __init__(self, sandbox: Sandbox) -> None:
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
            return _nonsense(wrong)
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
            return _nonsense(wrong)
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
            return _nonsense(wrong)
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


class Doing:
    """The POSTs: each action by name, its answer as JSON."""

    def __init__(self, sandbox: Sandbox, looking: Looking) -> None:
        self._sandbox = sandbox
        self._looking = looking

    async def serve(self, request: Request) -> Response:
        """One action."""
        doing = DOINGS.get(request.path_params["action"])
        if doing is None:
            return _nonsense(LookupError("no such action"))
        try:
            body = await _body(request)
            me = self._sandbox.people.person(str(body.get("as", "")))
            answer = await doing(self._sandbox, self._looking, me, body)
        except (NotThere, KeyError, TypeError, ValueError) as wrong:
            return _nonsense(wrong)
        except SlackError as refusal:
            return JSONResponse({"ok": False, "error": refusal.code})
        finally:
            await request.close()  # an upload's temporary file
        return JSONResponse(answer)


async def _body(request: Request) -> Json:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return dict(await request.form())
    body = json.loads(await request.body() or b"{}")
    if not isinstance(body, dict):
        raise TypeError("the body is no object")
    return body


def _nonsense(wrong: Exception) -> Response:
    """Why it can't be had. What the page could not know (`Gone`) makes it no bad request."""
    status = 200 if isinstance(wrong, Gone) else 400
    return JSONResponse({"ok": False, "error": str(wrong) or type(wrong).__name__}, status)
