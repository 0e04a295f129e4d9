"""The test language itself: that it does what people do, and fails where it should."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.surfaces import Shown
from sandbox.testing import Slack
from tests.sandbox.kit import actions, button, option, section, text

FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": text("A form"),
    "submit": text("Save"),
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": text("Name"),
            "element": {"type": "plain_text_input", "action_id": "name"},
        },
        {
            "type": "input",
            "block_id": "day",
            "label": text("Day"),
            "optional": True,
            "element": {"type": "datepicker", "action_id": "day"},
        },
        {
            "type": "input",
            "block_id": "colour",
            "label": text("Colour"),
            "optional": True,
            "element": {"type": "static_select", "action_id": "colour", "options": [option("Red"), option("Blue")]},
        },
        {
            "type": "input",
            "block_id": "who",
            "label": text("Who"),
            "optional": True,
            "element": {"type": "users_select", "action_id": "who"},
        },
        {
            "type": "input",
            "block_id": "account",
            "label": text("Account"),
            "optional": True,
            "element": {"type": "external_select", "action_id": "account", "min_query_length": 1},
        },
    ],
}


def test_a_command_is_answered_only_to_the_person(slack, app):
    @app.bolt.command("/try")
    def answer(ack, command):
        ack(f"You said: {command['text']}")

    reply = slack.as_("maya").command("/try this & that", channel="#acme")
    assert reply.ok
    assert reply.text == "You said: this & that"
    assert reply.message.ephemeral
    assert slack.as_("maya").sees("You said", "#acme")
    assert not slack.as_("alex").sees("You said", "#acme")


def test_a_card_is_clicked_and_edited_in_place(slack, app):
    @app.bolt.command("/try")
    def post(ack, client, command):
        blocks = [section("*Acme*"), actions(button("Close", "close", value="12"))]
        client.chat_postMessage(channel=command["channel_id"], text="Acme", blocks=blocks)
        ack()

    @app.bolt.action("close")
    def close(ack, respond, body, action):
        assert action["value"] == "12"
        ack()
        respond(text="closed", blocks=[section(f"Closed by <@{body['user']['id']}>")], replace_original=True)

    slack.as_("maya").command("/try", channel="#acme")
    card = slack.as_("maya").expect_message("#acme", "Acme")
    assert card.buttons == ["Close"]
    card.by("alex").click("Close")
    card.expect("Closed by @alex")


def test_a_form_is_filled_by_label_and_submitted(slack, app):
    seen = {}

    @app.bolt.shortcut("form.open")
    def open_form(ack, client, body):
        client.views_open(trigger_id=body["trigger_id"], view=FORM)
        ack()

    @app.bolt.options("account")
    def suggest(ack, payload):
        ack(
            options=[
                option(name) for name in ("Acme", "Acme Labs") if name.lower().startswith(payload["value"].lower())
            ]
        )

    @app.bolt.view("form")
    def save(ack, view):
        seen.update(view["state"]["values"])
        if view["state"]["values"]["name"]["name"]["value"] == "bad":
            ack(response_action="errors", errors={"name": "Not this one."})
        else:
            ack()

    modal = slack.as_("maya").shortcut("Open a form").modal
    assert modal.title == "A form"
    assert modal.labels == ["Name", "Day", "Colour", "Who", "Account"]
    assert modal.suggest("Account", "acme l") == ["Acme Labs"]
    modal.submit()
    assert modal.errors == {"Name": "Please complete this required field."}
    assert not seen, "the client itself objected"
    modal.fill("Name", "bad").submit()
    assert modal.errors == {"Name": "Not this one."}
    modal.fill("Name", "good").fill("Day", date(2026, 12, 18)).fill("Colour", "Blue").fill("Who", "tom").fill(
        "Account", "Acme"
    )
    assert modal.value("Colour") == "Blue"
    assert modal.value("Account") == "Acme"
    assert modal.submit().ok
    assert slack.as_("maya").modal is None
    assert seen["day"]["day"] == {"type": "datepicker", "selected_date": "2026-12-18"}
    assert seen["colour"]["colour"]["selected_option"]["value"] == "blue"
    assert seen["who"]["who"]["selected_user"] == "U00000TOM"


def test_home_and_its_menus(slack, app):
    @app.bolt.event("app_home_opened")
    def show(client, event):
        menu = {"type": "overflow", "action_id": "more", "options": [option("Skip"), option("Later")]}
        blocks = [
            section("Acme"),
            section("Globex", accessory=menu),
            section("Initech", accessory={**menu, "action_id": "more2"}),
        ]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.bolt.action("more")
    def more(ack, client, body, action):
        chosen = action["selected_option"]["value"]
        client.views_publish(user_id=body["user"]["id"], view={"type": "home", "blocks": [section(f"Done: {chosen}")]})
        ack()

    home = slack.as_("tom").open_home()
    assert "Globex" in home.text
    assert home.options(row="Globex") == ["Skip", "Later"]
    home.overflow("Later", row="Globex")
    home.expect("Done: later")


def test_a_message_shortcut_carries_the_message(slack, app):
    @app.bolt.shortcut("message.take")
    def take(ack, body, client):
        client.chat_postEphemeral(
            channel=body["channel"]["id"], user=body["user"]["id"], text=f"Took: {body['message']['text']}"
        )
        ack()

    alex = slack.as_("alex")
    about = next(shown for shown in slack.messages("#acme", "alex") if "monorepo" in shown)
    reply = about.shortcut("Take this")
    assert reply.text.startswith("Took: Acme's platform team")
    assert alex.name == "alex"


def test_the_clock_stands_until_it_jumps(slack, client):
    told = []
    slack.sandbox.on_jump(lambda: told.append(slack.now))
    before = slack.now
    client.chat_postMessage(channel="#acme", text="one")
    slack.jump(before + timedelta(days=8))
    later = client.chat_postMessage(channel="#acme", text="two")
    assert told == [before + timedelta(days=8)]
    assert datetime.fromtimestamp(float(later["ts"]), UTC).date() == (before + timedelta(days=8)).date()
    with pytest.raises(ValueError, match="only goes forward"):
        slack.jump(before)
    slack.allow_messages()


# -- what fails a test ----------------------------------------------------------------------------


def failure_of(slack):
    with pytest.raises(pytest.fail.Exception) as failed:
        slack.finish()
    slack.allow("unacked", "channel_not_found", "unknown_method")
    slack.allow_messages()
    return str(failed.value)


def test_an_unexpected_message_fails(slack, client):
    client.chat_postMessage(channel="#acme", text="Surprise")
    assert failure_of(slack) == "unexpected message in #acme: 'Surprise'"


def test_an_expected_message_is_expected_once(slack, client):
    for _ in range(2):
        client.chat_postMessage(channel="#acme", text="Surprise")
    slack.expect_message("#acme", "Surprise")
    assert failure_of(slack) == "unexpected message in #acme: 'Surprise'"


def test_a_refusal_fails_unless_allowed(slack, client):
    from slack_sdk.errors import SlackApiError

    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel="C0NOWHERE", text="Hello")
    assert "Slack refused chat.postMessage: channel_not_found" in failure_of(slack)
    slack.finish()


def test_what_is_not_acked_fails(slack):
    reply = slack.as_("maya").command("/try", channel="#acme")
    assert reply.failure == '/try failed with the error "dispatch_failed"'
    assert "not acked (no_connection): /try" in failure_of(slack)


def test_expectations_name_what_came_instead(slack, client):
    client.chat_postMessage(channel="#acme", text="Something else")
    with pytest.raises(AssertionError, match="Something else"):
        slack.expect_message("#acme", "Hello", seconds=0.05)
    slack.allow_messages()


def test_nobody_can_click_what_is_not_there(slack, client):
    client.chat_postMessage(channel="#acme", text="Hello", blocks=[actions(button("Go", "go"))])
    message = slack.as_("maya").expect_message("#acme")
    with pytest.raises(AssertionError, match="no elements 'Stop'"):
        message.click("Stop")
    with pytest.raises(AssertionError, match="no channel"):
        Shown(slack.as_("rita"), message.source).click("Go")


def test_everybody_starts_afresh(sandbox, slack, client):
    client.chat_postMessage(channel="#acme", text="Left over")
    slack.as_("maya").expect_message("#acme")
    sandbox.reset()
    assert not Slack(sandbox).as_("maya").sees("Left over", "#acme")
