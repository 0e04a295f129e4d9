"""Nothing is asked about an account that is gone, neither in what still stands nor in its own screens."""

from datetime import UTC, datetime

import pytest

from tests.cta.conftest import ALEX, MAYA

FRIDAY = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)


@pytest.fixture
def gone(world, request):
    """Acme and Globex, of which a review and an EBR are asked for on Monday morning; then Acme is gone."""
    world.start_at(FRIDAY)
    row = {"csm": MAYA, "ae": ALEX, "renewal_date": "2027-04-30", "last_ebr": "2025-11-30"}
    world.book("accounts", *({**row, "name": name, "crm_id": name} for name in ("Acme", "Globex")))
    world.jump(MONDAY)
    maya = world.as_("maya")
    message = maya.expect_dm("Acme · renews", "Globex · renews", "↳ EBR due today")
    world.posted()
    maya.command(request.param).expect("Acme")
    if "archive" in request.param:
        maya.modal.submit() if maya.modal else None
    return world, maya, message


WAYS = ["/renewals churned Acme price"]


@pytest.mark.parametrize("gone", WAYS, indirect=True)
def test_a_morning_that_still_stands_asks_nothing_about_it(gone):
    _, _, message = gone
    text = message.expect("✓ Acme: leaves").text
    assert text.count("✓ Acme: leaves") == 2
    assert "Acme ·" not in text
    assert text.count("EBR due") == 1
    assert "Globex · renews" in text


@pytest.mark.parametrize("gone", WAYS, indirect=True)
@pytest.mark.parametrize(
    "screen", ["/renewals Acme", "/ebr Acme", "/account Acme", "/renewals", "/ebr", "/renewals all", "/ebr all"]
)
def test_no_screen_of_it_has_anything_to_be_scheduled(gone, screen):
    world, maya, message = gone
    message.expect("✓ Acme")
    shown = maya.command(screen).text
    lines = [line for line in shown.splitlines() if "Globex" not in line]
    if " Acme" in screen:
        assert "Acme" in shown
        assert "leaves" in shown
    else:
        assert "Acme" not in shown
    assert not any("to be scheduled" in line or "EBR due" in line for line in (lines if " Acme" in screen else ()))
    world.allow_messages()


@pytest.mark.parametrize("gone", WAYS, indirect=True)
def test_home_and_my_day_ask_nothing_about_it(gone):
    _, maya, message = gone
    message.expect("✓ Acme")
    home = maya.open_home()
    assert "Acme" not in home.text
    assert "Globex · renews" in home.text


@pytest.mark.parametrize(
    ("renewal", "typed", "on"),
    [
        ("2027-01-03", "28 Nov price", "2026-11-28"),  # two days ago, not next year
        ("2027-01-03", "3 Jan price", "2027-01-03"),
        ("2027-06-30", "30 Jun price", "2027-06-30"),  # five months behind, but that is its renewal
        ("2026-11-20", "tomorrow price", "2026-12-01"),
        ("", "28 Nov price", "2026-11-28"),
        ("2027-01-03", "28 Nov 2027 price", "2027-11-28"),
    ],
)
def test_a_day_without_a_year_is_the_one_that_is_meant(world, renewal, typed, on):
    world.start_at(MONDAY)
    world.book("accounts", {"name": "Acme", "crm_id": "Acme", "csm": MAYA, "renewal_date": renewal})
    world.as_("maya").command(f"/renewals churned Acme {typed}").expect("Acme")
    assert world.db.execute("SELECT churned_on FROM accounts").fetchone()[0] == on
    world.allow_messages()
