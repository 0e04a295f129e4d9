"""What people do and what Slack makes of the app's answers: commands, triggers, views, response URLs."""

import threading
import time

import pytest
from slack_sdk import WebhookClient

from sandbox.state import REQUIRED
from tests.sandbox.kit import actions, button, modal, option, refused, section, text, text_input

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
    sandbox.sockets.ack_seconds = 0.2

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

    try:
        maya = slack.as_("maya")
        assert maya.command("/try").text == '/try failed with the error "operation_timeout"'
        app.client.chat_postMessage(channel="#acme", text="x", blocks=[actions(button("Go", "go"))])
        message = maya.expect_message("#acme")
        assert message.click("Go").failure == "We had some trouble connecting. Try again?"
        assert message.warning
        form = maya.shortcut("Open a form").modal
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

    select = {"type": "static_select", "action_id": "pick", "placeholder": text("Pick"), "options": [option("A"), option("B")]}
    app.bolt.action("pick")(lambda ack: ack())
    blocks = [{**actions(select, button("Go", "go", value="7")), "block_id": "row"}]
    app.client.chat_postMessage(channel="#globex", text="x", blocks=blocks)
    message = slack.as_("rita").expect_message("#globex")
    message.select("Pick", "B")
    message.click("Go")
    assert seen["user"] == {"id": "U0000RITA", "username": "rita", "name": "rita", "team_id": "T0ELSEWHERE"}
    assert seen["container"] == {"type": "message", "message_ts": message.ts, "channel_id": "C00GLOBEX", "is_ephemeral": False}
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


# -- triggers -------------------------------------------------------------------------------------


@pytest.fixture
def trigger(slack, app):
    """A function that gives the trigger of a fresh command by maya."""
    caught = []

    @app.bolt.command("/try")
    def catch(ack, body):
        caught.append(body["trigger_id"])
        ack()

    def fresh():
        slack.as_("maya").command("/try", "#acme")
        return caught[-1]

    return fresh


def test_a_trigger_opens_one_modal(slack, app, trigger):
    trigger_id = trigger()
    app.client.views_open(trigger_id=trigger_id, view=modal())
    with refused(slack, "exchanged_trigger_id"):
        app.client.views_open(trigger_id=trigger_id, view=modal())
    with refused(slack, "invalid_trigger_id"):
        app.client.views_open(trigger_id="1.2.abc", view=modal())


def test_a_trigger_expires(slack, app, sandbox, trigger):
    sandbox.triggers.seconds = 0.01
    try:
        trigger_id = trigger()
        time.sleep(0.02)  # the expiry is real time: nothing to wait on
        with refused(slack, "expired_trigger_id"):
            app.client.views_open(trigger_id=trigger_id, view=modal())
    finally:
        sandbox.triggers.seconds = 3.0


# -- views ----------------------------------------------------------------------------------------


def test_three_modals_lie_on_each_other_at_most(slack, app, trigger):
    maya = slack.as_("maya")
    with refused(slack, "not_found"):
        app.client.views_push(trigger_id=trigger(), view=modal("nothing below"))
    app.client.views_open(trigger_id=trigger(), view=modal("one"))
    app.client.views_push(trigger_id=trigger(), view=modal("two"))
    third = app.client.views_push(trigger_id=trigger(), view=modal("three"))["view"]
    assert third["previous_view_id"] != third["root_view_id"]
    with refused(slack, "push_limit_reached"):
        app.client.views_push(trigger_id=trigger(), view=modal("four"))
    for title in ("three", "two", "one"):
        assert maya.modal.title == title
        maya.modal.close()
    assert maya.modal is None


def test_a_view_is_updated_by_id_or_external_id_and_guarded_by_its_hash(slack, app, trigger):
    client = app.client
    first = client.views_open(trigger_id=trigger(), view=modal("one", external_id="mine"))["view"]
    form = slack.as_("maya").modal.fill("Name", "typed")
    second = client.views_update(view_id=first["id"], hash=first["hash"], view=modal("two", external_id="mine"))["view"]
    assert form.title == "two"
    assert form.value("Name") == "typed", "what was typed stays where the ids stay"
    with refused(slack, "hash_conflict"):
        client.views_update(view_id=first["id"], hash=first["hash"], view=modal("three"))
    client.views_update(external_id="mine", hash=second["hash"], view=modal("three", external_id="mine"))
    with refused(slack, "not_found"):
        client.views_update(view_id="V0NONE", view=modal())
    with refused(slack, "duplicate_external_id"):
        client.views_push(trigger_id=trigger(), view=modal("four", external_id="mine"))
    with refused(slack, "invalid_arguments"):
        client.api_call("views.update", json={"view": modal()})
    form.close()
    with refused(slack, "not_found"):
        client.views_update(view_id=first["id"], view=modal("too late"))


@pytest.mark.parametrize(
    ("view", "code"),
    [
        ({"type": "modal", "blocks": []}, "invalid_arguments"),
        (modal("x" * 25), "invalid_arguments"),
        (modal("x", text_input(), text_input()), "invalid_arguments"),
        (modal("x", private_metadata="x" * 3001), "invalid_arguments"),
        ({"type": "home", "blocks": []}, "invalid_arguments"),
        ("nonsense", "invalid_arguments"),
    ],
)
def test_wrong_views_are_refused_and_the_trigger_stays_good(slack, app, trigger, view, code):
    trigger_id = trigger()
    with refused(slack, code):
        app.client.api_call("views.open", json={"trigger_id": trigger_id, "view": view})
    app.client.views_open(trigger_id=trigger_id, view=modal())


def answering(app, answer):
    """A form whose submission gets this answer."""

    @app.bolt.shortcut("form.open")
    def open_form(ack, client, body):
        client.views_open(trigger_id=body["trigger_id"], view=modal("one"))
        ack()

    @app.bolt.view("form")
    def save(ack):
        ack(**answer)


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({}, []),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": modal("two")}, ["two"]),
        ({"response_action": "push", "view": modal("two")}, ["one", "two"]),
    ],
)
def test_what_a_submission_is_answered_with_is_carried_out(slack, app, sandbox, answer, titles):
    answering(app, answer)
    maya = slack.as_("maya")
    assert maya.shortcut("Open a form").modal.fill("Name", "x").submit().ok
    stack = sandbox.workspace.stacks[maya.id]
    assert [view.body["title"]["text"] for view in stack] == titles


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {"name": ""}},
        {"response_action": "errors", "errors": {"name": 3}},
        {"response_action": "update", "view": {"type": "modal"}},
    ],
)
def test_wrong_answers_to_a_submission_leave_the_form_open(slack, app, answer):
    slack.allow("invalid_arguments")
    answering(app, answer)
    form = slack.as_("maya").shortcut("Open a form").modal.fill("Name", "x")
    assert form.submit().failure == "We had some trouble connecting. Try again?"
    assert form.is_open
    assert form.value("Name") == "x"


def test_the_client_checks_before_it_submits(slack, app, trigger):
    number = {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}
    short = {"type": "plain_text_input", "action_id": "s", "min_length": 2, "max_length": 4}
    view = modal(
        "checks",
        text_input(),
        {"type": "input", "block_id": "n", "label": text("Number"), "element": number},
        {"type": "input", "block_id": "s", "label": text("Short"), "element": short},
        {"type": "input", "block_id": "m", "label": text("Mail"), "element": {"type": "email_text_input", "action_id": "m"}},
        {"type": "input", "block_id": "u", "label": text("Link"), "element": {"type": "url_text_input", "action_id": "u"}},
    )
    app.client.views_open(trigger_id=trigger(), view=view)
    form = slack.as_("maya").modal
    form.fill("Number", "1.5").fill("Short", "x").fill("Mail", "nobody").fill("Link", "here").submit()
    assert form.errors == {
        "Name": REQUIRED,
        "Number": "Please enter a whole number.",
        "Short": "This field requires at least 2 characters.",
        "Mail": "Please enter a valid email address.",
        "Link": "Please enter a valid URL.",
    }
    form.fill("Number", "10").fill("Short", "12345").submit()
    assert form.errors["Number"] == "The number must be at most 9."
    assert form.errors["Short"] == "This field allows at most 4 characters."


def test_closing_tells_only_those_who_asked(slack, app, trigger):
    told = []
    app.bolt.view_closed("form")(lambda ack, body: (told.append(body["is_cleared"]), ack()))
    app.client.views_open(trigger_id=trigger(), view=modal("quiet"))
    slack.as_("maya").modal.close()
    assert told == []
    app.client.views_open(trigger_id=trigger(), view=modal("told", notify_on_close=True))
    slack.as_("maya").modal.close()
    assert told == [False]
    app.client.views_open(trigger_id=trigger(), view=modal("one", notify_on_close=True))
    app.client.views_push(trigger_id=trigger(), view=modal("two", notify_on_close=True))
    slack.as_("maya").modal.close(everything=True)
    assert told == [False, True, True]


def test_inputs_tell_the_app_only_if_asked_to(slack, app, trigger):
    seen = []
    app.bolt.action("name")(lambda ack, action: (seen.append(action["value"]), ack()))
    app.client.views_open(trigger_id=trigger(), view=modal("quiet", text_input()))
    slack.as_("maya").modal.fill("Name", "a")
    app.client.views_open(trigger_id=trigger(), view=modal("loud", text_input(dispatch_action=True)))
    slack.as_("maya").modal.fill("Name", "b")
    assert seen == ["b"]


def test_typeahead(slack, app, trigger):
    asked = []

    @app.bolt.options("account")
    def suggest(ack, payload):
        asked.append(payload["value"])
        ack(options=[option(f"{payload['value']} {n}") for n in range(25 if payload["value"] == "many" else 2)])

    select = {"type": "external_select", "action_id": "account", "min_query_length": 2}
    view = modal("form", {"type": "input", "block_id": "account", "label": text("Account"), "element": select})
    app.client.views_open(trigger_id=trigger(), view=view)
    form = slack.as_("maya").modal
    assert form.suggest("Account", "a") == [], "too short to ask"
    assert form.suggest("Account", "ac") == ["ac 0", "ac 1"]
    slack.allow("invalid_options")
    assert form.suggest("Account", "many") == []
    assert asked == ["ac", "many"]


def test_response_urls_of_a_conversation_select(slack, app, trigger):
    seen = []
    app.bolt.view("form")(lambda ack, body: (seen.extend(body["response_urls"]), ack()))
    select = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
    view = modal("form", {"type": "input", "block_id": "where", "label": text("Where"), "element": select})
    app.client.views_open(trigger_id=trigger(), view=view)
    slack.as_("maya").modal.fill("Where", "#acme").submit()
    assert (seen[0]["channel_id"], seen[0]["block_id"]) == ("C0000ACME", "where")
    assert WebhookClient(seen[0]["response_url"]).send(text="from the form").status_code == 200
    slack.as_("maya").expect_ephemeral("from the form", channel="#acme")


# -- response URLs ----------------------------------------------------------------------------------


@pytest.fixture
def clicked(slack, app):
    """A function that clicks a button of a post (or ephemeral) and gives the message and its response URL."""
    urls = []
    app.bolt.action("go")(lambda ack, body: (urls.append(body["response_url"]), ack()))

    def click(*, ephemeral=False):
        blocks = [section("card"), actions(button("Go", "go"))]
        if ephemeral:
            app.client.chat_postEphemeral(channel="C0000ACME", user="U0000MAYA", text="x", blocks=blocks)
        else:
            app.client.chat_postMessage(channel="#acme", text="x", blocks=blocks)
        message = slack.as_("maya").expect_ephemeral() if ephemeral else slack.as_("maya").expect_message("#acme")
        message.click("Go")
        return message, WebhookClient(urls[-1])

    return click


@pytest.mark.parametrize("ephemeral", [False, True])
def test_a_response_url_replaces_and_deletes(slack, clicked, ephemeral):
    message, url = clicked(ephemeral=ephemeral)
    assert url.send(text="other", blocks=[section("other")], replace_original=True).body == "ok"
    message.expect("other", without="card")
    assert url.send(delete_original=True).status_code == 200
    message.expect_gone()
    slack.allow("message_not_found")
    assert url.send(text="again", replace_original=True).status_code == 404


def test_a_response_url_posts_to_one_or_to_all(slack, clicked):
    _, url = clicked()
    url.send(text="for you")
    assert slack.as_("maya").expect_ephemeral("for you", channel="#acme").ephemeral
    url.send(text="for all", response_type="in_channel")
    assert not slack.as_("alex").expect_message("#acme", "for all").ephemeral


def test_a_response_url_works_five_times(slack, clicked):
    _, url = clicked()
    assert [url.send(text=str(n)).status_code for n in range(5)] == [200] * 5
    slack.allow("used_url", "no_such_url", "no_text", "invalid_blocks")
    assert url.send(text="sixth").status_code == 404
    assert "used_url" in url.send(text="sixth").body
    _, other = clicked()
    assert other.send().status_code == 400
    assert other.send(text="x", blocks=[{"type": "no"}]).status_code == 400
    slack.allow_messages()


def test_a_response_url_works_for_thirty_minutes(slack, clicked, monkeypatch):
    _, url = clicked()
    slack.allow("expired_url")
    monkeypatch.setattr("sandbox.responses.SECONDS", 0)
    assert "expired_url" in url.send(text="late").body


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
    inside = threading.Barrier(2, timeout=5)
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
