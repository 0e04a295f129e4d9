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


def test_what_was_done_where_the_day_is_further_on_is_not_said_to_be_tomorrow(make_book):
    book = make_book("plans", "onboarding", "surveys", "usage")
    book.start_at(datetime(2026, 11, 23, 20, 30, tzinfo=UTC))
    for who, zone in (("maya", "Pacific/Auckland"), ("priya", "America/Los_Angeles")):
        book.slack.person(who).set(tz=zone)
    maya, priya = book.as_("maya"), book.as_("priya")
    for said in ("/ebr log Acme today", "/success survey Acme nps 9", "/success onboarding Acme start today"):
        maya.command(said)
        book.after_acks()
    for said, form in (
        ("/renewals held Acme", {"Health": "Green", "Outlook": "Renews", "Next step": "call"}),
        ("/success reached Acme", {"Milestone": "Engaged", "On which day?": "2026-11-24"}),
        ("/success adopted Acme", {"Agreed with": "their CTO"}),
    ):
        modal = maya.command(said).modal
        for label, value in form.items():
            modal.fill(label, value)
        modal.submit()
        book.after_acks()
        book.allow_messages()
    maya.command("/success plan Acme").message.click("Begin the plan")
    plan = maya.expect_modal("Success plan").fill("Strategy: why did they buy?", "speed")
    plan.fill("When did the customer see it?", "2026-11-24").submit()
    book.after_acks()
    book.allow_messages()
    assert book.rows("SELECT state FROM reviews") == [{"state": "held"}]
    for page in ("/account", "/account brief", "/account history", "/renewals", "/ebr", "/success plan", "/success"):
        reply = priya.command(f"{page} Acme")
        shown = reply.modal.text if "brief" in page else reply.text
        assert [line for line in shown.splitlines() if "tomorrow" in line or "-1 day" in line] == [], page
