"""Response URLs: five uses within thirty minutes; they post, replace and delete."""

import pytest
from slack_sdk import WebhookClient

from tests.sandbox.kit import actions, button, section


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
