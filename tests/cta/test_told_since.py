"""What a morning's message told of a CTA, once it holds no more: it is done there, and no number counts it."""

from datetime import UTC, datetime

import pytest

from tests.account.books import fill

MONDAY = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)  # nine in New York
OVERDUE = {"playbook": "Expand: SCM", "opened_on": "2026-11-02", "due_on": "2026-11-20"}
SOON = {"playbook": "Expand: SCM", "opened_on": "2026-11-02", "due_on": "2026-12-02"}
IDLE = {"playbook": "Expand: SCM", "opened_on": "2026-08-03"}


@pytest.mark.parametrize(
    ("told", "first", "typed", "then"),
    [
        (OVERDUE, "was due Fri 20 Nov", "/cta due {} 18 Dec", "nothing is due any more"),
        (SOON, "due Wed 2 Dec", "/cta due {} 18 Dec", "nothing is due any more"),
        (SOON, "due Wed 2 Dec", "/cta due {} 1 Dec", "due tomorrow"),
        (OVERDUE, "was due Fri 20 Nov", "/cta snooze {} until 18 Dec", "snoozed until Fri 18 Dec"),
        (IDLE, "nothing since Mon 3 Aug", "/cta snooze {} until 18 Dec", "snoozed until Fri 18 Dec"),
        (IDLE, "nothing since Mon 3 Aug", "/cta note {} met them", "nothing is due any more"),
        (IDLE, "nothing since Mon 3 Aug", "/cta task {} add Call them", "nothing is due any more"),
        (OVERDUE, "was due Fri 20 Nov", "/cta assign {} @tom", "nothing is due any more"),
        (OVERDUE, "was due Fri 20 Nov", "/renewals churned Acme today price", "nothing is due any more"),
    ],
)
def test_what_was_told_and_holds_no_more_is_done_in_its_message(world, told, first, typed, then):
    """Seen failing with "was due Fri 18 Dec" of a day ahead and "nothing since today", counted among what is due."""
    book = fill(world)
    rows = {"owner": "maya@example.com", "status": "New", **told}
    assert not book.book(
        "ctas", {"account": "Acme", **rows}, {"account": "Globex", **rows, "playbook": "Expand: CI"}
    ).rejected
    (of_acme,) = book.rows("SELECT ctas.id FROM ctas JOIN accounts ON accounts.id = account_id WHERE name = 'Acme'")
    book.jump(MONDAY)
    maya = book.as_("maya")
    message = maya.expect_dm(f"Expand: SCM · {first}", f"Expand: CI · {first}")
    count = int(message.text.split(" things today")[0].split()[-1])
    maya.command(typed.format(of_acme["id"]))
    book.settle()
    done = "due" not in then.split()[0]
    message.expect(f"Acme · Expand: SCM: {then}" if done else f"Expand: SCM · {then}")
    others = typed.startswith("/renewals")  # its review is done with it
    assert message.text.startswith(f"Good morning: {count - done - others} things today")
    book.allow_messages()


@pytest.mark.parametrize(
    ("typed", "filled", "then"),
    [
        ("/cta reopen 1", None, "open again"),
        ("/cta withdraw 1", {}, "withdrawn"),
        ("/cta edit 1", {"Ask again on": "2026-12-14"}, "it comes back on Mon 14 Dec"),
        ("/cta edit 1", {"Why?": "Lack of budget"}, "closed for good"),
    ],
)
def test_a_deferred_one_that_is_back_no_more_is_done_in_its_message(world, typed, filled, then):
    book = fill(world)
    maya = book.as_("maya")
    maya.command("/cta open Acme expand ci").expect("Opened")
    maya.command("/cta close 1 no-success deferred until 30 Nov").expect("I'll bring it back")
    book.jump(MONDAY)
    message = maya.expect_dm("Expand: CI is back")
    said = maya.command(typed)
    if filled is not None:
        form = said.modal
        for label, value in filled.items():
            form.fill(label, value)
        form.submit()
    message.expect(f"✓ Acme · Expand: CI: {then}")
    book.allow_messages()
