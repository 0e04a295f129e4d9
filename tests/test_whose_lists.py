"""A colleague's lists: `/cta list @maya`, `/renewals @maya`, `/ebr @maya`; everybody may look, with a slash or without."""

import pytest

from sandbox.workspace import BOT_USER
from tests.account.books import fill
from tests.forging import click

LISTS = [
    ("/renewals @maya", "accounts of @maya", "Acme"),
    ("/renewals list @maya", "accounts of @maya", "Acme"),
    ("/ebr @maya", "accounts of @maya", "Globex"),
    ("/ebr list @maya", "accounts of @maya", "Globex"),
    ("/account list @maya", "@maya · 2", "Acme"),
    ("/cta list @maya", "1 open CTA of Maya Rosen", "Acme"),
    ("/cta @maya", "1 open CTA of Maya Rosen", "Acme"),
    ("/cta list deferred @maya", "No deferred CTAs of Maya Rosen", ""),
]


@pytest.fixture
def book(world):
    fill(world)
    world.as_("maya").command("/cta open Acme expand ci")
    world.as_("tom").command("/cta open Hooli expand ci")
    yield world
    world.after_acks()
    world.allow_messages()


@pytest.mark.parametrize("who", ["lena", "maya", "tom", "priya"])
@pytest.mark.parametrize(("typed", "whose", "account"), LISTS)
def test_everybody_may_look_at_a_colleagues_lists(book, who, typed, whose, account):
    shown = book.as_(who).command(typed).text
    assert whose in shown
    assert account in shown
    assert "Hooli" not in shown


@pytest.mark.parametrize("typed", ["/renewals @maya", "/ebr @maya", "/account list @maya", "/renewals lapsed @maya"])
def test_whose_a_list_is_stands_above_it_and_not_in_each_row(book, typed):
    shown = book.as_("lena").command(typed).text
    assert shown.count("@maya") + shown.count("Maya Rosen") == 1, shown


@pytest.mark.parametrize(
    ("typed", "whose"), [(typed[1:], whose) for typed, whose, _ in LISTS[:1] + LISTS[2:3] + LISTS[5:6]]
)
def test_the_same_is_said_in_a_direct_message(book, typed, whose):
    tom = book.as_("tom")
    tom.says(typed)
    assert whose in tom.expect_dm(whose).text


@pytest.mark.parametrize("typed", ["/renewals lapsed @maya", "/renewals @alex", "/ebr @omar", "/cta list @alex"])
def test_an_ae_and_a_list_of_another_kind(book, typed):
    shown = book.as_("lena").command(typed).text
    assert "was not understood" not in shown
    assert typed.rpartition("@")[2] in shown.casefold() or "of Alex" in shown
    assert ("Acme" in shown) is (typed == "/renewals @alex")


@pytest.mark.parametrize(("visible_to", "shown"), [("everyone", "240,000"), ("team", ""), ("managers", "")])
@pytest.mark.parametrize("typed", ["/renewals @maya", "/account list @maya", "/ebr @maya"])
def test_money_is_for_who_may_see_it(make_book, visible_to, shown, typed):
    book = make_book(arr_visible_to=visible_to)
    answer = book.as_("lena").command(typed).text
    assert ("240,000" in answer or "99,000" in answer) is bool(shown)
    assert "99,000" in book.as_("priya").command(typed).text


def test_a_page_and_another_list_of_a_colleagues_stay_the_colleagues(book):
    book.book(
        "accounts",
        *(
            {"name": f"More {n:02}", "crm_id": f"M{n}", "csm": "maya@example.com", "renewal_date": "2027-03-01"}
            for n in range(12)
        ),
    )
    for n in range(12):
        book.as_("maya").command(f"/cta open More {n:02} expand ci")
    for typed, words in (("/renewals @maya", "11 to 14 of 14"), ("/cta list @maya", "11 to 13 of 13")):
        shown = book.as_("tom").command(typed).message
        shown.click("Next")
        assert "Hooli" not in shown.expect(words).text
        assert "aya" in shown.text
    shown.click("Mine")
    shown.expect("1 open CTA of yours", "Hooli")


def test_who_is_nobody_is_refused(book):
    assert "is an app" in book.as_("lena").command(f"/renewals @{BOT_USER}").text
    assert "Mention somebody" in book.as_("lena").command("/cta list person:999").text


@pytest.mark.parametrize("list_", ["renewal.page_on", "renewal.lapsed_on", "ebr.page_on"])
def test_its_pages_stay_a_colleagues(book, list_):
    maya = book.rows("SELECT id FROM people WHERE email = 'maya@example.com'")[0]["id"]
    click(book, "tom", list_, f"csm-{maya}:0")
    shown = book.as_("tom").expect_dm().text
    assert "@maya" in shown
    assert "Hooli" not in shown
