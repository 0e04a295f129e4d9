"""What a person's own Slack client does by itself: showing, writing, filling in, joining, reading.

`interactions.py` adds what the app hears of. The page and the test language use both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.api.chat import react
from sandbox.api.files import file_as_slack, new_file
from sandbox.model import Channel
from sandbox.state import HOLDS, answer, find_element
from sandbox.workspace import BOT_USER

if TYPE_CHECKING:
    from sandbox.model import File, Json, Message, Person, State, View
    from sandbox.workspace import Workspace


class NotThere(LookupError):
    """The person's client shows no such thing: no person could have done this."""


class Gone(NotThere):
    """What a page may ask for in good faith: it is gone since a moment, taken, or not there for this person."""


@dataclass
class Outcome:
    """What a person notices of their own doing: `failure` is Slack's text, `errors` stand at the fields."""

    failure: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it went through."""
        return not self.failure and not self.errors


class Client:
    """People's clients. Arguments are ids; what the client does not show is NotThere."""

    base_url = ""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    # -- what is shown ----------------------------------------------------------------------

    def person(self, person_id: str) -> Person:
        """An active person."""
        person = self.workspace.people.get(person_id)
        if person is not None and person.deleted:
            raise Gone(f"nobody can act as {person.name} any more")
        if person is None or person.bot_id:
            raise NotThere(f"nobody can act as {person_id}")
        return person

    def channel(self, person: Person, channel_id: str) -> Channel:
        """A channel that the person's client shows."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or not self.workspace.may_see(person.id, channel):
            raise NotThere(f"{person.name} sees no channel {channel_id}")
        return channel

    def message(self, person: Person, channel_id: str, ts: str) -> Message:
        """A message that the person sees; ephemeral ones only if they are for them."""
        message = self.channel(person, channel_id).find(ts)
        if message is None or message.only not in ("", person.id):
            raise Gone(f"{person.name} sees no message {ts} in {channel_id}")
        return message

    def view(self, person: Person, view_id: str) -> View:
        """The person's topmost modal, or Home tab."""
        view = self.workspace.view(view_id)
        stack = self.workspace.stacks[person.id]
        on_top = bool(stack) and stack[-1] is view
        if view is None or view.person != person.id or not (on_top or view.body["type"] == "home"):
            raise Gone(f"{person.name} has no view {view_id} open")
        return view

    def element(self, blocks: list[Json], block_id: str, action_id: str) -> Json:
        """An interactive element of a message or view."""
        element = find_element(blocks, block_id, action_id)
        if element is None:
            raise Gone(f"no element {action_id} in block {block_id}")
        return element

    # -- filling in -------------------------------------------------------------------------

    def choose(
        self, element: Json, block_id: str, value: Any, answers: State, offered: list[Json] | None = None
    ) -> Json | None:
        """Put a plain value into the answers; Slack's form of it, None for a button."""
        if element["type"] not in HOLDS:
            return None
        try:
            done = answer(element, value, offered)
        except ValueError as missing:
            raise NotThere(str(missing)) from None
        if element["type"] == "file_input":
            done["files"] = [self._for_input(element, file_id) for file_id in done["files"]]
        if element["type"] != "overflow":
            answers.setdefault(block_id, {})[element["action_id"]] = done
        return done

    def fill(self, person_id: str, view_id: str, plain: dict[str, dict[str, Any]]) -> None:
        """Keep what was typed into a modal, without telling the app."""
        view = self.view(self.person(person_id), view_id)
        with self.workspace.changed:
            for block_id, values in plain.items():
                for action_id, value in values.items():
                    element = self.element(view.body["blocks"], block_id, action_id)
                    self.choose(element, block_id, value, view.answers, view.offered.get((block_id, action_id)))

    def _for_input(self, element: Json, file_id: str) -> Json:
        """Slack's object for a file in a form; the picker offers only the types that the form asks for."""
        file = self.file(file_id)
        wanted = element.get("filetypes")
        if wanted and file.name.rpartition(".")[2].lower() not in wanted:
            raise NotThere(f"{file.name} is none of {', '.join(wanted)}")
        return file_as_slack(file, self.base_url)

    # -- writing and reading ----------------------------------------------------------------

    def cannot_write(self, person: Person, channel: Channel) -> str:
        """What stands in the place of the composer, if there is none: channels must be joined first."""
        if channel.archived:
            return f"#{channel.name} is archived."
        manifest = self.workspace.manifest
        if BOT_USER in channel.members and channel.kind == "im" and manifest.messages_read_only:
            return "Sending messages to this app has been turned off."
        return "" if person.id in channel.members else f"Join #{channel.name} to write there."

    def write(
        self, person_id: str, channel_id: str, text: str, *, thread_ts: str = "", files: list[str] | None = None
    ) -> Outcome:
        """Write a message into a channel that the person is in."""
        person = self.person(person_id)
        channel = self.channel(person, channel_id)
        if words := self.cannot_write(person, channel):
            return Outcome(words)
        text = self.with_mentions(escape(text), "<{sign}{id}>")
        body: Json = {"user": person.id, "text": text, "client_msg_id": self.workspace.new_id("cm")}
        if thread_ts:
            body["thread_ts"] = thread_ts
        if files:
            shared = [self.file(file_id) for file_id in files]
            for file in shared:
                file.channels.append(channel.id)
            body |= {"files": [file_as_slack(file, self.base_url) for file in shared], "subtype": "file_share"}
        self.workspace.post(channel, body, source="person")
        return Outcome()

    def with_mentions(self, text: str, form: str) -> str:
        """`@name` and `#channel`, as people type them, in the form in which Slack hands them on.

        The page offers whole names, such as the app's, which may be of several words.
        """
        several = {f"@{escape(one.name)}": one for one in self.workspace.people.values() if " " in one.name}

        def resolve(found: re.Match[str]) -> str:
            person = several.get(found[0]) or (self.workspace.person(found[2]) if found[1] == "@" else None)
            known = person or (self.workspace.channel(found[2]) if found[1] == "#" else None)
            return form.format(sign=found[1], id=known.id, name=known.name) if known else found[0]

        names = "".join(rf"{re.escape(name[1:])}(?!\w)|" for name in sorted(several, key=len, reverse=True))
        return re.sub(rf"(?<![\w<])([@#])({names}[\w-]+(?:\.[\w-]+)*)", resolve, text)

    def file(self, file_id: str) -> File:
        """A file that was uploaded."""
        file = self.workspace.files.get(file_id)
        if file is None or file.content is None:
            raise NotThere(f"no file {file_id}")
        return file

    def upload(self, person_id: str, name: str, content: bytes) -> File:
        """Upload a file, to be sent or put into a form afterwards."""
        file = new_file(self.workspace, name, self.person(person_id).id, len(content))
        file.content = content
        file.complete = True
        return file

    def react(self, person_id: str, channel_id: str, ts: str, name: str) -> None:
        """Put an emoji on a message."""
        message = self.message(self.person(person_id), channel_id, ts)
        react(message, name, person_id)
        self.workspace.signal("message_changed", message=message)
        self.workspace.signal("reaction", message=message, name=name, user=person_id)

    def read(self, person_id: str, channel_id: str, ts: str) -> None:
        """Everything up to `ts` is read."""
        channel = self.channel(self.person(person_id), channel_id)
        channel.last_read[person_id] = max(ts, channel.last_read.get(person_id, ""))
        self.workspace.signal("channel", channel=channel, change="read", user=person_id)

    # -- channels ---------------------------------------------------------------------------

    def create(self, person_id: str, name: str, *, private: bool = False) -> Channel:
        """Make a channel with oneself in it."""
        workspace = self.workspace
        if workspace.channel(name):
            raise Gone(f"#{name} is taken")
        created = int(workspace.clock.now().timestamp())
        channel = Channel(workspace.new_id("C"), name, [person_id], private=private, creator=person_id, created=created)
        workspace.channels[channel.id] = channel
        workspace.signal("channel", channel=channel, change="created", user=person_id)
        return channel

    def change_channel(self, channel_id: str, change: str, *, user: str = "", name: str = "") -> None:
        """Join, leave, archive, rename, share … a channel, as a person with the rights to do so."""
        workspace = self.workspace
        channel = workspace.channels.get(channel_id)
        if channel is None or channel.kind == "im":
            raise NotThere(f"no channel {channel_id}")
        if change in ("join", "invite"):
            workspace.change_channel(channel, "joined", user)
        elif change in ("leave", "kick"):
            workspace.change_channel(channel, "left", user)
        elif change == "archive":
            workspace.change_channel(channel, "archived", user, archived=True)
        elif change == "unarchive":
            workspace.change_channel(channel, "unarchived", user, archived=False)
        elif change == "rename":
            workspace.change_channel(channel, "renamed", user, name=name)
        elif change == "share":
            workspace.change_channel(channel, "shared", user, shared=True, pending_shared=False)
        elif change == "share_pending":
            workspace.change_channel(channel, "pending", user, pending_shared=True)
        elif change == "unshare":
            workspace.change_channel(channel, "unshared", user, shared=False, pending_shared=False)
        else:
            raise NotThere(f"no such change: {change}")


def escape(text: str) -> str:
    """What people type as Slack hands it on: `&`, `<` and `>` escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
