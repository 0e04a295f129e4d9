"""Bolt asks one listener after the other whether it is meant: ours are found by their names, whatever came first."""

import pytest
from slack_bolt import BoltRequest
from slack_bolt.listener.listener import Listener

from handlers.door.nouns import table


@pytest.fixture
def asked(monkeypatch):
    found, matches = [], Listener.matches

    def counted(self, **asked):
        found.append(self)
        return matches(self, **asked)

    monkeypatch.setattr(Listener, "matches", counted)
    return found


def click(book, action_id, **more):
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": "1", "action_ts": "1"}
    body = {
        "type": "block_actions",
        "user": {"id": "U0000MAYA", "team_id": book.bot.services.team_id},
        "team": {"id": book.bot.services.team_id},
        "trigger_id": f"{action_id}.1",
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1"},
        "response_url": "http://127.0.0.1:1/",
        "actions": [action],
        **more,
    }
    return BoltRequest(body=body, mode="socket_mode")


def test_of_hundreds_of_buttons_none_is_asked_whether_it_is_meant(book, asked):
    names = list(table("ACTIONS"))
    assert len(names) > 250
    for name in (names[0], names[-1], "ignore.this"):
        asked.clear()
        assert book.bot.app.dispatch(click(book, name)).status == 200
        assert not asked, name
    book.after_acks()
    book.allow_messages()  # nobody can click what no message shows


def test_a_button_that_nobody_handed_in_reaches_no_handler(book):
    assert book.bot.app.dispatch(click(book, "cta.nothing")).status == 404


def test_what_has_a_name_of_ours_in_another_place_reaches_no_handler(book):
    old = click(book, "cta.nothing", type="interactive_message", callback_id="cta.show")
    assert "cta.show" in table("ACTIONS")
    assert book.bot.app.dispatch(old).status == 404


def test_no_client_is_made_for_a_request(book):
    request = click(book, "ignore.this")
    book.bot.app.dispatch(request)
    assert request.context.client is book.bot.app.client
