"""Usage with its area on: the page with its chart, card and brief, adopted by agreement, signals, off is off."""

import json
from datetime import date

import pytest

from storage.base.exports import records
from storage.health.store import signals
from storage.success import store as lives
from storage.success.record import stage
from tests.account.books import account, audit, fill
from tests.usage.conftest import Sheet, take

HOSTILE = "<!channel> *b*"


def test_the_page_says_licences_and_use_cases_and_draws_a_line(book):
    said = (
        book.as_("maya")
        .command("/success usage Acme")
        .expect("80% of 500 licences in use", "green", "320 active users")
    )
    said.expect("SCM", "250 users", "CI", "90 users")
    (chart,) = [block for block in said.blocks if block["type"] == "data_visualization"]
    assert chart["chart"]["type"] == "line"
    assert [series["name"] for series in chart["chart"]["series"]] == ["bought", "in use", "active users"]
    assert [point["value"] for point in chart["chart"]["series"][1]["data"]] == [200, 300, 400]
    book.as_("maya").command("/success usage Globex").expect("No usage is known")


def test_card_brief_and_the_account_s_page_have_a_line(book):
    maya = book.as_("maya")
    maya.command("/account Acme").expect("80% of 500 licences in use, green (Sat 31 Oct)")
    maya.command("/success Acme").expect("Usage", "80% of 500 licences").click("Usage").expect("Usage of Acme")
    assert "licences" not in maya.command("/account Globex").text


def test_adopted_in_words_needs_who_agrees_and_is_taken_back(book):
    maya = book.as_("maya")
    form = maya.command("/success adopted Acme CI 12 Nov").modal
    assert form.value("Since which day?") == "2026-11-12"
    form.fill("Agreed with", HOSTILE).submit()
    raw = json.dumps(maya.command("/success usage Acme").message.blocks)
    assert "<!channel>" not in raw
    said = maya.command("/success adopted Acme all 10 Nov agreed with their CTO").message
    said.expect("their CTO")
    assert audit(book)[-2:] == ["success.adopted", "success.adopted"]
    today = date(2026, 11, 23)
    life = lives.life(book.db, account(book).id, today)
    assert (life.adopted_on, life.adopted_source) == (date(2026, 11, 10), "agreed")
    assert stage(life, today, 120) == "growth"
    said.click("Undo")
    said.expect("taken back: that it is adopted")
    assert stage(lives.life(book.db, account(book).id, today), today, 120) == "adoption"
    maya.command("/success adopted Acme CI tomorrow agreed with them").expect("still ahead")
    form = maya.command("/success adopted Acme Dancing 12 Nov").modal
    assert form.value("Agreed with") == "Dancing 12 Nov"


def test_adopted_is_worked_out_of_licences_and_what_it_bought_for(book):
    maya, today = book.as_("maya"), date(2026, 11, 23)
    maya.command("/success intent Acme scm;ci licences 300")
    life = lives.life(book.db, account(book).id, today)
    assert (life.adopted_on, life.adopted_source) == (date(2026, 10, 31), "its usage")
    take(book, Sheet("ci_builds").row("Acme", "2026-09-30", 30000).text)
    assert lives.life(book.db, account(book).id, today).adopted_on == date(2026, 9, 30)
    assert life.reached("first_value") == date(2026, 8, 31)
    assert life.source("first_value") == "its usage"


def test_strangers_may_look_and_change_nothing(book):
    lena = book.as_("lena")
    lena.command("/success usage Acme").expect("80% of 500")
    lena.command("/success adopted Acme CI 12 Nov agreed with them").expect("Only the account team of Acme")
    assert book.rows("SELECT * FROM usage_agreed") == []


def test_a_colour_that_is_red_or_worse_than_the_day_before_is_a_signal(make_book):
    book = make_book("usage", "health")
    sheet = Sheet("licences_bought", "licences_activated", "billable_users", "users CI", "users SCM")
    sheet.row("Acme", "2026-09-30", 100, 90, 100, 30, 50).row("Acme", "2026-10-31", 100, 60, 100, 15, 2)
    take(book, sheet.text)
    today = date(2026, 11, 23)
    told = {
        one.what: one.detail
        for one in signals(book.db, book.bot.services.policy, [account(book).id], today)[account(book).id]
    }
    assert told["licences_red"] == ""
    assert told["use_cases_red"] == "SCM"
    assert told["use_cases_worse"] == "CI"
    book.as_("maya").command("/account health Acme green")
    book.as_("maya").command("/success Acme").expect("licences red", "SCM red", "CI worse than before")
    book.allow_messages()


def test_the_export_comes_back_as_it_went(book):
    fields, rows = records(book.db, "usage", book.bot.services.policy, date(2026, 11, 23))
    assert fields[0] == "account"
    rows = list(rows)
    assert rows[2]["users CI"] == 90
    assert rows[2]["ci_builds"] == 20000
    lines = [",".join(fields), *(",".join("" if row[f] is None else str(row[f]) for f in fields) for row in rows)]
    assert take(book, "\n".join(lines)).counts["unchanged"] == 3


def test_adoption_of_a_quarter_in_words_and_as_data(book):
    said = book.as_("maya").command("/playbooks adoption 2026Q4")
    said.expect("1 account with usage", "utilisation 80%", "Seats")
    book.as_("maya").command("/success help").expect("/success usage Acme", "agreed with their CTO")


def test_off_is_off(world):
    fill(world)
    take(world, Sheet("licences_bought").row("Acme", "2026-10-31", 500).text)
    maya = world.as_("maya")
    maya.command("/success usage Acme").expect("Usage: switched off here", "[usage]")
    maya.command("/playbooks adoption").expect("switched off")
    assert "licences" not in maya.command("/account Acme").text
    assert "adoption" not in maya.command("/playbooks help").text
    priya = world.as_("priya")
    with pytest.raises(AssertionError, match="Usage"):
        priya.command("/account import").modal.fill("What is in it?", "Usage")


@pytest.mark.parametrize("value", ["usage.show", "usage.adopted"])
def test_old_buttons_say_that_it_is_off(world, value):
    from tests.forging import click

    fill(world)
    click(world, "maya", value, str(account(world).id))
    world.as_("maya").expect_dm("switched off")
