"""A tiny Bolt app for the browser tests: one command or button for each thing that the page must show."""

from __future__ import annotations

import re

from slack_bolt import App
from slack_sdk import WebClient

from tests.browser import gallery

MANIFEST = {
    "display_information": {"name": "Echo", "description": "Says back what it hears, and shows every block."},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "echo"},
        "slash_commands": [
            {"command": "/echo", "description": "Say it back", "usage_hint": "words"},
            {"command": "/form", "description": "Fill in a form"},
            {"command": "/gallery", "description": "Show every block", "usage_hint": "blocks|data"},
            {"command": "/card", "description": "Post a card"},
            {"command": "/silent", "description": "Never answer"},
        ],
        "shortcuts": [
            {"name": "Open a form", "type": "global", "callback_id": "open_form", "description": "From anywhere"},
            {"name": "Quote it", "type": "message", "callback_id": "quote", "description": "Says the message back"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": ["commands", "chat:write", "channels:read", "channels:join", "channels:history", "users:read", "im:write", "im:history", "files:read", "files:write", "reactions:write"]
        }
    },
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {"bot_events": ["app_home_opened", "message.im"]},
        "socket_mode_enabled": True,
    },
}  # fmt: skip

SUBMITTED: list[dict[str, dict[str, dict[str, object]]]] = []  # what the form with every input held
PLACES = ["Acme", "Acme Labs", "Globex", "Hooli", "Initech", "Umbrella"]


def plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text}


def card(count: int) -> list[dict[str, object]]:
    words = f"*Acme* · Expand: CI\nClicked {count} {'time' if count == 1 else 'times'}"
    buttons = [
        {"type": "button", "action_id": "card.click", "text": plain("Click me"), "value": str(count), "style": "primary"},
        {"type": "button", "action_id": "card.fail", "text": plain("Fail")},
        {"type": "button", "action_id": "card.form", "text": plain("Form")},
        {
            "type": "button", "action_id": "card.sure", "text": plain("Delete"), "style": "danger",
            "confirm": {"title": plain("Sure?"), "text": plain("The card goes away."), "confirm": plain("Delete it"), "deny": plain("Keep it"), "style": "danger"},
        },
    ]  # fmt: skip
    return [
        {"type": "section", "block_id": "words", "text": {"type": "mrkdwn", "text": words}},
        {"type": "actions", "block_id": "buttons", "elements": buttons},
    ]


def form(channel: str) -> dict[str, object]:
    select = {
        "type": "external_select",
        "action_id": "account",
        "placeholder": plain("Find an account"),
        "min_query_length": 1,
    }
    reasons = [{"text": plain(word), "value": word.lower()} for word in ("Timing", "Budget", "Other")]
    return {
        "type": "modal", "callback_id": "form", "private_metadata": channel,
        "title": plain("Close"), "submit": plain("Save"), "close": plain("Cancel"),
        "blocks": [
            {"type": "input", "block_id": "account", "label": plain("Account"), "element": select},
            {"type": "input", "block_id": "reason", "label": plain("Reason"), "element": {"type": "static_select", "action_id": "reason", "options": reasons, "initial_option": reasons[0]}},
            {"type": "input", "block_id": "day", "label": plain("Ask again on"), "optional": True, "element": {"type": "datepicker", "action_id": "day"}},
            {"type": "input", "block_id": "note", "label": plain("What happened?"), "hint": plain("One line is enough."), "element": {"type": "plain_text_input", "action_id": "note", "multiline": True, "max_length": 100}},
            {"type": "actions", "block_id": "more", "elements": [{"type": "button", "action_id": "form.more", "text": plain("Look something up")}]},
        ],
    }  # fmt: skip


def make_app(token: str, api_url: str) -> App:
    app = App(client=WebClient(token=token, base_url=api_url))
    add_commands(app)
    add_card(app)
    add_form(app)
    add_home(app)
    app.action(re.compile(""))(lambda ack: ack())  # the gallery's elements
    return app


def add_commands(app: App) -> None:
    @app.command("/echo")
    def echo(ack, command):
        ack(f"You said: {command['text']}")

    @app.command("/gallery")
    def show(ack, command, client):
        if command["text"] == "modal":
            view = {"type": "modal", "callback_id": "all", "title": plain("Everything"), "submit": plain("Save")}
            client.views_open(trigger_id=command["trigger_id"], view=view | {"blocks": gallery.MODAL})
            ack()
            return
        ack()
        blocks = gallery.DATA if command["text"] == "data" else gallery.BLOCKS
        client.chat_postMessage(channel=command["channel_id"], text="Every block", blocks=blocks)

    @app.command("/card")
    def post_card(ack, command, client):
        ack()
        client.chat_postMessage(channel=command["channel_id"], text="Acme", blocks=card(0))

    @app.command("/silent")
    def silent(command):
        """Never acks either."""

    @app.shortcut("quote")
    def quote(ack, shortcut, client):
        ack()
        client.chat_postMessage(
            channel=shortcut["channel"]["id"], thread_ts=shortcut["message_ts"], text=f"> {shortcut['message']['text']}"
        )


def add_card(app: App) -> None:
    @app.action("card.click")
    def click(ack, body, client):
        ack()
        count = int(body["actions"][0]["value"]) + 1
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Acme", blocks=card(count))

    @app.action("card.sure")
    def delete(ack, body, client):
        ack()
        client.chat_delete(channel=body["channel"]["id"], ts=body["message"]["ts"])

    @app.action("card.form")
    def form_from_card(ack, body, client):
        client.views_open(trigger_id=body["trigger_id"], view=form(body["channel"]["id"]))
        ack()

    @app.action("card.fail")
    def fail(body):
        """Never acks: the person sees the warning mark."""


def add_form(app: App) -> None:
    @app.command("/form")
    def open_form(ack, command, client):
        client.views_open(trigger_id=command["trigger_id"], view=form(command["channel_id"]))
        ack()

    @app.shortcut("open_form")
    def open_from_anywhere(ack, shortcut, client):
        client.views_open(trigger_id=shortcut["trigger_id"], view=form("C0GENERAL"))
        ack()

    @app.options("account")
    def accounts(ack, payload):
        found = [name for name in PLACES if payload["value"].lower() in name.lower()]
        ack(options=[{"text": plain(name), "value": name.lower()} for name in found])

    @app.action("form.more")
    def push(ack, body, client):
        ack()
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Nothing *here*."}}]
        view = {"type": "modal", "title": plain("Look-up"), "close": plain("Done"), "blocks": blocks}
        client.views_push(trigger_id=body["trigger_id"], view=view)

    @app.view("all")
    def keep(ack, view):
        ack()
        SUBMITTED.append(view["state"]["values"])

    @app.view("form")
    def save(ack, view, client):
        values = view["state"]["values"]
        note = values["note"]["note"]["value"]
        if "bad" in note:
            ack(response_action="errors", errors={"note": "Say it more kindly."})
            return
        ack()
        account = values["account"]["account"]["selected_option"]["text"]["text"]
        reason = values["reason"]["reason"]["selected_option"]["value"]
        client.chat_postMessage(channel=view["private_metadata"], text=f"Saved: {account}, {reason}, {note}")


def add_home(app: App) -> None:
    @app.event("app_home_opened")
    def home(event, client):
        if event.get("tab") != "home":
            return
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": gallery.HOME})

    @app.action("home.later")
    def later(ack, body, client):
        ack()
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "All clear. Next up: *Hooli*, 8 December."}}]
        client.views_publish(user_id=body["user"]["id"], view={"type": "home", "blocks": blocks})

    @app.event("message")
    def answer(event, say):
        if not event.get("bot_id") and not event.get("subtype"):
            say(f"Heard: {event['text']}")
