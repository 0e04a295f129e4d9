"""Where the team wants it, a reply in the thread of a card is its note, and follows its message."""

import json
from argparse import Namespace
from dataclasses import replace
from types import SimpleNamespace

import pytest

from handlers.terminal.manifest import REPLY_EVENTS, run
from storage.base.policy import Policy
from tests.account.books import fill

HOSTILE = "<!channel> *bold*"


@pytest.fixture
def subscribed(sandbox):
    """The app as installed with the manifest that `manifest --card-replies` prints."""
    workspace, before = sandbox.workspace, sandbox.workspace.manifest
    workspace.manifest = replace(before, events=before.events | set(REPLY_EVENTS))
    yield
    workspace.manifest = before


@pytest.fixture
def wanted(make_world, subscribed):
    return with_card(make_world(card_replies=True))


def with_card(world):
    fill(world)
    world.db.execute("UPDATE accounts SET channel_id = ? WHERE name = 'Acme'", (world.channel_id("general"),))
    assert "Opened" in world.as_("maya").command("/cta open Acme expand ci due 18 Dec").text
    return world


def card(world):
    found = world.expect_message("general", "Acme · Expand: CI")
    world.posted()
    return found


def notes(world):
    world.after_acks()
    return [row["text"] for row in world.rows("SELECT text FROM notes ORDER BY id")]


def event(world, subtype, **fields):
    channel = world.channel_id("general")
    world.event("message.channels", channel=channel, channel_type="channel", subtype=subtype, ts="9.9", **fields)
    world.after_acks()


def as_said(world, who, text, thread, ts="5.000001", **more):
    return {
        "type": "message", "user": world.person_id(who), "text": text, "ts": ts, "thread_ts": thread.ts, **more,
    }  # fmt: skip


def test_a_reply_below_the_card_is_its_note_by_whoever_wrote_it(wanted):
    world, maya = wanted, wanted.as_("maya")
    world.as_("alex").says("the CTO asked for a demo", channel="general", thread=card(world))
    assert notes(world) == ["the CTO asked for a demo"]
    shown = maya.command("/cta show 1").text
    assert "Alex" in shown
    assert "the CTO asked for a demo" in shown
    assert "the CTO asked for a demo" in maya.command("/cta history 1").text
    assert world.rows("SELECT status FROM ctas")[0]["status"] == "work_in_progress"


def test_its_edit_changes_the_note_and_its_deletion_takes_it_back(wanted):
    world, thread = wanted, card(wanted)
    first = as_said(world, "maya", "a demo", thread)
    world.event("message.channels", channel=world.channel_id("general"), channel_type="channel", **{
        name: value for name, value in first.items() if name != "type"
    })  # fmt: skip
    assert notes(world) == ["a demo"]
    event(world, "message_changed", message=as_said(world, "maya", "two demos", thread, edited={"ts": "6.0"}))
    assert notes(world) == ["two demos"]
    event(world, "message_changed", message=as_said(world, "maya", "two demos", thread))
    event(world, "message_deleted", deleted_ts="5.000001", previous_message=as_said(world, "maya", "two demos", thread))
    assert notes(world) == []
    audit = world.rows("SELECT before, after FROM audit WHERE action = 'cta.note' ORDER BY id")
    assert [json.loads(row["after"])["note"] for row in audit] == ["a demo", "two demos", ""]
    assert json.loads(audit[-1]["before"])["note"] == "two demos"


def test_from_the_reload_that_says_otherwise_on_they_are_none(wanted):
    """Seen failing: they were kept until the next start."""
    world, thread, services = wanted, card(wanted), wanted.bot.services
    for wants, kept in ((False, []), (True, ["True"])):
        services.adopt(services.policy.model_copy(update={"card_replies": wants}), services.renderer)
        world.as_("alex").says(str(wants), channel="general", thread=thread)
        assert notes(world) == kept


def test_what_is_said_elsewhere_or_by_others_is_no_note(wanted):
    world, thread = wanted, card(wanted)
    world.as_("maya").says("not in a thread", channel="general")
    world.as_("alex").says("another thread", channel="general")
    another = world.messages("general", world.person_id("alex"))[-1]
    world.as_("maya").says("in another thread", channel="general", thread=another)
    world.as_("lena").says("not on the team", channel="general", thread=thread)
    event(world, "bot_message", text="from an app", bot_id="B1", thread_ts=thread.ts)
    event(world, "message_changed", message=as_said(world, "maya", "by an app", thread, bot_id="B1"))
    assert notes(world) == []
    world.expect_nothing_more()


def test_in_a_channel_shared_with_another_company_nothing_is_kept(wanted):
    world, thread = wanted, card(wanted)
    world.channel("general").share()
    world.as_("maya").says("they read along", channel="general", thread=thread)
    assert notes(world) == []


@pytest.mark.parametrize("message", [None, "x", {}, {"user": ""}, {"user": "U1", "ts": "1.1", "thread_ts": ["x"]}])
def test_events_that_lack_their_parts_change_nothing(wanted, message):
    card(wanted)
    event(wanted, "message_changed", message=message)
    assert notes(wanted) == []


def test_hostile_words_are_kept_as_written_and_shown_harmless(wanted):
    world = wanted
    world.as_("maya").says(HOSTILE, channel="general", thread=card(world))
    assert notes(world) == [HOSTILE]
    assert "<!channel>" not in str(world.as_("maya").command("/cta show 1").message.blocks)


@pytest.mark.usefixtures("subscribed")
def test_where_the_team_does_not_want_it_replies_are_left_alone(make_world):
    world = with_card(make_world())
    world.as_("maya").says("only a talk", channel="general", thread=card(world))
    assert notes(world) == []


def test_the_manifest_asks_for_these_events_only_where_they_are_wanted(capsys):
    plain, wanting = (_printed(capsys, card_replies=wanted) for wanted in (False, True))
    added = set(wanting["settings"]["event_subscriptions"]["bot_events"]) - set(
        plain["settings"]["event_subscriptions"]["bot_events"]
    )
    assert added == set(REPLY_EVENTS)
    assert plain["oauth_config"] == wanting["oauth_config"]


def _printed(capsys, *, card_replies):
    assert run(Namespace(request_url=None, card_replies=card_replies), SimpleNamespace(policy=Policy())) == 0
    return json.loads(capsys.readouterr().out)
