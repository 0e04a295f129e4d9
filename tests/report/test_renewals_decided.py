"""Renewals decided and lapsed in Monday's summary and in the quarter's report: counts, words, ARR, and their lists."""

from datetime import UTC, date, datetime

import pytest

from reminders.report.summary import build_weekly_summary
from storage.account import store as accounts
from storage.base.policy import Summary
from storage.renewal import outcomes
from templates.blocks.render import Renderer
from tests.account.books import account
from tests.cta.conftest import MAYA, TOM
from tests.report.test_summary import buttons, words

FRIDAY = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
DAYS = {
    "Acme": "2026-12-10",
    "Globex": "2026-12-11",
    "Hooli": "2026-12-12",
    "Initech": "2026-12-13",
    "Umbra": "2026-11-20",
    "Vandelay": "2026-01-20",
}


def renew(world, name, **more):
    with world.unit() as unit:
        outcomes.renew(unit, account(world, name).id, date(2027, 12, 31), **more)


@pytest.fixture
def decided(make_world):
    """Three renewed (two with more, one unknown), one churned, two lapsed (one long ago), one taken back, one before."""

    worlds = []

    def make(**policy):
        world = make_world(**policy)
        worlds.append(world)
        world.start_at(datetime(2026, 11, 20, 12, tzinfo=UTC))
        rows = [{"name": name, "renewal_date": day, "arr": "100000", "csm": MAYA} for name, day in DAYS.items()]
        world.book("accounts", *rows, {"name": "Before", "renewal_date": "2026-12-01", "arr": "70000", "csm": TOM})
        renew(world, "Before")
        world.start_at(FRIDAY)
        renew(world, "Acme", arr_cents=12_000_000)
        renew(world, "Globex", arr_cents=11_000_000)
        renew(world, "Hooli")
        renew(world, "Vandelay")
        with world.unit() as unit:
            outcomes.churn(unit, account(world, "Initech").id, reason="sponsor_left")
            outcomes.take_back(unit, account(world, "Vandelay").id)
        return world

    yield make
    for world in worlds:  # the bot may have asked about a renewal before it was decided here
        world.allow_messages()


def summary(world, **schedule):
    policy = world.bot.services.policy
    return build_weekly_summary(world.db, policy, Renderer(), Summary(channel="C1", **schedule), "2026-W48", MONDAY)[0]


def line(message):
    return next((one for one in words(message).splitlines() if one.startswith("Renewals")), None)


def test_the_line_of_mondays_summary(decided):
    said = "Renewals decided: 3 renewed (2 with more), 1 churned (sponsor left) · 2 lapsed"
    found = summary(decided())
    assert line(found) == f"{said} · ARR: renewed 230,000, churned 100,000, lapsed 200,000"
    assert {"4 decided", "2 lapsed"} <= set(buttons(found))


@pytest.mark.parametrize("who", ["team", "managers"])
def test_arr_stands_in_a_channel_only_where_everybody_may_see_it(decided, who):
    assert line(summary(decided(arr_visible_to=who))).endswith("· 2 lapsed")


def test_with_nothing_decided_what_lapsed_is_said_and_with_nothing_no_line(make_world):
    world = make_world()
    world.start_at(FRIDAY)
    world.book("accounts", {"name": "Acme", "renewal_date": "2027-12-10", "csm": MAYA})
    assert line(summary(world)) is None
    world.book("accounts", {"name": "Acme", "renewal_date": "2026-11-01", "csm": MAYA})
    assert line(summary(world)) == "Renewals: 1 lapsed"


def test_less_several_reasons_and_another_currency(make_world):
    world = make_world(teams={"east": {"members": [MAYA]}, "west": {"members": [TOM]}})
    world.start_at(FRIDAY)
    for number, currency in enumerate(["USD", "EUR", "USD", "USD"]):
        row = {"name": f"A{number}", "renewal_date": "2026-12-10", "arr": "1000", "currency": currency, "csm": MAYA}
        world.book("accounts", row)
    renew(world, "A0", arr_cents=50000, reason="price")
    with world.unit() as unit:
        for name, reason in (("A1", "price"), ("A2", "price"), ("A3", "competitor")):
            outcomes.churn(unit, account(world, name).id, reason=reason)
    assert line(summary(world, team="east")) == (
        "Renewals decided: 1 renewed (1 with less), 3 churned (price 2, competitor 1)"
        " · ARR: renewed 500, churned 1,000 EUR + 2,000 USD"
    )
    assert line(summary(world, team="west")) is None


def test_a_churn_that_was_undone_by_a_renewal_counts_as_renewed(make_world):
    world = make_world()
    world.start_at(FRIDAY)
    world.book("accounts", {"name": "Acme", "renewal_date": "2026-12-10", "csm": MAYA})
    with world.unit() as unit:
        outcomes.churn(unit, account(world).id, reason="price")
        outcomes.renew(unit, account(world).id, date(2027, 12, 10))
    assert line(summary(world)) == "Renewals decided: 1 renewed"


def test_the_quarters_report_counts_them_by_team_and_opens_their_lists(decided):
    world = decided(teams={"east": {"members": [MAYA]}, "west": {"members": [TOM]}})
    maya = world.as_("maya")
    report = maya.command("/playbooks report this quarter")
    assert "west: " in report.text
    assert "1 renewed" in report.text[report.text.index("west") :]
    east = report.text[report.text.index("east") : report.text.index("west")]
    assert "3 renewed (2 with more), 1 churned (sponsor left) · 2 lapsed" in east
    assert "ARR: renewed 230,000, churned 100,000, lapsed 200,000" in east
    listed = report.message.click("5 decided").modal
    assert "5 renewals decided" in listed.text
    assert "Acme · renewed until Fri 31 Dec 2027 · 100,000 → 120,000 · @maya" in listed.text
    assert "Initech · churned, renewal day Sun 13 Dec · Sponsor left · 100,000 · @maya" in listed.text
    lapsed = report.message.click("2 lapsed").modal
    assert "2 renewals lapsed" in lapsed.text
    assert "Umbra · renewal day Fri 20 Nov, undecided · 100,000 · @maya" in lapsed.text
    assert "Umbra" in lapsed.click("Show", row="Umbra").modal.text


def test_who_may_not_see_arr_gets_the_counts(decided):
    world = decided(arr_visible_to="managers")
    report = world.as_("maya").command("/playbooks report this quarter")
    assert "2 lapsed" in report.text
    assert "ARR:" not in report.text
    assert "100,000" not in report.message.click("2 lapsed").modal.text


def test_an_archived_account_stays_decided_and_is_not_lapsed(decided):
    world = decided()
    with world.unit() as unit:
        for name in ("Acme", "Umbra"):
            accounts.archive(unit, account(world, name).id)
    assert "3 renewed (2 with more), 1 churned (sponsor left) · 1 lapsed" in line(summary(world))
