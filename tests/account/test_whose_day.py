"""A day is said in its reader's zone: what happened just now happened today, wherever the reader sits."""

from datetime import UTC, datetime

import pytest

from storage.account import store as accounts
from tests.cta.conftest import a_book

# Late in the evening in Los Angeles it is tomorrow in UTC; early in the morning in Auckland it was yesterday there.
EVENING = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 29, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "now"), [("America/Los_Angeles", EVENING), ("Pacific/Auckland", MORNING)])
@pytest.mark.parametrize("team", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_what_was_done_just_now_is_never_said_to_be_tomorrow(slack, make_world, zone, now, team):
    slack.start_at(now)
    world = a_book(make_world(timezone=team))
    slack.person("maya").set(tz=zone)
    world.after_acks()
    maya = world.as_("maya")
    maya.command("/account archive Acme Labs").modal.submit().expect("archived")
    maya.command("/renewals churned Initech yesterday price").expect("churned")
    with world.unit() as unit:
        accounts.edit(unit, accounts.named(unit.db, "Acme")[0].id, {"health": "green"})
    for screen in (
        "/account Acme",
        "/account Initech",
        "/account list archived",
        "/account history Acme",
        "/renewals Initech",
    ):
        shown = maya.command(screen).text
        assert "omorrow" not in shown, (screen, shown)
        if team == "UTC":
            assert "archived yesterday" not in shown
    world.posted()
    world.allow_messages()
