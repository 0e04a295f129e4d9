"""Sorting and narrowing the lists of accounts and of renewals, by menu and by words."""

import pytest

from tests.account.books import fill

MORE = [
    {"name": f"More {n:02}", "crm_id": f"M{n}", "csm": "maya@example.com", "segment": ("strategic", "commercial")[n % 2],
     "arr": str(1000 * (n + 1)), "renewal_date": f"2027-0{1 + n % 4}-{10 + n}", "health": ("red", "", "green")[n % 3]}
    for n in range(12)
]  # fmt: skip
LISTS = ["/account list mine", "/renewals mine"]


@pytest.fixture
def book(world):
    fill(world)
    assert not world.book("accounts", *MORE).rejected
    yield world
    world.after_acks()
    world.allow_messages()


def names(shown):
    """The accounts of a list, in its order."""
    found = [block["text"]["text"] for block in shown.blocks if block["type"] == "section" and "accessory" in block]
    rows = [text for text in found if not text.startswith("*Accounts")]
    return [text.partition("*")[2].partition("*")[0] for text in rows]


@pytest.fixture
def chosen(book):
    """What a list shows once something was picked in one of its menus."""

    def pick(shown, menu, option):
        shown.select(menu, option)
        book.after_acks()
        return names(shown)

    return pick


@pytest.mark.parametrize("command", LISTS)
def test_by_arr_by_days_and_by_health(book, chosen, command):
    shown = book.as_("maya").command(command).message
    assert chosen(shown, "Sort by …", "Sort by ARR")[:3] == ["Acme", "Globex", "More 11"]
    shown.click("Next")
    book.after_acks()
    assert names(shown)[-1] == "More 00"
    assert chosen(shown, "Sort by …", "Sort by days left")[0] == "More 00"
    assert set(chosen(shown, "Sort by …", "Sort by health")[:4]) == {"More 00", "More 03", "More 06", "More 09"}


@pytest.mark.parametrize("command", LISTS)
def test_only_some_and_sorted_at_once(book, chosen, command):
    shown = book.as_("maya").command(command).message
    chosen(shown, "Sort by …", "Sort by ARR")
    assert chosen(shown, "Only …", "Health red") == ["More 09", "More 06", "More 03", "More 00"]
    assert chosen(shown, "Only …", "Strategic") == ["More 10", "More 08", "More 06", "More 04", "More 02", "More 00"]
    assert set(chosen(shown, "Only …", "Renewing in 90 days")) == {
        one["name"] for one in MORE if one["renewal_date"] <= "2027-02-21"
    }
    assert chosen(shown, "Only …", "All of them")[0] == "Acme"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("/account list mine by arr", "Acme"),
        ("/account list red by arr", "More 09"),
        ("/account list strategic mine by arr", "More 10"),
        ("/account list 90 days by days", "More 00"),
        ("/renewals list red by arr", "More 09"),
        ("/renewals all by arr", "Acme"),
    ],
)
def test_the_same_in_words(book, typed, first):
    assert names(book.as_("maya").command(typed).message)[0] == first


@pytest.mark.parametrize("command", ["/account list", "/renewals list"])
@pytest.mark.parametrize(
    ("typed", "said"),
    [("red 90 days", "red or 90 days"), ("30 days green", "30 days or green"), ("strategic red", "strategic or red")],
)
def test_no_word_of_two_that_narrow_is_passed_over(book, command, typed, said):
    assert f"one of these at a time: {said}" in book.as_("maya").command(f"{command} {typed}").text


def test_a_narrowed_list_counts_nothing_of_the_whole_one(book):
    heading = book.as_("maya").command("/renewals list green").message.blocks[0]["text"]["text"]
    assert "4 renewals" in heading
    assert "without a review" not in heading


def test_what_nothing_explains_is_named(book):
    assert "'purple' is no list that I know" in book.as_("maya").command("/account list purple").text


@pytest.mark.parametrize("command", LISTS)
def test_who_may_not_see_revenue_learns_nothing_of_it_by_the_order(make_book, command):
    book = make_book(arr_visible_to="managers")
    book.book("accounts", *MORE)
    shown = book.as_("maya").command(command).message
    assert "Sort by ARR" not in str(shown.blocks)
    assert "Sort by ARR" in str(book.as_("priya").command(command.replace("mine", "team")).message.blocks)
    assert names(book.as_("maya").command(f"{command} by arr").message) == names(shown)
    book.after_acks()
    book.allow_messages()


def test_a_short_list_has_no_menus(world):
    assert "Sort by" not in str(fill(world).as_("maya").command("/account list mine").message.blocks)
