"""My day against real rows: planned by the rules, read from the database, checked as Slack would."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import templates
from reminders.engine.planner import plan
from reminders.outbox.my_day import my_day
from sandbox.blockkit import check_message
from storage.account import store as accounts
from storage.base import outbox, people
from storage.base.db import Store
from storage.base.policy import Policy
from storage.renewal import store as renewals
from templates.blocks.render import Renderer

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
HOSTILE = '<!channel> & "quotes" *bold* \n' + "x" * 300


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "day.db", policy=Policy())
    yield store
    store.close()


def account(store, name, **fields):
    with store.write(datetime(2026, 1, 5, 8, 0, tzinfo=UTC)) as unit:
        csm = people.ensure_email(unit, "maya@example.com")
        ae = people.ensure_email(unit, "alex@example.com")
        return accounts.add(unit, name, {"csm_id": csm.id, "ae_id": ae.id, **fields})


def planned(store, now=NOW):
    plan(store, now)
    rows = store.connection().execute(
        f"SELECT {outbox.COLUMNS} FROM outbox WHERE state = 'pending' AND destination LIKE 'person:%' ORDER BY id"
    )
    return [outbox.from_row(row) for row in rows]


def message(store, rows, now=NOW):
    made = my_day(store.connection(), Renderer(), store.policy, rows, now)
    assert check_message({"channel": "C1", **made}) == []
    return made


def words(made):
    return "\n".join(b["text"]["text"] for b in made["blocks"] if b["type"] == "section")


def test_a_single_button_stands_beside_its_words(store):
    account(store, "Acme", renewal_on=date(2027, 5, 15))
    made = message(store, [r for r in planned(store) if r.kind == "monthly_plan"])
    beside = [b["accessory"]["text"]["text"] for b in made["blocks"] if "accessory" in b]
    assert beside == ["Pick a time"]  # the plan itself has Fill in EBR dates, too


def test_one_renewal_review_comes_with_its_brief(store):
    account(store, "Acme", renewal_on=date(2027, 4, 30), arr_cents=24_000_000, health="green")
    rows = [r for r in planned(store) if r.kind == "renewal_review"]
    made = message(store, rows)
    assert "*Acme* renews Fri 30 Apr 2027: time for the first renewal review" in words(made)
    assert "Why now: five months before renewal" in words(made)
    assert "240,000 a year" in words(made)
    labels = [e["text"]["text"] for b in made["blocks"] if b["type"] == "actions" for e in b["elements"] if "text" in e]
    assert labels == ["Pick a time", "Ask AE and SA", "Held"]


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"renewal_on": date(2027, 4, 30)}, ["renewal_review", "monthly_plan"]),
        ({"renewal_on": date(2026, 11, 27)}, ["renewal_outcome"]),
        ({"last_ebr_on": date(2025, 12, 30)}, ["ebr_nudge"]),
    ],
)
def test_of_one_thing_the_lock_screen_says_what_stands_first(store, fields, kinds):
    """Seen failing with `*` and `&` escaped twice, and with "2 things today" over the lines of one plan."""
    account(store, "R&D *Labs*", **fields)
    rows = planned(store)
    assert {row.kind for row in rows} == set(kinds)
    for row in rows:
        made = message(store, [row])
        assert made["text"] == words(made).splitlines()[0]


def test_several_things_are_one_short_message(store):
    account(store, "Acme", renewal_on=date(2027, 4, 30))
    account(store, "Globex", last_ebr_on=date(2025, 12, 30))
    made = message(store, planned(store))
    assert words(made).startswith("*Good morning: ")
    assert "*Globex* · EBR due Wed 30 Dec, in 30 days" in words(made)
    assert len(words(made)) < 2500


def test_a_book_of_sixty_is_ten_things_and_the_rest_behind_a_button(store):
    for number in range(60):
        account(store, f"{number} {HOSTILE}"[:250], renewal_on=date(2027, 4, 30))
    made = message(store, planned(store))
    assert len(words(made)) <= 2500
    assert "Show all" in str(made["blocks"])
    assert "<!channel>" not in str(made)


def test_what_comes_late_says_so(store):
    account(store, "Acme", renewal_on=date(2027, 3, 30))
    assert "first renewal review (late)" in words(message(store, planned(store)))


def test_a_missed_one_is_said_in_a_few_words(store):
    account(store, "Acme", renewal_on=date(2027, 2, 15))
    said = words(message(store, planned(store)))
    assert "second renewal review (late; one missed)" in said


def test_a_menu_says_nothing_that_a_button_of_its_row_says(store):
    for number in range(2):
        account(store, f"Renewing {number}", renewal_on=date(2027, 4, 30))
        account(store, f"Burning {number}", renewal_on=date(2026, 12, 8 + number))
        account(store, f"With EBR {number}", last_ebr_on=date(2025, 12, 30))
    blocks = message(store, planned(store))["blocks"]
    menus = 0
    for block, below in zip(blocks, [*blocks[1:], {}], strict=True):
        if block.get("accessory", {}).get("type") == "overflow" and below.get("type") == "actions":
            options = {option["text"]["text"] for option in block["accessory"]["options"]}
            assert not options & {element["text"]["text"] for element in below["elements"]}
            menus += 1
    assert menus == 3


def test_a_row_with_a_name_says_where_its_account_stands():
    """Rows of one account stand together; what had no place stood apart, with the name once more."""
    calls = [
        (path, call)
        for path in Path(templates.__path__[0]).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "day_row" and ast.unparse(call.args[0]) != "''"
    ]
    named = [(path.parent.name, {one.arg for one in call.keywords}) for path, call in calls]
    assert len(named) > 10
    assert [noun for noun, said in named if not {"place", "done"} & said] == []


def test_nobody_greets_a_channel(store):
    account(store, "Acme", csm_id=None, ae_id=None, renewal_on=date(2027, 4, 30), last_ebr_on=date(2025, 12, 30))
    plan(store, NOW)
    rows = [row for row in outbox.listed(store.connection()) if row.destination == "operations"]
    assert len(rows) > 1
    made = message(store, rows)
    assert words(made).startswith(f"*{len(rows)} things today*")
    assert made["text"].startswith(f"{len(rows)} things today. First: ")


def test_the_plan_of_nobody_counts_the_accounts_without_a_csm(store):
    account(store, "Acme", renewal_on=date(2027, 3, 30))
    account(store, "Globex", csm_id=None, renewal_on=date(2027, 3, 30))
    plan(store, datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    listed = outbox.listed(store.connection(), kinds=["monthly_plan"])
    rows = [row for row in listed if row.destination == "operations" and row.state == "pending"][-1:]
    said = words(message(store, rows))
    assert "accounts without a CSM: 1 renewal in 6 months, 1 review to schedule" in said


def test_the_first_line_the_button_and_the_list_behind_it_say_one_number(store):
    """What is done already is in neither; fewer than a message holds need no button."""
    for number in range(15):
        account(store, f"Account {number}", renewal_on=date(2027, 4, 30))
    rows = [r for r in planned(store) if r.kind == "renewal_review"]
    with store.write(NOW) as unit:
        for number in range(1, 4):
            renewals.skip_review(unit, number, date(2027, 4, 30), 5, "not now")
    made = message(store, rows)
    assert "12 things today" in words(made)
    assert "Show all 12" in str(made["blocks"])
    with store.write(NOW) as unit:
        for number in range(4, 9):
            renewals.skip_review(unit, number, date(2027, 4, 30), 5, "not now")
    assert "Show all" not in str(message(store, rows)["blocks"])
