"""What is said after an ack comes though Slack is unwell, or its form is gone: nobody else is left to say it."""

import time
from types import SimpleNamespace

import pytest
from slack_sdk.errors import SlackApiError

from handlers.door.refusals import left_alone_for
from sandbox.workspace import BOT_USER
from storage.base import people
from tests import forging
from tests.account.books import MAYA, account
from tests.account.test_import_in_slack import FILE, import_


@pytest.fixture(autouse=True)
def unwell(book):
    book.allow("ratelimited", "rate_limited", "not_found", "internal_error")
    yield
    book.allow_messages()


@pytest.fixture
def book(make_book):
    return make_book("plans")


def note(book):
    """A form that was opened on Home: no response_url leads back."""
    forging.submit(book, "maya", "account.note", {"account": account(book).id}, {"note": "met their CTO"})


def refused(book):
    forging.click(book, "lena", "account.note", str(account(book).id))


def spoken(book):
    book.as_("maya").says("account Acme")


@pytest.mark.parametrize(("said", "seconds"), [("0", 1), ("7", 7), ("soon", 1), ("", 1)])
def test_slack_is_not_asked_again_at_once_whatever_it_says(said, seconds):
    error = SlackApiError("", SimpleNamespace(headers={"Retry-After": said}))
    assert left_alone_for(error) == seconds


@pytest.mark.parametrize(
    ("ask", "who", "words"),
    [(note, "maya", "noted: met"), (refused, "lena", "Only the account team"), (spoken, "maya", "Acme")],
)
def test_an_answer_waits_as_long_as_slack_asks(book, ask, who, words):
    book.sandbox.faults.add("rate_limited", "chat.postMessage", times=2, retry_after=1)
    ask(book)
    book.as_(who).expect_dm(words)
    assert book.sandbox.faults.waiting() == []


UNWELL = [("server_error", {}), ("reset", {}), ("hang", {"seconds": 3}), ("error", {"code": "internal_error"})]


@pytest.mark.parametrize("fault", UNWELL)
@pytest.mark.parametrize(
    ("ask", "who", "words"),
    [(note, "maya", "noted: met"), (refused, "lena", "Only the account team"), (spoken, "maya", "Acme")],
)
def test_an_answer_is_given_though_slack_is_unwell_for_a_moment(book, ask, who, words, fault):
    book.sandbox.faults.add(fault[0], "chat.postMessage", times=2, **fault[1])
    ask(book)
    book.as_(who).expect_dm(words, seconds=15)
    assert book.sandbox.faults.waiting() == []


@pytest.mark.parametrize("fault", UNWELL)
def test_so_is_one_whose_response_url_fails_with_it(book, fault):
    maya = book.as_("maya")
    maya.command("/cta open Acme expand ci due 23 Nov").expect("Opened")
    closed = maya.command("/cta close 1 success").message
    for method in ("response_url", "chat.postMessage"):
        book.sandbox.faults.add(fault[0], method, **fault[1])
    closed.click("Undo")
    maya.expect_dm("Open again, as it was.", seconds=15)
    assert book.sandbox.faults.waiting() == []


@pytest.mark.parametrize("fault", UNWELL)
@pytest.mark.parametrize(
    ("who", "action", "words"),
    [("lena", "account.note", "Only the account team"), ("maya", "account.health", "health green")],
)
def test_what_can_not_be_shown_in_a_form_is_a_message(book, who, action, words, fault):
    book.sandbox.faults.add(fault[0], "views.push", **fault[1])
    forging.click(book, who, action, f"{account(book).id}:green", view=forging.view("", {}, {}))
    book.as_(who).expect_dm(words, seconds=15)


@pytest.mark.parametrize("fault", UNWELL)
def test_what_can_not_be_said_in_a_channel_comes_by_itself(book, fault):
    book.sandbox.faults.add(fault[0], "chat.postEphemeral", **fault[1])
    book.as_("maya").says(f"@{BOT_USER} account acme", "#acme")
    book.as_("maya").expect_dm("Acme", seconds=15)


@pytest.mark.parametrize("fault", [("rate_limited", {"retry_after": 1}), *UNWELL])
@pytest.mark.parametrize("method", ["conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"])
def test_so_does_a_file_that_somebody_asked_for(book, method, fault):
    maya = book.as_("maya")
    maya.command("/success plan Acme").message.click("Begin the plan")
    maya.expect_modal("Success plan").fill("Strategy: why did they buy?", "speed").submit().expect("saved")
    book.sandbox.faults.add(fault[0], method, **fault[1])
    maya.command("/success plan Acme file").expect("comes in your messages")
    maya.expect_dm("The success plan of Acme, as a page.", seconds=15)
    assert book.sandbox.faults.waiting() == []


def test_so_does_home(book):
    maya = book.as_("maya")
    maya.open_home()
    book.sandbox.faults.add("rate_limited", "views.publish", retry_after=1)
    maya.command("/cta open Acme expand ci due 23 Nov").expect("Opened")
    book.bot.services.redraw_home(people.by_email(book.db, MAYA), 0)
    maya.expect_home("Expand: CI")


@pytest.fixture
def read_at(book, monkeypatch):
    """A function that does something once "Importing …" stands, before the result comes."""
    from handlers.importing import slack

    download = slack.download

    def at(do):
        since = book.log.seq

        def held(*args):
            while not book.log.entries("asked", method="views.update", after=since):
                time.sleep(0.01)
            do()
            return download(*args)

        monkeypatch.setattr(slack, "download", held)

    return at


@pytest.mark.parametrize("fault", [("rate_limited", {"retry_after": 1}), ("server_error", {}), ("reset", {})])
def test_what_an_import_did_is_said_in_its_form_though_slack_has_trouble(book, read_at, fault):
    shown = import_(book, FILE)
    read_at(lambda: book.sandbox.faults.add(fault[0], "views.update", **fault[1]))
    shown.click("Import 2")
    book.as_("priya").expect_modal("Import", "Imported book.csv")
    assert book.sandbox.faults.waiting() == []


def test_who_has_closed_the_form_of_an_import_meanwhile_is_told_by_message(book, read_at):
    shown = import_(book, FILE)
    read_at(book.sandbox.workspace.stacks[book.person_id("priya")].clear)
    shown.click("Import 2")
    book.as_("priya").expect_ephemeral("Imported book.csv", "1 new")
    assert account(book, "Newco")


def test_so_is_who_closed_it_where_nothing_was_imported(book, read_at):
    shown = import_(book, FILE)

    def gone():
        book.sandbox.workspace.files.clear()
        book.sandbox.workspace.stacks[book.person_id("priya")].clear()

    book.allow("file_not_found")
    read_at(gone)
    shown.click("Import 2")
    book.as_("priya").expect_ephemeral("Slack does not show me the file.")


def test_who_waits_for_what_a_killed_bot_was_importing_reads_what_to_do_and_it_is_taken_in_once(book, read_at):
    """Seen failing while it said "Importing …", for ever."""
    shown, seen = import_(book, FILE), []
    read_at(lambda: seen or seen.append(book.as_("priya").expect_modal("Import", "Importing …").text))
    shown.click("Import 2")
    book.as_("priya").expect_modal("Import", "Imported book.csv").close(everything=True)
    assert "import the file again: nothing is taken in twice" in seen[0]
    assert "The file says nothing new." in import_again(book)
    assert len(book.rows("SELECT 1 FROM accounts WHERE crm_id = 'N1'")) == 1


def import_again(book):
    form = book.as_("priya").command("/account import").modal
    form.attach("File", "book.csv", FILE)
    form.submit()
    return book.as_("priya").expect_modal("Import", "nothing new").text
