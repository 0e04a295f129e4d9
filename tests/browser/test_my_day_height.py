"""My day with ten things stays short on a screen: measured where people read it."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
FRIDAY = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)  # 09:00 in Maya's New York
WIDE, MOST_PIXELS = 1280, 450
NAMES = (
    *("Omnimark", "Acme", "Globex", "Initech", "Hooli", "Umbrella", "Vandelay", "Wayne Enterprises"),
    *("Stark Industries", "Cyberdyne"),
)


@pytest.fixture
def ten_things(world):
    """Maya's morning: renewals that burn, CTAs due, renewal reviews, EBRs; ten rows of ten accounts."""
    world.start_at(FRIDAY)
    people = {"csm": "maya@example.com", "ae": "alex@example.com"}
    days = [
        *({"renewal_date": day, "last_ebr": "2026-11-01", "arr": "504000"} for day in ("2026-12-08", "2027-01-15")),
        *({"renewal_date": "2027-04-30", "last_ebr": "2026-11-01", "arr": "120000"} for _ in range(3)),
        *({"last_ebr": "2025-12-30", "arr": "80000"} for _ in range(3)),
        *({"last_ebr": "2026-11-01"} for _ in range(2)),
    ]
    rows = [{"name": name, "crm_id": name, **people, **day} for name, day in zip(NAMES, days, strict=True)]
    columns = dict.fromkeys(key for row in rows for key in row)
    world.book("accounts", *({column: row.get(column, "") for column in columns} for row in rows))
    maya = world.as_("maya")
    for name, day in zip(NAMES[-2:], ("30 Nov", "2 Dec"), strict=True):
        maya.command(f"/cta open {name} expand ci due {day}").expect("Opened")
    world.jump(MONDAY)
    maya.expect_dm("11 things today")
    world.allow_messages()
    return world, maya


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_ten_things_are_at_most_450_pixels_tall_on_a_wide_screen(browser, ten_things, width, scheme):
    world, maya = ten_things
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    page.goto(f"{world.slack.sandbox.url}/#{maya.id}/{world.slack.sandbox.workspace.dm(maya.id).id}")
    shown = page.locator(".message", has_text="11 things today").last
    expect(shown).to_contain_text("Show all 11")
    body = shown.locator(".blocks")
    overflows = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    height = body.bounding_box()["height"]
    context.close()
    assert not overflows
    assert width < WIDE or height <= MOST_PIXELS
