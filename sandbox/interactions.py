"""What people do that the app hears of: commands, clicks, forms, typeaheads, shortcuts, Home.

The page and the test language both come through here. Runs on the server's event loop. Each doing goes
to the app and waits for its ack, and what the ack says is carried out as Slack would; without an ack
the person sees Slack's own failure text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import payloads
from sandbox.api.views import push_view, replace_view
from sandbox.blockkit import check_suggestions
from sandbox.checks import check_view_or_refuse
from sandbox.client import Client, Gone, NotThere, Outcome, escape
from sandbox.errors import SlackError
from sandbox.model import View
from sandbox.responses import Target
from sandbox.sockets import Unacked
from sandbox.state import HOLDS, complaints, elements, leaves, options_of
from sandbox.workspace import SLACKBOT

if TYPE_CHECKING:
    from sandbox.delivery import Delivery
    from sandbox.events import EventFeed
    from sandbox.model import Channel, Json, Message, Person
    from sandbox.responses import Responses
    from sandbox.triggers import Triggers
    from sandbox.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"
SHORTEST_QUERY = 3


class Interactions(Client):
    """All doings that go to the app. Arguments are ids; what the person's client does not show is NotThere."""

    def __init__(
        self,
        workspace: Workspace,
        delivery: Delivery,
        events: EventFeed,
        triggers: Triggers,
        responses: Responses,
    ) -> None:
        super().__init__(workspace)
        self.delivery = delivery
        self.events = events
        self.triggers = triggers
        self.responses = responses

    # -- commands ---------------------------------------------------------------------------

    async def send(
        self, person_id: str, channel_id: str, text: str, *, thread_ts: str = "", files: list[str] | None = None
    ) -> Outcome:
        """Write a message or, with a leading slash, call a command."""
        if text.startswith("/"):
            return await self.command(person_id, channel_id, text, thread_ts=thread_ts)
        return self.write(person_id, channel_id, text, thread_ts=thread_ts, files=files)

    async def command(
        self, person_id: str, channel_id: str, typed: str, *, thread_ts: str = "", forged: bool = False
    ) -> Outcome:
        """Call a slash command; unknown ones, all in threads, and (unless `forged`) strangers' never reach the app."""
        person = self.person(person_id)
        channel = self.channel(person, channel_id)
        if words := self.cannot_write(person, channel):
            return Outcome(words)
        name, _, text = typed.strip().partition(" ")
        known = self.workspace.manifest.command(name)
        if known is None or (person.stranger and not forged):
            return self._slackbot(person, channel, f"{name} is not a valid command.", thread_ts)
        if thread_ts:
            return self._slackbot(person, channel, f"{name} is not supported in threads. Sorry!", thread_ts)
        text = escape(text.strip())
        if known.should_escape:
            text = self.with_mentions(text, "<{sign}{id}|{name}>")
        target = Target(person.id, channel.id)
        payload = payloads.command(
            self.workspace,
            person,
            channel,
            name,
            text,
            url=self.responses.new_url(target),
            trigger=self.triggers.mint(person.id, channel.id),
        )
        try:
            said = await self.delivery.deliver("slash_commands", payload, about=name, accepts_payload=True)
        except Unacked as failure:
            error = "operation_timeout" if failure.reason == "timeout" else "dispatch_failed"
            return self._slackbot(person, channel, f'{name} failed with the error "{error}"', "")
        if not said:
            return Outcome()
        try:
            self.responses.answer(target, said, source="ack")
        except SlackError as refusal:
            self.workspace.refuse(f"ack of {name}", refusal.code, refusal.extra)
            return self._slackbot(person, channel, f'{name} failed with the error "{refusal.code}"', "")
        return Outcome()

    def _slackbot(self, person: Person, channel: Channel, text: str, thread_ts: str) -> Outcome:
        body: Json = {"user": SLACKBOT, "text": text}
        if thread_ts:
            body["thread_ts"] = thread_ts
        self.workspace.post(channel, body, only=person.id, source="slack")
        return Outcome(failure=text)

    # -- acting on messages and views -------------------------------------------------------

    async def act_on_message(
        self, person_id: str, channel_id: str, ts: str, block_id: str, action_id: str, value: Any = None
    ) -> Outcome:
        """Click or choose something in a message."""
        person = self.person(person_id)
        message = self.message(person, channel_id, ts)
        channel = self.workspace.channels[channel_id]
        element = self.element(message.body.get("blocks") or [], block_id, action_id)
        with self.workspace.changed:
            answers = message.answers.setdefault(person.id, {})
            done = self.choose(element, block_id, value, answers, message.offered.get((block_id, action_id)))
        if not _tells_app(message.body["blocks"], block_id):
            return Outcome()
        payload = payloads.on_message(self.workspace, "block_actions", person, channel, message) | {
            "trigger_id": self.triggers.mint(person.id, channel.id),
            "response_url": self.responses.new_url(
                Target(person.id, channel.id, message, message.thread_ts if message.is_reply else "")
            ),
            "actions": [payloads.action(element, block_id, done, self.workspace.new_ts())],
        }
        try:
            await self.delivery.deliver("interactive", payload, about=f"block_actions {action_id}")
        except Unacked:
            return self._warn(message, TROUBLE)
        self._warn(message, "")
        return Outcome()

    def _warn(self, message: Message, words: str) -> Outcome:
        if message.warning != words:
            message.warning = words
            self.workspace.signal("message_changed", message=message)
        return Outcome(failure=words)

    async def act_on_view(
        self, person_id: str, view_id: str, block_id: str, action_id: str, value: Any = None
    ) -> Outcome:
        """Click or choose something in the topmost modal or the Home tab."""
        person = self.person(person_id)
        view = self.view(person, view_id)
        element = self.element(view.body["blocks"], block_id, action_id)
        with self.workspace.changed:
            done = self.choose(element, block_id, value, view.answers, view.offered.get((block_id, action_id)))
        if not _tells_app(view.body["blocks"], block_id):
            return Outcome()
        payload = payloads.on_view(self.workspace, "block_actions", person, view) | {
            "trigger_id": self.triggers.mint(person.id, view.came_from),
            "actions": [payloads.action(element, block_id, done, self.workspace.new_ts())],
        }
        try:
            await self.delivery.deliver("interactive", payload, about=f"block_actions {action_id}")
        except Unacked:
            return Outcome(failure=TROUBLE)
        return Outcome()

    # -- forms ------------------------------------------------------------------------------

    async def submit(self, person_id: str, view_id: str) -> Outcome:
        """Submit the topmost modal; the client's own checks come first."""
        person = self.person(person_id)
        view = self.view(person, view_id)
        if view.body.get("submit") is None and not any(b["type"] == "input" for b in view.body["blocks"]):
            raise NotThere("the modal has no submit button")
        if found := complaints(view.body["blocks"], view.answers):
            return Outcome(errors=found)
        payload = payloads.submission(
            self.workspace,
            person,
            view,
            self.triggers.mint(person.id, view.came_from),
            self._response_urls(person, view),
        )
        about = f"view_submission {view.body['callback_id']}"
        try:
            said = await self.delivery.deliver("interactive", payload, about=about, accepts_payload=True)
        except Unacked:
            return Outcome(failure=TROUBLE)
        try:
            return self._carry_out(person, view, said)
        except SlackError as refusal:
            self.workspace.refuse(f"ack of {about}", refusal.code, refusal.extra)
            return Outcome(failure=TROUBLE)

    def _response_urls(self, person: Person, view: View) -> list[Json]:
        urls = []
        for block, element in elements(view.body["blocks"]):
            if not element.get("response_url_enabled"):
                continue
            done = view.answers[block["block_id"]][element["action_id"]]
            if channel_id := done[HOLDS[element["type"]]]:
                urls.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel_id,
                        "response_url": self.responses.new_url(Target(person.id, channel_id)),
                    }
                )
        return urls

    def _carry_out(self, person: Person, view: View, said: Json) -> Outcome:
        workspace = self.workspace
        action = said.get("response_action")
        if not said:
            self._pop(person, view)
        elif action == "clear":
            workspace.stacks[person.id] = []
            workspace.show_modals(person.id, "cleared", view)
        elif action == "errors":
            return Outcome(errors=_checked_errors(view, said.get("errors")))
        elif action in ("update", "push"):
            body = said.get("view")
            if not isinstance(body, dict):
                raise SlackError("invalid_arguments", why=f"{action} needs a view")
            check_view_or_refuse(body)
            if action == "update":
                replace_view(workspace, view, body)
                workspace.show_modals(person.id, "updated", view)
            else:
                workspace.show_modals(person.id, "pushed", push_view(workspace, person.id, body))
        else:
            raise SlackError("invalid_arguments", why=f"no such response_action: {action!r}")
        return Outcome()

    def _pop(self, person: Person, view: View) -> None:
        """Take a view off the stack: what lay below it shows again."""
        stack = self.workspace.stacks[person.id]
        self.workspace.stacks[person.id] = [other for other in stack if other is not view]
        self.workspace.show_modals(person.id, "closed", view)

    async def close(self, person_id: str, view_id: str, *, everything: bool = False) -> Outcome:
        """Close the topmost modal, or (as the X does, and `clear_on_close`) the whole stack."""
        person = self.person(person_id)
        view = self.view(person, view_id)
        everything = everything or bool(view.body["clear_on_close"])
        gone = list(reversed(self.workspace.stacks[person.id])) if everything else [view]
        for one in gone:
            self._pop(person, one)
        for one in gone:
            if one.body["notify_on_close"]:
                payload = payloads.closed(self.workspace, person, one, cleared=everything)
                about = f"view_closed {one.body['callback_id']}"
                try:
                    await self.delivery.deliver("interactive", payload, about=about)
                except Unacked:
                    return Outcome(failure=TROUBLE)
        return Outcome()

    async def suggest(
        self, person_id: str, source: Message | View, block_id: str, action_id: str, query: str
    ) -> tuple[list[Json], list[Json]]:
        """Options (or option groups) for what was typed; empty when too short or when the app fails."""
        person = self.person(person_id)
        blocks = source.body["blocks"]
        element = self.element(blocks, block_id, action_id)
        if len(query) < int(element.get("min_query_length", SHORTEST_QUERY)):
            return [], []
        if isinstance(source, View):
            payload = payloads.on_view(self.workspace, "block_suggestion", person, source)
        else:
            channel = self.workspace.channels[source.channel]
            payload = payloads.on_message(self.workspace, "block_suggestion", person, channel, source)
        payload |= {"block_id": block_id, "action_id": action_id, "value": query}
        about = f"block_suggestion {action_id}"
        try:
            said = await self.delivery.deliver("interactive", payload, about=about, accepts_payload=True)
        except Unacked:
            return [], []
        if problems := check_suggestions(said):
            self.workspace.refuse(f"ack of {about}", "invalid_options", [p.as_dict() for p in problems])
            return [], []
        options, groups = said.get("options") or [], said.get("option_groups") or []
        # What was offered for other letters may be chosen already, in a select of several.
        before = source.offered.get((block_id, action_id), [])
        source.offered[block_id, action_id] = options_of({"options": options, "option_groups": groups}) + before
        return options, groups

    # -- shortcuts and Home -----------------------------------------------------------------

    async def shortcut(self, person_id: str, callback_id: str) -> Outcome:
        """Choose a global shortcut."""
        person = self._with_shortcut(person_id, callback_id, "global")
        payload = payloads.shortcut(
            self.workspace, person, callback_id, self.triggers.mint(person.id), self.workspace.new_ts()
        )
        return await self._tell(payload, f"shortcut {callback_id}")

    async def message_shortcut(self, person_id: str, callback_id: str, channel_id: str, ts: str) -> Outcome:
        """Choose a shortcut from a message's menu; ephemeral messages have none."""
        person = self._with_shortcut(person_id, callback_id, "message")
        message = self.message(person, channel_id, ts)
        if message.only:
            raise NotThere("shortcuts don't work on ephemeral messages")
        payload = payloads.message_shortcut(
            self.workspace,
            person,
            callback_id,
            message,
            channel=self.workspace.channels[channel_id],
            trigger=self.triggers.mint(person.id, channel_id),
            url=self.responses.new_url(Target(person.id, channel_id, message)),
        )
        return await self._tell(payload, f"message_action {callback_id}")

    def _with_shortcut(self, person_id: str, callback_id: str, kind: str) -> Person:
        shortcut = self.workspace.manifest.shortcut(callback_id)
        if shortcut is None or shortcut.type != kind:
            raise NotThere(f"the app has no {kind} shortcut {callback_id}")
        person = self.person(person_id)
        if person.stranger:
            raise NotThere(f"{person.name} is of another workspace, where the app is not installed")
        return person

    async def open_home(self, person_id: str) -> Outcome:
        """Open the app's Home tab."""
        person = self.person(person_id)
        if not self.workspace.manifest.home_tab or person.stranger:
            raise Gone("The app has no Home tab here.")
        return Outcome() if await self.events.home_opened(person) else Outcome(failure=TROUBLE)

    async def _tell(self, payload: Json, about: str) -> Outcome:
        try:
            await self.delivery.deliver("interactive", payload, about=about)
        except Unacked:
            return Outcome(failure=TROUBLE)
        return Outcome()


def _tells_app(blocks: list[Json], block_id: str) -> bool:
    """Whether the app hears of a change in this block at once: inputs say so only with `dispatch_action`."""
    block = next(block for block in leaves(blocks) if block["block_id"] == block_id)
    return block["type"] != "input" or bool(block.get("dispatch_action"))


def _checked_errors(view: View, errors: Any) -> dict[str, str]:
    """The app's complaints; each must be about an input of the view."""
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_arguments", why="response_action errors needs errors")
    if unknown := set(errors) - inputs:
        raise SlackError("invalid_arguments", why=f"no input block {', '.join(sorted(unknown))}")
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise SlackError("invalid_arguments", why="errors are texts")
    return errors
