"""Days that people type in `/cta` are meant by their own calendar, wherever the team writes down its days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage.base.moments import civil_day
from tests.cta.conftest import a_book

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
