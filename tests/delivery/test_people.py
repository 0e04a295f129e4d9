"""What is known of people and channels: read in full however slowly Slack allows it, and fresh before it counts."""

from datetime import timedelta

import pytest

from reminders.outbox import slack_people
from sandbox.seed import crowd
from storage.base import people, reading, upkeep
from storage.base.upkeep import sign_of_life
from tests.delivery.conftest import Office
from tests.delivery.killing import all_in_utc

MEMBERS = 6_000


def learn(office):
    slack_people.learn(office.store, office.sender(), lambda: office.now)


def pages(office, method="users.list"):
    return office.asked(method)


def known_members(office):
    return office.db.execute("SELECT count(*) FROM people WHERE slack_id IS NOT NULL").fetchone()[0]


@pytest.fixture
def large(office):
    crowd(office.sandbox.workspace, MEMBERS, 0)
    yield office
    office.sandbox.rates.on = False
    office.sandbox.rates.per_minute[2] = 20


def test_six_thousand_members_are_known_with_twenty_calls_a_minute(large):
    large.sandbox.rates.on = True
    large.person("maya")
    learn(large)
    assert known_members(large) >= MEMBERS
    assert reading.place(large.db, reading.DIRECTORY) is None


def test_others_write_between_two_joins_of_a_page(office, monkeypatch):
    """A company's addresses change at once: seen failing, all of them were one unit of work, and nobody else could write."""
    members, left = ("maya", "tom", "lena"), []
    for name in members:
        office.person(name)
    learn(office)
    for name in members:
        office.person(f"{name}.new")  # as a file named them first
        office.sandbox.workspace.person(name).email = f"{name}.new@example.com"

    def pause(_seconds):
        with office.write() as unit:
            left.append(sum(people.by_email(unit.db, f"{name}@example.com") is not None for name in members))

    monkeypatch.setattr(slack_people.time, "sleep", pause)
    slack_people.read_anew(office.store, office.sender(), lambda: office.now)
    assert left == [2, 1, 0]
    assert reading.place(office.db, reading.DIRECTORY) is None


def test_a_reading_goes_on_where_a_limit_ended_it_also_in_another_process(large):
    large.person("maya")
    large.sandbox.rates.on, large.sandbox.rates.per_minute[2] = True, 1  # five calls at once, then one a minute
    learn(large)
    first = len(pages(large))
    known = known_members(large)
    assert 0 < known < MEMBERS
    learn(large)
    assert len(pages(large)) == first, "Slack said when to come again, and it is not then"
    large.sandbox.rates.clear()
    large.later(minutes=2)
    again = Office(large.sandbox, large.database)
    learn(again)
    again.store.close()
    assert known_members(large) >= MEMBERS
    assert len(pages(large)) - first <= 1 + MEMBERS // 900 - known // 999, "no page was read twice"


def test_a_cursor_that_slack_no_longer_knows_starts_the_reading_over(large):
    with large.write() as unit:
        reading.keep(unit, reading.DIRECTORY, reading.Place(large.now, "nonsense"))
    large.sandbox.faults.add("error", "users.list", code="invalid_cursor")
    learn(large)
    assert known_members(large) >= MEMBERS


def test_channels_are_read_on_from_where_a_limit_ended_it(large):
    crowd(large.sandbox.workspace, 0, MEMBERS)
    large.account("Acme", channel="#nowhere")
    large.sandbox.rates.on, large.sandbox.rates.per_minute[2] = True, 1
    learn(large)
    count = lambda: large.db.execute("SELECT count(*) FROM channels").fetchone()[0]  # noqa: E731
    assert 0 < count() < MEMBERS
    large.sandbox.rates.clear()
    large.later(minutes=2)
    learn(large)
    assert count() >= MEMBERS
    assert len(large.asked("conversations.list")) <= 2 + MEMBERS // 999 + 1


# -- how people are now ---------------------------------------------------------------------------------


def away(office):
    with office.write() as unit:
        sign_of_life(unit)
    learn(office)
    office.later(hours=1)


@pytest.mark.parametrize("change", ["guest", "deactivated"])
def test_nothing_is_sent_to_somebody_who_became_a_guest_or_left_while_the_bot_was_away(office, change):
    office.note("notice:1", to="maya")
    office.deliver()
    away(office)
    maya = office.sandbox.workspace.people["U0000MAYA"]
    setattr(maya, "guest" if change == "guest" else "deleted", True)
    office.note("notice:2", to="maya")
    office.deliver()
    assert office.posted("U0000MAYA") == [["notice:1"]]


def test_the_directory_is_read_after_an_absence(office):
    office.person("maya")
    away(office)
    asked = len(pages(office))
    office.sandbox.workspace.people["U0000MAYA"].tz = "Pacific/Auckland"
    with office.write() as unit:
        assert upkeep.come_back(unit)
    learn(office)
    assert len(pages(office)) == asked + 1
    assert people.by_slack_id(office.db, "U0000MAYA").zone == "Pacific/Auckland"


def test_slack_is_asked_again_of_somebody_after_a_day_and_not_before(office):
    office.note("notice:1", to="maya")
    office.deliver()
    for key, hours, asked in (("notice:2", 0, 0), ("notice:3", 25, 1), ("notice:4", 0, 1)):
        office.later(hours=hours)
        with office.write() as unit:
            sign_of_life(unit)
        office.note(key, to="maya")
        office.deliver()
        assert len(office.asked("users.info")) == asked, key


def test_what_slack_told_while_a_page_was_on_its_way_is_newer_than_the_page(office):
    maya, kenji = office.person("maya"), office.person("kenji")
    sender = office.sender()
    ask = sender.users_page
    page, _ = ask("")
    ids = {user["profile"].get("email"): user["id"] for user in page}

    def overtaken(cursor):
        page, following = ask(cursor)
        user = next(user for user in page if user["id"] == ids[maya.email])
        with office.write() as unit:
            slack_people.keep(unit, user | {"tz": "Pacific/Auckland", "is_restricted": True})
        return page, following

    sender.users_page = overtaken
    slack_people.read_anew(office.store, sender, lambda: office.now)
    found = people.get(office.db, maya.id)
    assert (found.zone, found.guest) == ("Pacific/Auckland", True)
    assert people.get(office.db, kenji.id).slack_id == ids[kenji.email], "the others are as the page says"


@pytest.mark.parametrize("why", ["a guest", "unknown to Slack"])
def test_news_of_ctas_goes_to_the_next_in_line_as_all_else_does(office, why):
    """Seen failing: "nothing of it is true any more", and nobody was told."""
    all_in_utc(office.sandbox)
    csm = "gina" if why == "a guest" else "ghost"
    monday = office.now
    office.sandbox.clock.restart(monday - timedelta(days=3))
    office.book("people", {"email": f"{csm}@example.com", "role": "csm", "manager": "priya@example.com"})
    office.open_cta(office.account(csm=csm), due_on=monday.date())
    office.sandbox.clock.restart(monday)
    office.tick()
    office.later(minutes=1)
    office.tick()
    assert any("Expand: CI" in str(entry["blocks"]) for entry in office.messages() if entry["to"] == "U000PRIYA")
    assert office.state(f"cta_morning:{csm}@example.com:2026-11-23:priya@example.com") == "sent"


@pytest.mark.parametrize("point", ["claim.after_commit", "look.after", "attempt.after_commit", "post.after"])
def test_what_is_on_its_way_as_two_records_become_one_comes_once(office, point):
    """Seen failing: it was called off, since whom it was for was known no more."""
    office.note("news")
    learn(office)
    maya, left = people.by_email(office.db, "maya@example.com"), [point]

    def joined(name):
        if name == point and left and left.pop():
            office.person("maya.new")
            workspace = office.sandbox.workspace
            workspace.change_person(workspace.people[maya.slack_id], email="maya.new@example.com")
            with office.write() as unit:
                people.from_slack(unit, slack_id=maya.slack_id, email="maya.new@example.com", name=maya.name, zone=None)

    office.points = joined
    for _ in range(4):
        office.deliver()
        office.later(minutes=10)
    assert not left
    assert not people.many(office.db, [maya.id])
    assert len(office.messages()) == 1
