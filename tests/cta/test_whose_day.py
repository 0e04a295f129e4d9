"""Days that people type in `/cta` are meant by their own calendar; what they do is kept on the day where the team is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage.base.errors import UserError
from storage.base.moments import civil_day
from storage.cta import lists as cta_lists
from storage.cta import store as ctas
from storage.cta import work
from tests.cta.conftest import TODAY, a_book, close_one, open_one

# Late in the evening in Los Angeles it is tomorrow in UTC; early in the morning in Auckland it was yesterday there.
EVENING = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 29, 19, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(
    params=[
        ("America/Los_Angeles", EVENING, "UTC"),
        ("Pacific/Auckland", MORNING, "UTC"),
        ("America/Los_Angeles", EVENING, "Pacific/Kiritimati"),
        ("Pacific/Auckland", MORNING, "Pacific/Pago_Pago"),
    ],
    ids=lambda param: f"{param[0]} in {param[2]}".replace("/", "-"),
)
def away(request, slack, make_world):
    """The world, maya in a zone where it is another day than the team's, her today and the team's."""
    zone, now, team = request.param
    slack.start_at(now)
    world = a_book(make_world(timezone=team))
    slack.person("maya").set(tz=zone)
    world.after_acks()
    own, theirs = civil_day(now, zone), civil_day(now, team)
    assert own != theirs
    yield world, world.as_("maya"), own, theirs
    world.posted()
    world.allow_messages()


def kept(world, table="ctas", **where):
    (row,) = world.rows(f"SELECT * FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in where)}", *where.values())
    return row


def test_days_of_an_open_cta_are_read_by_the_persons_own(away):
    world, maya, today, _ = away
    maya.command("/cta open Initech expand ci due tomorrow").expect("Opened", "due tomorrow")
    assert kept(world, id=1)["due_on"] == (today + DAY).isoformat()
    maya.command("/cta due 1 today").expect("Now due today")
    assert kept(world, id=1)["due_on"] == today.isoformat()
    maya.command(f"/cta due 1 {today - DAY}").expect("is in the past")
    maya.command("/cta due 1 friday").expect("Now due")
    friday = date.fromisoformat(kept(world, id=1)["due_on"])
    assert (friday.weekday(), today < friday <= today + 7 * DAY) == (4, True)
    maya.command("/cta task 1 add Call them due tomorrow").expect("Added.")
    assert kept(world, "tasks", title="Call them")["due_on"] == (today + DAY).isoformat()
    maya.command("/cta snooze 1 until tomorrow").expect("Quiet until tomorrow.")
    assert kept(world, id=1)["snoozed_until"] == (today + DAY).isoformat()
    maya.command("/cta snooze 1 until today").expect("The day to wake it lies ahead.")


def test_closed_today_is_the_teams_today_and_asked_again_tomorrow_is_the_persons(away):
    world, maya, today, team = away
    maya.command("/cta open Initech expand ci").expect("Opened")
    maya.command("/cta close 1 success on today").expect("Closed")
    assert kept(world, id=1)["closed_on"] == team.isoformat()
    maya.command("/cta open Initech expand scm").expect("Opened")
    said = maya.command("/cta close 2 deferred until tomorrow").expect("Closed: Timing", "I'll bring it back tomorrow.")
    assert said.text.count("omorrow") == 1, "it was not closed tomorrow"
    assert kept(world, id=2)["revisit_on"] == (today + DAY).isoformat()


def test_the_close_form_proposes_the_persons_today(away):
    world, maya, today, team = away
    maya.command("/cta open Initech expand ci").expect("Opened")
    modal = maya.command("/cta close 1").modal
    modal.fill("How did it end?", "Success")
    modal = maya.modal
    assert modal.value("Closed on") == today.isoformat()
    modal.submit().expect("Closed")
    assert kept(world, id=1)["closed_on"] == team.isoformat()


AHEAD = TODAY + DAY


@pytest.fixture
def apart(stored):
    """Late in the evening where the team is: it is tomorrow for bob in Sydney, and today for ann in Los Angeles."""
    stored.now = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    for name, zone in (("ann", "America/Los_Angeles"), ("bob", "Australia/Sydney")):
        stored.db.execute("UPDATE people SET zone = ? WHERE email = ?", (zone, f"{name}@example.com"))
    return stored


def test_what_is_done_where_the_day_is_further_on_is_kept_on_the_teams(apart):
    cta = open_one(apart, actor="bob")
    assert cta.opened_on == TODAY
    assert close_one(apart, cta, actor="bob", closed_on=AHEAD).closed_on == TODAY, "today, as he says"


def test_a_close_is_dated_back_but_not_ahead_by_the_persons_day(apart):
    cta = open_one(apart)
    with pytest.raises(UserError, match="in the future"):
        close_one(apart, cta, actor="bob", closed_on=AHEAD + DAY)


def test_nothing_is_late_as_it_is_given_to_somebody_further_on(apart):
    cta = open_one(apart, owner_id=apart.person("bob").id)
    assert cta.opened_on == TODAY
    first = apart.playbook().tasks[0]
    assert first.due_days > 0
    assert ctas.tasks_of(apart.db, cta.id)[0].due_on == TODAY + timedelta(first.due_days), "the days are of the opening"
    soon = open_one(apart, "Expand: CD", owner_id=apart.person("bob").id, due_on=TODAY + DAY)
    assert {task.due_on for task in ctas.tasks_of(apart.db, soon.id)} == {AHEAD}


def test_what_one_closed_today_stays_to_be_undone_by_their_own_day(apart):
    cta, bob = close_one(apart, open_one(apart, actor="bob"), actor="bob"), apart.person("bob")
    with apart.unit("ann") as unit:
        work.add_note(unit, cta.id, "a pity")
    assert [row.cta.id for row in cta_lists.closed_today(apart.db, bob.id, apart.now, bob.zone)] == [cta.id]
    assert cta_lists.closed_today(apart.db, bob.id, apart.now + timedelta(hours=15), bob.zone) == []


def test_the_card_in_a_channel_names_its_days(acme):
    maya = acme.as_("maya")
    maya.command("/cta open Acme expand ci due tomorrow").expect("due tomorrow")
    card = acme.slack.expect_message("#acme", "due Tue 24 Nov · 0 of 6 tasks", "Next: ", ", Mon 23 Nov")
    maya.command("/cta snooze 1 until tomorrow").expect("until tomorrow")
    card.expect("snoozed until Tue 24 Nov")
    maya.command("/cta close 1 deferred until tomorrow").expect("bring it back tomorrow")
    card.expect("ask again on Tue 24 Nov")
