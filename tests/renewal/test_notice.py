"""Notice that is given before the renewal day, and contracts that renew by themselves: kept, shown, counted from, asked."""

from datetime import UTC, date, datetime

import pytest

from storage.renewal import outcomes
from tests.account.books import account
from tests.cta.conftest import ALEX, MAYA

FRIDAY = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)


def kept(world, name="Acme"):
    found = account(world, name)
    return found.notice_days, found.auto_renews


def test_a_file_says_both_and_takes_them_back_and_an_older_file_leaves_them_alone(book):
    row = {"name": "Acme", "crm_id": "A1"}
    book.book("accounts", {**row, "Notice Period": "90 days", "Auto Renew": "TRUE"})
    assert kept(book) == (90, True)
    book.book("accounts", row)
    assert kept(book) == (90, True)
    book.book("accounts", {**row, "notice_days": "", "auto_renews": ""})
    assert kept(book) == (None, None)
    outcome = book.book("accounts", {**row, "notice_days": "3 months", "auto_renews": "no"})
    assert [str(one) for one in outcome.rejected] == [
        "line 2, column notice_days: '3 months' is not a number of days from 0 to 730"
    ]


def test_the_form_keeps_changes_and_empties_both(book):
    maya = book.as_("maya")
    form = maya.command("/account edit Acme").modal
    card = form.fill("Notice in days", "90").fill("Renews by itself", "Yes").submit()
    assert "renews Fri 30 Apr 2027, in 158 days, notice by Sat 30 Jan 2027, by itself" in card.text
    assert kept(book) == (90, True)
    form = maya.command("/account edit Acme").modal
    assert (form.value("Notice in days"), form.value("Renews by itself")) == ("90", "Yes")
    form.fill("Notice in days", "ninety").submit()
    assert form.errors == {"Notice in days": "'ninety' is not a number of days from 0 to 730."}
    form.fill("Notice in days", "").fill("Renews by itself", "No").submit().expect()
    assert kept(book) == (None, False)


def test_it_is_said_when_an_account_is_added(book):
    book.as_("maya").command("/account add Umbra renewal 30 Apr 2027 notice 60 auto-renews yes").expect()
    assert kept(book, "Umbra") == (60, True)


def test_a_managers_week_and_my_day_count_from_the_day_of_notice(book):
    book.book("accounts", {"name": "Acme", "crm_id": "A1", "notice_days": "75"})  # notice by 14 February 2027
    assert "1 review missing" in book.as_("priya").open_home().text  # Globex renews on 28 February, in 97 days
    book.book("accounts", {"name": "Globex", "crm_id": "G1", "notice_days": "40"})  # notice by 19 January 2027
    assert "2 reviews missing" in book.as_("priya").open_home().text
    assert "Globex · renews Sun 28 Feb 2027, in 97 days, notice by Tue 19 Jan 2027, no review held" in (
        book.as_("maya").open_home().text
    )


@pytest.fixture
def passed(world):
    world.start_at(FRIDAY)
    row = {"name": "Acme", "crm_id": "A", "csm": MAYA, "ae": ALEX, "arr": "240000", "renewal_date": "2026-11-29"}
    world.book("accounts", {**row, "auto_renews": "yes"})
    world.jump(MONDAY)
    message = world.as_("maya").expect_dm("renewal day was")
    world.posted()
    yield world, message
    world.allow_messages()


def test_what_renews_by_itself_is_asked_whether_it_did(passed):
    world, message = passed
    assert "Acme's renewal day was yesterday · 240,000. It renewed by itself until Mon 29 Nov 2027?" in message.text
    message.click("Yes")
    message.expect("✓ Acme: renewed until")
    assert account(world).renewal_on == date(2027, 11, 29)
    decided = outcomes.latest(world.db, account(world).id)
    assert (decided.outcome, decided.arr_cents) == ("renewed", None)


@pytest.mark.parametrize(("label", "title"), [("Changed", "Next renewal date"), ("Churned", "Gone from")])
def test_what_renews_by_itself_and_did_not_is_said_in_the_form(passed, label, title):
    _, message = passed
    assert title in message.click(label).modal.text
