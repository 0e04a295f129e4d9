"""The small book at an hour that is of business for everybody in it: half past five in London, half past nine in Los Angeles."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.account.books import fill

AFTERNOON = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)


@pytest.fixture
def team(world):
    """The small book; the morning's messages are out."""
    fill(world)
    world.jump(AFTERNOON)
    world.as_("maya").expect_dm("3 things today")
    return world


@pytest.fixture
def later(team):
    """A function that lets so many seconds go by, and everything be sent."""

    def go(seconds=60):
        team.settle()
        team.jump(team.now + timedelta(seconds=seconds))
        team.posted()

    return go
