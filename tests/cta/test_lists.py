"""Lists that page and act in place, and bare `/cta` with nothing, a few and many."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.cta.slack import listing, lists
from handlers.door.nouns import table
from storage.account import store as accounts
from storage.base import people
from storage.cta import life as cta_life
from storage.playbook import store as playbooks
from templates.blocks.render import OURS
from templates.cta import history_show as cta_history
from tests.cta.conftest import insert_account


def open_many(world, count, owner="maya@example.com"):
    """Open this many Expand CTAs, each of an account of its own, due one day after the other."""
    with world.unit() as unit:
        playbook = playbooks.named(unit.db, "Expand: CI")
        person = people.ensure_email(unit, owner)
        for number in range(count):
            account_id = insert_account(unit, f"Customer {number:02}", person.id)
            cta_life.open_cta(
                unit,
                account=accounts.get(unit.db, account_id),
                playbook=playbook,
                due_on=unit.today + timedelta(number),
            )


def test_bare_with_nothing(acme):
    shown = acme.as_("maya").command("/cta").message
    assert shown.text.splitlines()[0] == "Nothing open. Open one when you start exploring with a customer."
    assert "0 open" not in shown.text
    assert shown.buttons == ["Open a CTA", "My day"]
    assert shown.click("Open a CTA").modal.title == "Open a CTA"


def test_bare_with_seven(acme):
    open_many(acme, 7)
    acme.rows("UPDATE ctas SET due_on = '2026-11-20' WHERE id = 3 RETURNING id")
    shown = acme.as_("maya").command("/cta").message
    lines = shown.text.splitlines()
    assert lines[0] == "7 open CTAs · 1 overdue · 6 due this week"
    assert lines[1].startswith("Customer 02 · Expand: CI · was due Fri 20 Nov · 6 tasks left")
    assert shown.buttons == ["Show all 7", "Overdue 1", "This week 6", "Open a CTA", "My day"]
    shown.click("Show all 7")
    shown.expect("7 open CTAs of yours", "Customer 06")


def test_a_list_pages_and_acts_in_place(acme):
    open_many(acme, 25)
    maya = acme.as_("maya")
    shown = maya.command("/cta list").message
    assert "25 open CTAs of yours" in shown.text
    assert "1 to 10 of 25" in shown.text
    assert "Previous" not in shown.buttons  # a page leads to none that is not there
    shown.click("Next")
    shown.expect("11 to 20 of 25")
    assert shown.buttons[:2] == ["Next", "Previous"]
    shown.click("Next")
    shown.expect("21 to 25 of 25", "Customer 24")
    assert "Next" not in shown.buttons
    shown.click("Previous")
    shown.expect("11 to 20 of 25", "Customer 10")
    shown.select("Update", "Success", row="Customer 12")
    shown.expect("Customer 12 · Expand: CI · Closed: success", "24 open CTAs of yours", "11 to 20 of 24", "Customer 13")
    shown.select("Update", "Add a note", row="Customer 13")
    maya.expect_modal("Add a note").fill("Note", "hello").submit()
    shown.expect("Noted.", "Customer 13", "11 to 20 of 24")
    shown.select("Update", "No success", row="Customer 14")
    maya.expect_modal("Close a CTA").fill("Why?", "Lack of budget").submit()
    shown.expect("Closed: Lack of budget", "23 open CTAs of yours", "11 to 20 of 23")
    shown.click("Previous")
    shown.expect("1 to 10 of 23")


def test_a_page_beyond_the_end_is_the_last_one(acme):
    open_many(acme, 11)
    shown = acme.as_("maya").command("/cta list").message
    shown.click("Next")
    shown.expect("11 to 11 of 11")
    shown.select("Update", "Success")
    shown.expect("10 open CTAs of yours", "Customer 00", "Closed: success")


@pytest.mark.parametrize(
    ("words", "shows"),
    [
        ("list all", "3 open CTAs"),
        ("list mine", "2 open CTAs of yours"),
        ("list overdue", "No overdue CTAs of yours"),
        ("list overdue all", "1 overdue CTA"),
        ("list account Globex", "1 open CTA of Globex"),
        ("list Globex", "1 open CTA of Globex"),
        ("list use case CI", "1 open CI CTA"),
        ("list enable", "2 open Enable CTAs"),
        ("list team", "open CTAs of your team"),
        ("list deferred", "No deferred CTAs of yours"),
    ],
)
def test_what_a_list_shows(acme, words, shows):
    maya, tom = acme.as_("maya"), acme.as_("tom")
    maya.command("/cta open Initech expand ci").expect("Opened")
    maya.command("/cta open Initech enable cd").expect("Opened")
    tom.command("/cta open Globex enable scm internal").expect("Opened")
    acme.rows("UPDATE ctas SET due_on = '2026-11-01' WHERE id = 3 RETURNING id")
    maya.command(f"/cta {words}").expect(shows)


def test_a_list_of_an_account_that_there_is_not(acme):
    asked = acme.as_("maya").command("/cta list account Acmee").message
    assert "No account called 'Acmee'" in asked.text
    asked.click("Acme")
    asked.expect("No open CTAs of Acme")


@pytest.mark.parametrize("words", ["", "overdue", "deferred", "expand"])
def test_a_list_of_an_archived_account_says_why_it_is_empty(acme, words):
    maya = acme.as_("maya")
    maya.command("/cta open Initech expand ci").expect("Opened")
    acme.rows("UPDATE accounts SET archived_at = '2026-11-01T09:00:00Z' WHERE name = 'Initech' RETURNING id")
    shown = maya.command(f"/cta list {words} account Initech").message
    assert "Initech is archived" in shown.text.replace("*", "")
    assert "No open" not in shown.text
    shown.click("Show the account").expect("archived")


def test_lists_are_narrowed_and_widened_by_buttons(acme):
    open_many(acme, 2)
    shown = acme.as_("tom").command("/cta list").message
    assert "No open CTAs of yours" in shown.text
    shown.click("My team")
    shown.expect("your team")
    shown.click("All")
    shown.expect("2 open CTAs", "Customer 01")
    assert "@maya" in shown.text
    assert acme.as_("tom").command("/cta list @maya").text.count("@maya") == 0, "the head names her"
    shown.click("Overdue")
    shown.expect("No overdue CTAs")


def test_my_day(acme):
    maya = acme.as_("maya")
    modal = maya.command("/cta").message.click("My day").modal
    assert "All clear" in modal.text
    open_many(acme, 1)
    acme.rows("UPDATE ctas SET due_on = '2026-11-01' RETURNING id")
    modal = maya.command("/cta").message.click("My day").modal
    assert "Customer 00" in modal.text
    assert "was due" in modal.text


def test_every_id_that_is_shown_is_handled():
    known = {name for kind in ("ACTIONS", "VIEWS", "OPTIONS") for name in table(kind)}
    sources = [
        *(OURS / "cta").glob("*.j2"),
        *(OURS / "views").glob("cta*.py"),
        Path(listing.__file__),
        Path(lists.__file__),
    ]
    shown = {name for path in sources for name in re.findall(r'"((?:cta|day)\.[a-z_.]+[a-z])"', path.read_text())}
    assert shown - known - {name for name in shown if name in cta_history.DONE} == set()
    assert {name for name in known if name.startswith("cta.list.")} >= {
        f"cta.list.{name}" for name in lists.PAGE_BUTTONS
    }


def test_what_was_closed_in_bare_is_said_once_and_once_more_only_beside_others(acme):
    open_many(acme, 2)
    maya = acme.as_("maya")
    shown = maya.command("/cta").message
    shown.select("Update", "Success", row="Customer 00")
    text = shown.expect("Customer 00 · Expand: CI · Closed: success").text
    assert text.count("Customer 00") == 1
    assert "Closed today" not in text
    shown.select("Update", "Success", row="Customer 01")
    text = shown.expect("Customer 01 · Expand: CI · Closed: success", "Closed today").text
    assert (text.count("Customer 00"), text.count("Customer 01")) == (1, 1)


def test_closed_today_is_what_was_closed_today_not_what_was_touched(acme):
    open_many(acme, 1)
    maya = acme.as_("maya")
    maya.command("/cta close 1 success").expect("Closed: success")
    acme.jump(acme.now + timedelta(days=1))
    maya.expect_dm("Plan for November")
    maya.command("/cta note 1 they are happy").expect()
    assert "Closed today" not in maya.command("/cta").text
