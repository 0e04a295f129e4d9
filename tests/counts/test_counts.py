"""One number, one query: whatever has a number on it opens as many rows as it says."""

import pytest

from tests.counts.doors import behind, doors
from tests.counts.worlds import NOW, fill

COMMANDS = (
    "/cta",
    "/cta list",
    "/cta list team",
    "/cta list all deferred",
    "/renewals",
    "/renewals team",
    "/ebr",
    "/ebr coverage",
    "/ebr coverage team",
    "/playbooks summary",
    "/playbooks report",
    "/playbooks report team East",
    "/playbooks reasons",
    "/playbooks stalled",
    "/playbooks deferred",
)


def wrong(world, actor, show, where):
    """The doors of what `show` gives, behind which there is another number of rows than they say."""
    found = []
    for door in doors(show()):
        seen = behind(world, door, show())  # anew for each: a list takes the place of the one clicked in
        world.allow_messages()
        if len(seen) != door.number:
            found.append(f"{actor.name} {where}: “{door.words}” opens {len(seen)}")
        elif len(set(seen)) != len(seen):
            found.append(f"{actor.name} {where}: “{door.words}” opens a row twice")
    return found


def typed(actor, command):
    return lambda: actor.command(command).message


@pytest.mark.parametrize("seed", range(3))
def test_every_number_opens_what_it_counts(make_world, slack, seed):
    slack.start_at(NOW)
    world = fill(make_world(), seed)
    found = []
    for handle in ("maya", "priya", "alex"):
        actor = world.as_(handle)
        found += wrong(world, actor, actor.open_home, "Home")
        for command in COMMANDS:
            found += wrong(world, actor, typed(actor, command), command)
    world.allow_messages()
    assert not found, "\n".join(["", *found])
