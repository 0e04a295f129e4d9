"""What people do and what the app hears of it: commands, clicks, shortcuts, Home."""

import json
import threading

import pytest

from handlers.demo.book import WORLD
from sandbox.server import Sandbox
from sandbox.testing import START, Slack
from tests.sandbox.conftest import MANIFEST
from tests.sandbox.kit import actions, button, modal, option, refused, section, text

# -- commands -------------------------------------------------------------------------------------


@pytest.fixture
def echo(app):
    """Answers /try and /plain with what it got; the bodies are kept."""
    bodies = []

    def answer(ack, body):
        bodies.append(body)
        ack()

    app.bolt.command("/try")(answer)
    app.bolt.command("/plain")(answer)
    return bodies


def test_commands_that_the_manifest_lacks_do_not_exist(slack, echo):
    reply = slack.as_("maya").command("/foo bar", "#acme")
    assert reply.failure == "/foo is not a valid command."
    assert reply.text == reply.failure
    assert not echo


def test_commands_do_not_work_in_threads(slack, echo):
    parent = slack.messages("#acme", "maya")[0]
    reply = slack.as_("maya").command("/try this", "#acme", thread=parent)
    assert reply.failure == "/try is not supported in threads. Sorry!"
    assert reply.message.source.thread_ts == parent.ts
    assert not echo


def test_people_of_other_workspaces_have_no_commands(slack, echo):
    assert slack.as_("rita").command("/try", "#globex").text == "/try is not a valid command."
    assert slack.as_("gina").command("/try", "#acme").ok, "guests do"


def test_mentions_are_escaped_only_where_the_manifest_says(slack, echo):
    maya = slack.as_("maya")
    maya.command("/try give @tom the #acme book <now> & here", "dm")
    maya.command("/plain give @tom the #acme book <now>", "dm")
    escaped, plain = echo
    assert escaped["text"] == "give <@U00000TOM|tom> the <#C0000ACME|acme> book &lt;now&gt; &amp; here"
    assert plain["text"] == "give @tom the #acme book &lt;now&gt;"
    assert escaped["channel_name"] == "directmessage"


def test_a_wrong_ack_is_refused_and_the_person_told(slack, app):
    @app.bolt.command("/try")
    def answer(ack):
        ack(blocks=[{"type": "section"}], text="x")

    slack.allow("invalid_blocks")
    assert slack.as_("maya").command("/try").text == '/try failed with the error "invalid_blocks"'


def test_a_listener_that_raises_leaves_the_persons_command_unanswered(slack, app, sandbox):
    slack.allow("unacked")

    @app.bolt.command("/try")
    def answer(ack):
        raise RuntimeError("boom")

    @app.bolt.action("go")
    def go(ack):
        raise RuntimeError("boom")

    @app.bolt.view("form")
    def save(ack):
        raise RuntimeError("boom")

    @app.bolt.shortcut("form.open")
    def open_form(ack, client, body):
        client.views_open(trigger_id=body["trigger_id"], view=modal())
        ack()

    maya = slack.as_("maya")
    form = maya.shortcut("Open a form").modal
    sandbox.sockets.ack_seconds = 0.2
    try:
        assert maya.command("/try").text == '/try failed with the error "operation_timeout"'
        app.client.chat_postMessage(channel="#acme", text="x", blocks=[actions(button("Go", "go"))])
        message = maya.expect_message("#acme")
        assert message.click("Go").failure == "We had some trouble connecting. Try again?"
        assert message.warning
        assert form.fill("Name", "x").submit().failure == "We had some trouble connecting. Try again?"
        assert form.is_open
    finally:
        sandbox.sockets.ack_seconds = 3.0


# -- payloads -------------------------------------------------------------------------------------


def test_the_shape_of_a_click(slack, app):
    seen = {}

    @app.bolt.action("go")
    def go(ack, body):
        seen.update(body)
        ack()

    select = {
        "type": "static_select",
        "action_id": "pick",
        "placeholder": text("Pick"),
        "options": [option("A"), option("B")],
    }
    app.bolt.action("pick")(lambda ack: ack())
    blocks = [{**actions(select, button("Go", "go", value="7")), "block_id": "row"}]
    app.client.chat_postMessage(channel="#globex", text="x", blocks=blocks)
    message = slack.as_("rita").expect_message("#globex")
    message.select("Pick", "B")
    message.click("Go")
    assert seen["user"] == {"id": "U0000RITA", "username": "rita", "name": "rita", "team_id": "T0ELSEWHERE"}
    assert seen["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": "C00GLOBEX",
        "is_ephemeral": False,
    }
    assert seen["channel"] == {"id": "C00GLOBEX", "name": "globex"}
    assert seen["message"]["blocks"][0]["block_id"] == "row"
    assert seen["state"]["values"] == {"row": {"pick": {"type": "static_select", "selected_option": option("B")}}}
    action = seen["actions"][0]
    assert (action["type"], action["action_id"], action["block_id"], action["value"]) == ("button", "go", "row", "7")
    assert {"trigger_id", "response_url", "team", "enterprise", "api_app_id"} <= set(seen)


def test_ephemeral_messages_are_not_repeated_in_payloads(slack, app):
    seen = {}

    @app.bolt.action("go")
    def go(ack, body):
        seen.update(body)
        ack()

    app.client.chat_postEphemeral(channel="C0000ACME", user="U0000MAYA", text="x", blocks=[actions(button("Go", "go"))])
    slack.as_("maya").expect_ephemeral().click("Go")
    assert "message" not in seen
    assert seen["container"]["is_ephemeral"] is True


def test_every_kind_of_element_answers_in_its_own_shape(slack, app):
    seen = {}

    @app.bolt.action({"block_id": "row"})
    def anything(ack, action):
        seen[action["action_id"]] = action
        ack()

    options = [option("A"), option("B"), option("C")]
    elements = [
        {"type": "overflow", "action_id": "overflow", "options": options},
        {"type": "radio_buttons", "action_id": "radio", "options": options},
        {"type": "checkboxes", "action_id": "checks", "options": options},
        {"type": "datepicker", "action_id": "day"},
        {"type": "timepicker", "action_id": "time"},
        {"type": "datetimepicker", "action_id": "moment"},
        {"type": "users_select", "action_id": "who", "placeholder": text("Who")},
        {"type": "multi_users_select", "action_id": "whom"},
        {"type": "conversations_select", "action_id": "where"},
        {"type": "channels_select", "action_id": "channel"},
        {"type": "multi_static_select", "action_id": "many", "options": options},
    ]
    # Multi selects may not stand in actions: they take a section each.
    rows = [{**actions(*[one for one in elements if "multi" not in one["type"]]), "block_id": "row"}]
    app.client.chat_postMessage(channel="#acme", text="x", blocks=rows)
    message = slack.as_("maya").expect_message("#acme")
    message.overflow("B")
    message.select("radio", "C")
    message.select("checks", ["A", "C"])
    message.select("day", "2026-12-18")
    message.select("time", "15:00")
    message.select("moment", slack.now)
    message.select("Who", "tom")
    message.select("where", "#acme")
    message.select("channel", "#general")
    assert seen["overflow"]["selected_option"]["value"] == "b"
    assert seen["radio"]["selected_option"]["value"] == "c"
    assert [one["value"] for one in seen["checks"]["selected_options"]] == ["a", "c"]
    assert seen["day"]["selected_date"] == "2026-12-18"
    assert seen["time"]["selected_time"] == "15:00"
    assert seen["moment"]["selected_date_time"] == int(slack.now.timestamp())
    assert seen["who"]["selected_user"] == "U00000TOM"
    assert seen["where"]["selected_conversation"] == "C0000ACME"
    assert seen["channel"]["selected_channel"] == "C0GENERAL"


def test_a_typeahead_in_a_message(slack, app):
    chosen = []
    app.bolt.options("find")(lambda ack: ack(options=[option("Acme Ltd", "id-7")]))
    app.bolt.action("find")(lambda ack, action: (chosen.append(action["selected_option"]["value"]), ack()))
    select = {"type": "external_select", "action_id": "find", "placeholder": text("Find"), "min_query_length": 1}
    app.client.chat_postMessage(channel="#acme", text="x", blocks=[actions(select)])
    slack.as_("maya").expect_message("#acme").select("Find", "Acme Ltd")
    assert chosen == ["id-7"]


# -- shortcuts and Home -----------------------------------------------------------------------------


def test_what_a_client_does_not_show_cannot_be_used(slack, app):
    with pytest.raises(AssertionError, match="another workspace"):
        slack.as_("rita").shortcut("Open a form")
    with pytest.raises(AssertionError, match="no shortcut 'Nonsense'"):
        slack.as_("maya").shortcut("Nonsense")
    with pytest.raises(AssertionError, match="nobody can act"):
        slack.as_("nora").says("hello", "#acme")
    app.client.chat_postEphemeral(channel="C0000ACME", user="U0000MAYA", text="x")
    with pytest.raises(AssertionError, match="don't work on ephemeral"):
        slack.as_("maya").expect_ephemeral("x").shortcut("Take this")


def test_two_people_click_at_once(slack, app):
    inside = threading.Barrier(2, timeout=30)
    seen = []

    @app.bolt.action("go")
    def go(ack, body):
        inside.wait()
        seen.append(body["user"]["id"])
        ack()

    app.client.chat_postMessage(channel="#acme", text="x", blocks=[actions(button("Go", "go"))])
    message = slack.as_("maya").expect_message("#acme")
    threads = [threading.Thread(target=message.by(who).click, args=("Go",)) for who in ("maya", "alex")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == ["U0000ALEX", "U0000MAYA"]


def test_a_home_tab_is_published_and_guarded_by_its_hash(slack, client):
    first = client.views_publish(user_id="U0000MAYA", view={"type": "home", "blocks": [section("one")]})["view"]
    client.views_publish(user_id="U0000MAYA", hash=first["hash"], view={"type": "home", "blocks": [section("two")]})
    assert slack.as_("maya").home.text == "two"
    with refused(slack, "hash_conflict"):
        client.views_publish(user_id="U0000MAYA", hash=first["hash"], view={"type": "home", "blocks": []})
    with refused(slack, "user_not_found"):
        client.views_publish(user_id="U0NOBODY", view={"type": "home", "blocks": []})
    with refused(slack, "invalid_arguments"):
        client.views_publish(user_id="U0000MAYA", view=modal())


def test_what_the_manifest_switches_off_is_off():
    manifest = json.loads(MANIFEST.read_text())
    manifest["features"]["app_home"]["messages_tab_read_only_enabled"] = True
    manifest["settings"]["interactivity"]["is_enabled"] = False
    with Sandbox(manifest=manifest, seed=WORLD, now=START) as bare:
        slack = Slack(bare)
        assert slack.as_("maya").says("hello", "dm").failure == "Sending messages to this app has been turned off."
        assert not slack.as_("maya").shortcut("Open a form").ok
        assert slack.log.entries("unacked")[0]["reason"] == "not_configured"
