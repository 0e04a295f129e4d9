"""Modals: triggers, stacks, hashes, what a submission may be answered with, typeaheads."""

import pytest
from slack_sdk import WebhookClient

from sandbox.state import REQUIRED
from tests.sandbox.kit import modal, option, refused, text, text_input

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


def test_a_trigger_expires(slack, app, trigger, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("sandbox.triggers.real_seconds", lambda: now[0])
    in_time, late = trigger(), trigger()
    now[0] += 3
    app.client.views_open(trigger_id=in_time, view=modal())
    now[0] += 0.1
    with refused(slack, "expired_trigger_id"):
        app.client.views_open(trigger_id=late, view=modal())


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
        {
            "type": "input",
            "block_id": "m",
            "label": text("Mail"),
            "element": {"type": "email_text_input", "action_id": "m"},
        },
        {
            "type": "input",
            "block_id": "u",
            "label": text("Link"),
            "element": {"type": "url_text_input", "action_id": "u"},
        },
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


def test_files_in_a_form(slack, app, trigger):
    seen = []
    app.bolt.view("form")(lambda ack, view: (seen.extend(view["state"]["values"]["f"]["f"]["files"]), ack()))
    element = {"type": "file_input", "action_id": "f", "filetypes": ["csv"], "max_files": 1}
    view = modal("form", {"type": "input", "block_id": "f", "label": text("File"), "element": element})
    app.client.views_open(trigger_id=trigger(), view=view)
    form = slack.as_("maya").modal
    with pytest.raises(AssertionError, match="none of csv"):
        form.attach("File", "a.exe", b"")
    form.attach("File", "book.csv", b"a,b").submit()
    assert (seen[0]["name"], seen[0]["size"]) == ("book.csv", 3)
    assert app.client.files_info(file=seen[0]["id"])["file"]["url_private_download"] == seen[0]["url_private_download"]


def test_an_option_offered_earlier_can_still_be_sent(slack, app, trigger):
    chosen = []
    app.bolt.options("account")(lambda ack, payload: ack(options=[option(payload["value"])]))
    app.bolt.view("form")(
        lambda ack, view: (chosen.append(view["state"]["values"]["a"]["account"]["selected_option"]["value"]), ack())
    )
    select = {
        "type": "external_select",
        "action_id": "account",
        "min_query_length": 1,
        "initial_option": option("First"),
    }
    view = modal("form", {"type": "input", "block_id": "a", "label": text("Account"), "element": select})
    app.client.views_open(trigger_id=trigger(), view=view)
    form = slack.as_("maya").modal
    assert form.value("Account") == "First"
    people = slack.sandbox.people
    for query, value in (("acme", "first"), ("globex", "acme")):
        form.suggest("Account", query)
        people.fill(form.actor.id, form.source.id, {"a": {"account": value}})
    form.submit()
    assert chosen == ["acme"]
