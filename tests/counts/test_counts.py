"""One number, one query: whatever has a number on it opens as many rows as it says."""

from datetime import timedelta

import pytest

from reminders.engine.kinds import stands_with
from storage.account import lists as books
from storage.base import people
from storage.base.db import Store
from storage.base.policy import Policy, Team
from storage.cta import lists as cta_lists
from storage.home import store as homes
from storage.renewal import lists as renewal_lists
from tests.counts.doors import behind, doors
from tests.counts.worlds import MEMBERS, NOW, TODAY, address, arrived, fill, write

ALL = 100_000
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


def mornings(world, actor):
    """The day's messages to a person, each to be looked at."""
    return [
        (f"message {number}", lambda shown=shown: shown) for number, shown in enumerate(world.messages("dm", actor.id))
    ]


@pytest.mark.parametrize("seed", range(3))
def test_every_number_opens_what_it_counts(make_world, slack, seed):
    slack.start_at(NOW - timedelta(hours=22))
    world = fill(make_world(), seed)
    world.jump(NOW)  # the first business day of a month, after everybody's morning
    arrived(world)
    world.allow_messages()
    found = []
    for handle in ("maya", "priya"):
        actor = world.as_(handle)
        shown = [("Home", actor.open_home), *((command, typed(actor, command)) for command in COMMANDS)]
        for where, show in [*mornings(world, actor), *shown]:
            found += wrong(world, actor, show, where)
    world.allow_messages()
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("led", [(), ("tom", "lena", "priya")])
def test_no_number_of_home_ends_at_a_page_or_limit(tmp_path, led):
    store = Store(
        tmp_path / "bot.db",
        policy=Policy(teams={"East": Team(manager=address("maya"), members=tuple(map(address, led)))}),
    )
    with store.write(NOW) as unit:
        ids = {handle: people.ensure_email(unit, address(handle)).id for handle in MEMBERS}
        write(unit, 7, ids, accounts=3000, ctas=4000)
    db, policy, maya = store.connection(), store.policy, people.get(store.connection(), ids["maya"])
    others = [ids[handle] for handle in led]
    kinds = {"to_do": ("renewal_review",), "of_the_day": (), "readers": {}, "stands_with": stands_with}
    facts = homes.home(db, policy, maya, NOW, TODAY, **kinds, led=others)
    scope = "team" if led else "mine"
    whose = books.whose(db, policy, maya, scope)
    rows = {
        which: renewal_lists.renewing(db, policy, whose, TODAY, which=which, limit=ALL)[0]
        for which in ("renewing", "no-review")
    }
    lists = {
        state: len(cta_lists.page(db, policy, maya, cta_lists.Which(scope, state), TODAY, limit=ALL)[0])
        for state in ("open", "overdue", "week", "deferred")
    }
    assert (facts.renewing, facts.without_review) == (len(rows["renewing"]), len(rows["no-review"]))
    assert (facts.ctas.open, facts.ctas.overdue, facts.ctas.due_this_week, facts.deferred) == tuple(lists.values())
    assert facts.accounts == len(books.page(db, policy, whose, "", TODAY, limit=ALL)[0])
    assert facts.renewing > 500
    assert facts.deferred > 100
    store.close()
