"""The guard: whatever happens inside a listener, nobody is left without an answer."""

import re

import pytest
from slack_bolt import BoltRequest

from handlers.door import nouns, register
from handlers.door.acks import ACK_BYTES
from handlers.door.request import Say
from storage.base.errors import UserError
from tests.account.books import fill

REFERENCE = re.compile(r"E-[0-9a-f]{6}")


def boom(request, services):
    raise RuntimeError("a bug with a secret xoxb-123 in it")


def refuse(request, services):
    raise UserError("That can't be.", "Try this instead.")


@pytest.fixture
def broken(monkeypatch, make_world):
    """A function that starts a bot whose every listener does the same thing."""
    real = nouns.table

    def start(handler):
        monkeypatch.setattr(register, "table", lambda name: dict.fromkeys(real(name), handler))
        return make_world()

    return start


def forged(world, kind, name):
    maya = world.as_("maya")
    person = {"id": maya.id, "team_id": "T0SANDBOX"}
    body = {"type": kind, "user": person, "trigger_id": "1.2.abc", "team": {"id": person["team_id"]}}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": name,
        "hash": "1",
        "private_metadata": "",
        "state": {"values": {}},
        "blocks": [{"type": "input", "block_id": "note"}],
    }
    match kind:
        case "block_actions":
            return body | {
                "actions": [{"action_id": name, "block_id": "b", "type": "button", "value": "1", "action_ts": "1"}]
            }
        case "view_submission":
            return body | {"view": view}
        case "block_suggestion":
            return body | {"action_id": name, "block_id": "b", "value": "ac", "view": view}
        case _:
            return body | {"callback_id": name, "action_ts": "1"}


@pytest.mark.parametrize("command", sorted(nouns.table("COMMANDS")))
def test_a_bug_in_a_command_is_a_reference_for_the_person(broken, caplog, command):
    world = broken(boom)
    reply = world.as_("maya").command(f"{command} whatever")
    found = REFERENCE.search(reply.text)
    assert found
    assert "Traceback" not in reply.text
    assert "xoxb" not in reply.text
    assert found[0] in caplog.text


def test_a_bug_in_any_listener_is_answered(broken, caplog):
    world = broken(boom)
    team = world.slack.sandbox.workspace.people[world.as_("maya").id].team_id
    wanted = [
        *(("block_actions", name, "DM") for name in nouns.table("ACTIONS")),
        *(("view_submission", name, "error at a field") for name in nouns.table("VIEWS")),
        *(("block_suggestion", name, "no options") for name in nouns.table("OPTIONS")),
        *(("shortcut", name, "DM") for name in nouns.table("SHORTCUTS")),
    ]
    assert len(wanted) > 30
    for kind, name, where in wanted:
        body = forged(world, kind, name)
        body["user"]["team_id"] = body["team"]["id"] = team
        answer = world.forge(body, accepts_payload=kind in ("view_submission", "block_suggestion"))
        if where == "DM":
            assert REFERENCE.search(world.as_("maya").expect_dm().text), name
        elif where == "no options":
            assert answer == {"options": []}, name
        else:
            assert REFERENCE.search(answer["errors"]["note"]), name
    assert "xoxb-123" in caplog.text  # the log keeps the whole traceback


def test_what_a_person_did_wrong_is_said_in_words_and_what_they_typed_is_kept(broken):
    world = broken(refuse)
    reply = world.as_("maya").command("/cta open Acmee ci expand")
    assert "That can't be. Try this instead." in reply.text
    assert "Your text is kept: /cta open Acmee ci expand" in reply.text
    assert not REFERENCE.search(reply.text)


@pytest.mark.parametrize("who", ["guest", "stranger"])
def test_outsiders_are_refused_at_every_door(world, who):
    people = world.slack.sandbox.workspace.people.values()
    outsider = next((p for p in people if getattr(p, who, False)), None)
    assert outsider, f"the sandbox has no {who}"
    reply = world.as_(outsider.name).command("/cta", forged=True)
    assert "members of this workspace only" in reply.text


def delivered(world, text):
    """A command as Slack hands it over, which it may do twice; the body of its ack."""
    name, _, rest = text.partition(" ")
    maya, team = world.as_("maya").id, world.bot.services.team_id
    payload = {"command": name, "text": rest, "trigger_id": f"1.2.{text}", "user_id": maya, "team_id": team}
    return world.bot.app.dispatch(BoltRequest(body=payload, mode="socket_mode")).body


@pytest.mark.parametrize("typed", [
    "/cta close 1 success", "/cta close 1 no-success budget", "/cta note 1 met", "/cta open Acme expand scm", "/cta reopen 2",
    "/renewals undo Globex", "/renewals skip Acme they leave", "/ebr log Acme 12 Nov", "/account add Initech arr 5",
])  # fmt: skip
def test_a_command_that_comes_twice_is_carried_out_once_and_answered_the_same(world, typed):
    book = fill(world)
    book.bot.machine.stop()  # who is told of it is no matter here
    for before in ("open Acme expand ci", "open Acme enable scm", "close 2 no-success budget"):
        assert delivered(book, f"/cta {before}")
    assert "skipped" in delivered(book, "/renewals skip Globex they are small")
    first, done = delivered(book, typed), book.rows("SELECT id FROM audit")
    assert first
    assert delivered(book, typed) == first
    assert book.rows("SELECT id FROM audit") == done


def test_what_another_thread_has_carried_out_meanwhile_is_answered_as_there(broken):
    def late(request, services):
        with services.unit(request) as unit:  # the other thread
            unit.keep_answer(Say({"text": "Done.", "blocks": []}).as_json())
        raise UserError("It is done already.")

    assert "Done." in delivered(broken(late), "/cta close 1 success")


def test_an_ack_fits_into_a_frame_whatever_its_characters_take(broken):
    text = "\N{PARTY POPPER}" * 2000  # of 12 bytes each
    world = broken(lambda request, services: Say({"text": text, "blocks": []}))
    assert len(delivered(world, "/cta")) < ACK_BYTES
    assert world.as_("maya").expect_dm().text == text
