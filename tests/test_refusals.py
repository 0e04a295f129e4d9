"""What Slack refuses in the ordinary course of things is said in words; what was done before it is said to be done."""

import ast
import re
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from handlers.door.refusals import in_words
from reminders.outbox.slack_codes import meaning_of
from tests.cta.conftest import NOW, a_book
from tests.delivery.test_refusals import ANY, DOCUMENTED
from tests.test_guard import REFERENCE

ROOT = Path(__file__).parents[1]
TRACEBACK = re.compile(r"Traceback|E-[0-9a-f]{6}")


@pytest.fixture
def book(slack, make_world, caplog):
    """Acme with an open CTA of three tasks or more; nothing of what is tried here is a bug."""
    slack.start_at(NOW.replace(hour=15))
    world = a_book(make_world())
    assert "Opened" in world.as_("maya").command("/cta open Initech expand ci").text  # in no channel: no card
    yield world
    world.after_acks()
    world.allow_messages()
    assert not TRACEBACK.search(caplog.text)


def tick_first(modal):
    """Tick the first task of the form."""
    return modal.select("cta.tick.0", modal.options("cta.tick.0")[:1])


# Refused, and nothing was done --------------------------------------------------------------------------------------

WORDS = {
    "expired_trigger_id": "three seconds",
    "trigger_exchanged": "three seconds",
    "ratelimited": "slow down",
    "token_revoked": "token (token_revoked)",
    "account_inactive": "token (account_inactive)",
    "missing_scope": "missing_scope",
    "internal_error": "trouble just now (internal_error)",
    "fatal_error": "trouble just now (fatal_error)",
}


@pytest.mark.parametrize(("code", "words"), WORDS.items())
def test_a_form_that_slack_does_not_open_is_answered_in_words(book, code, words):
    book.slack.faults.add("error", "views.open", code=code)
    reply = book.as_("maya").command("/account add")
    assert words in reply.text
    assert "Your text is kept: /account add" in reply.text
    assert not REFERENCE.search(reply.text)


@pytest.mark.parametrize(
    "fault", [{"kind": "rate_limited"}, {"kind": "server_error", "status": 503}, {"kind": "reset"}]
)
def test_a_slack_that_is_unwell_is_answered_in_words(book, fault):
    book.slack.faults.add(method="views.open", **fault)
    reply = book.as_("maya").command("/account add")
    assert re.search("slow down|trouble just now|did not answer", reply.text)
    assert not REFERENCE.search(reply.text)


def test_a_newcomer_in_a_storm_of_429_is_told_so(book):
    book.slack.faults.add("rate_limited", "users.info")
    newcomer = next(p for p in book.slack.sandbox.workspace.people.values() if p.name == "kenji")
    with book.unit() as unit:
        unit.db.execute("UPDATE people SET slack_id = NULL WHERE slack_id = ?", (newcomer.id,))
    reply = book.as_("kenji").command("/cta")
    assert "slow down" in reply.text
    assert not REFERENCE.search(reply.text)


@pytest.mark.parametrize("code", ["not_found", "hash_conflict"])
def test_a_form_that_was_closed_meanwhile_is_missed_by_nobody(book, code):
    maya = book.as_("maya")
    modal = maya.command("/cta task 1").modal
    book.slack.faults.add("error", "views.update", code=code)
    tick_first(modal)
    book.after_acks()
    assert book.rows("SELECT count(*) AS n FROM tasks WHERE state = 'done'") == [{"n": 1}]


def test_all_that_slack_documents_has_words_or_is_a_bug_of_ours():
    """Whatever a handler calls: nothing but a mistake in what the bot sent is called one."""
    handled = ("chat.", "views.", "users.", "conversations.", "files.")
    codes = {code for method, own in DOCUMENTED.items() if method.startswith(handled) for code in own.split()}
    wordless = [code for code in sorted(codes | set(ANY.split())) if in_words(refused(code)) is None]
    assert {meaning_of(code) for code in wordless} == {"payload"}


def refused(code):
    return SlackApiError(
        "",
        SlackResponse(
            client=None,
            http_verb="POST",
            api_url="",
            req_args={},
            data={"ok": False, "error": code},
            headers={},
            status_code=200,
        ),
    )


# Refused after it was done ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["internal_error", "ratelimited", "token_revoked", "missing_scope"])
def test_what_was_done_before_the_form_could_not_be_drawn_is_said_to_be_done(book, code):
    maya = book.as_("maya")
    modal = maya.command("/cta task 1").modal
    book.slack.faults.add("error", "views.update", code=code)
    tick_first(modal)
    shown = maya.expect_modal("Done", "Saved: Initech · Expand: CI, 1 of", "Only showing it failed.")
    assert "nothing was changed" not in shown.text
    assert book.rows("SELECT count(*) AS n FROM tasks WHERE state = 'done'") == [{"n": 1}]


def test_a_bug_after_the_commit_does_not_say_that_nothing_was_changed(slack, make_world):
    slack.start_at(NOW.replace(hour=15))
    world = a_book(make_world())
    maya = world.as_("maya")

    def bug():
        raise RuntimeError("the machine can't be woken")

    world.bot.services.__dict__["wake"] = bug
    reply = maya.command("/cta open Initech expand ci")
    assert "nothing was changed" not in reply.text
    assert "Opened" in reply.text
    assert REFERENCE.search(reply.text)
    assert world.rows("SELECT count(*) AS n FROM ctas") == [{"n": 1}]


def test_all_that_is_carried_out_keeps_words_for_it():
    """Each unit of work that a request begins keeps its answer: the guard says it where showing it fails.

    But for `carry_out_unasked`: nobody is answered.
    """
    silent = []
    for path in (ROOT / "handlers").rglob("*.py"):
        tree = ast.parse(path.read_text())
        tree.body = [node for node in tree.body if getattr(node, "name", "") != "carry_out_unasked"]
        for node in ast.walk(tree):
            if isinstance(node, ast.With) and "services.unit(" in ast.unparse(node.items[0].context_expr):
                body = ast.unparse(node)
                if "keep_answer" not in body and "_keep(" not in body:
                    silent.append(f"{path.name}:{node.lineno}")
    assert silent == []


# The way back -------------------------------------------------------------------------------------------------------


def test_where_the_way_back_is_used_up_answers_and_errors_come_by_dm(book):
    def used_up(url, body):
        raise RuntimeError("response_url refused: 404 used_url")

    maya = book.as_("maya")
    listed = maya.command("/cta").message
    book.bot.services.__dict__["respond"] = used_up
    book.slack.faults.add("error", "views.open", code="expired_trigger_id")
    listed.select("Update", "Snooze")
    maya.expect_dm("three seconds")
    listed.select("Update", "Success")
    maya.expect_dm("Closed: success")
