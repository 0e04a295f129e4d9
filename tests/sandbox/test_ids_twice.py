"""A `block_id` or `action_id` that stands twice is refused on every way by which blocks leave an app."""

import pytest
from slack_sdk import WebhookClient

from tests.sandbox.kit import actions, button, modal, option, refused, section, text, text_input

TWICE = {
    "block_id": [section("one", block_id="same"), section("two", block_id="same")],
    "action_id": [actions(button("One", "same"), button("Two", "same"))],
}
ACME, MAYA = "C0000ACME", "U0000MAYA"


@pytest.fixture(params=TWICE.values(), ids=TWICE)
def twice(request):
    return request.param


@pytest.fixture
def caught(slack, app):
    """A function that calls a command and gives its body: trigger and response URL."""
    bodies = []
    app.bolt.command("/try")(lambda ack, body: (bodies.append(body), ack()))

    def fresh():
        slack.as_("maya").command("/try", "#acme")
        return bodies[-1]

    return fresh


MESSAGES = {
    "chat.postMessage": {"channel": ACME},
    "chat.postEphemeral": {"channel": ACME, "user": MAYA},
    "chat.update": {"channel": ACME},
}


@pytest.mark.parametrize("method", MESSAGES)
def test_in_messages(slack, app, twice, method):
    where = MESSAGES[method]
    if method == "chat.update":
        where = where | {"ts": app.client.chat_postMessage(channel=ACME, text="x")["ts"]}
        slack.allow_messages()
    with refused(slack, "invalid_blocks"):
        app.client.api_call(method, json=where | {"text": "x", "blocks": twice})


def test_in_attachments(slack, app, twice):
    with refused(slack, "invalid_blocks"):
        app.client.chat_postMessage(channel=ACME, text="x", attachments=[{"blocks": twice}])


@pytest.mark.parametrize("method", ["views.open", "views.push", "views.update"])
def test_in_modals(slack, app, caught, twice, method):
    if method != "views.open":
        opened = app.client.views_open(trigger_id=caught()["trigger_id"], view=modal("first"))["view"]
    where = {"view_id": opened["id"]} if method == "views.update" else {"trigger_id": caught()["trigger_id"]}
    with refused(slack, "invalid_arguments"):
        app.client.api_call(method, json=where | {"view": modal("twice", *twice)})


def test_on_home(slack, app, twice):
    with refused(slack, "invalid_arguments"):
        app.client.views_publish(user_id=MAYA, view={"type": "home", "blocks": twice})


@pytest.mark.parametrize(
    "how", [{}, {"response_type": "in_channel"}, {"replace_original": True}], ids=["said", "posted", "replaced"]
)
def test_by_response_url(slack, app, twice, how):
    urls = []
    app.bolt.action("go")(lambda ack, body: (urls.append(body["response_url"]), ack()))
    app.client.chat_postMessage(channel=ACME, text="x", blocks=[actions(button("Go", "go"))])
    slack.as_("maya").expect_message("#acme").click("Go")
    slack.allow("invalid_blocks")
    answer = WebhookClient(urls[-1]).send(text="x", blocks=twice, **how)
    assert (answer.status_code, "invalid_blocks" in answer.body) == (400, True)


def test_in_the_ack_of_a_command(slack, app, twice):
    app.bolt.command("/try")(lambda ack: ack(text="x", blocks=twice))
    slack.allow("invalid_blocks")
    assert slack.as_("maya").command("/try", "#acme").failure == '/try failed with the error "invalid_blocks"'
    slack.allow_messages()


@pytest.mark.parametrize("how", ["update", "push"])
def test_in_the_ack_of_a_submission(slack, app, caught, twice, how):
    app.bolt.view("form")(lambda ack: ack(response_action=how, view=modal("twice", *twice)))
    app.client.views_open(trigger_id=caught()["trigger_id"], view=modal("first"))
    slack.allow("invalid_arguments")
    form = slack.as_("maya").modal.fill("Name", "typed")
    assert not form.submit().ok
    assert (form.is_open, form.title, form.value("Name")) == (True, "first", "typed")


def test_errors_at_a_block_that_the_form_has_not_are_refused(slack, app, caught):
    app.bolt.view("form")(lambda ack: ack(response_action="errors", errors={"name": "No", "same": "No"}))
    app.client.views_open(trigger_id=caught()["trigger_id"], view=modal("first"))
    slack.allow("invalid_arguments")
    assert not slack.as_("maya").modal.fill("Name", "typed").submit().ok


@pytest.mark.parametrize("grouped", [False, True])
def test_an_option_that_is_offered_twice(slack, app, caught, grouped):
    options = [option("One", "1"), option("Other", "1")]
    answer = {"option_groups": [{"label": text("G"), "options": options}]} if grouped else {"options": options}
    app.bolt.options("account")(lambda ack: ack(**answer))
    select = {"type": "external_select", "action_id": "account", "min_query_length": 1}
    view = modal("form", text_input(), {"type": "input", "block_id": "a", "label": text("Account"), "element": select})
    app.client.views_open(trigger_id=caught()["trigger_id"], view=view)
    slack.allow("invalid_options")
    assert slack.as_("maya").modal.suggest("Account", "x") == []
