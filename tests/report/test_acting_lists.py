"""The lists behind numbers, and those of `/playbooks`, act: each row opens or does what it is about."""

import pytest

from tests.account.books import fill

SLOW_SINCE = "2026-01-05"


@pytest.fixture
def book(world):
    """An open CTA, a deferred and a won one of Acme; a slow one of Globex."""
    fill(world)
    maya = world.as_("maya")
    for words in ("Acme expand ci", "Acme expand scm", "Acme expand cd", "Globex expand ci"):
        assert "Opened" in maya.command(f"/cta open {words}").text
    assert "15 Dec" in maya.command("/cta close 2 no-success deferred until 15 Dec").text
    assert "Closed" in maya.command("/cta close 3 success").text
    with world.unit() as unit:
        unit.db.execute("UPDATE ctas SET opened_on = ? WHERE id = 4", (SLOW_SINCE,))
        for _ in range(12):  # how long they take as a rule
            unit.db.execute(
                "INSERT INTO ctas(account_id, playbook, use_case, motion, status, opened_on, closed_on, reported, known_at)"
                " SELECT account_id, playbook, use_case, motion, 'closed_success', '2026-03-01', '2026-03-15', 1, known_at"
                " FROM ctas WHERE id = 1"
            )
    yield world
    world.after_acks()
    world.allow_messages()


def status(book, number):
    return book.rows("SELECT status FROM ctas WHERE id = ?", number)[0]["status"]


def test_a_row_behind_a_number_is_worked_on_where_it_stands(book):
    maya = book.as_("maya")
    modal = maya.command("/playbooks report").message.click("CTAs").modal
    assert "#3 Acme" in modal.text
    modal.overflow("Show", row="#3 Acme")
    assert "Closed: success" in maya.expect_modal("CTAs", "Closed: success").text


def test_a_slow_one_is_closed_from_its_row(book):
    shown = book.as_("maya").command("/playbooks stalled").message
    assert "#4 Globex" in shown.text
    shown.overflow("Success", row="#4 Globex")
    book.after_acks()
    assert status(book, 4) == "closed_success"


def test_a_deferred_one_is_opened_again_from_its_row(book):
    maya = book.as_("maya")
    maya.command("/playbooks deferred").message.click("Show", row="December 2026")
    modal = maya.expect_modal("CTAs", "#2 Acme")
    modal.overflow("Open it again", row="#2 Acme")
    book.after_acks()
    assert book.rows("SELECT playbook FROM ctas WHERE linked_to = 2")[0]["playbook"] == "Expand: SCM"


def test_a_playbook_is_opened_from_the_catalogue(book):
    shown = book.as_("maya").command("/playbooks catalogue").message.expect("Expand · 9 playbooks")
    assert "Enable:" not in shown.text  # a page a motion: half as tall
    shown.click("Enable 9")
    form = shown.expect("Enable · 9 playbooks").click("Open", row="Enable: SCM").modal
    assert form.title == "Open a CTA"
    assert form.value("cta.playbook") == "Enable: SCM"


def test_who_may_not_is_refused_at_the_row(book):
    lena = book.as_("lena")
    lena.command("/playbooks stalled").message.overflow("Success", row="#4 Globex")
    book.after_acks()
    assert status(book, 4) == "new"


def test_a_renewal_behind_the_number_opens(book):
    maya = book.as_("maya")
    maya.command("/playbooks summary").message.click("2 renewals")
    maya.expect_modal("Renewals", "Acme").click("Show", row="Acme")
    assert "five-month review" in maya.expect_modal("Renewal", "five-month").text
