"""A tour of every screen as everybody: the browser's console stays empty, and no request is a bad one."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import gallery
from tests.browser.conftest import MAYA

pytestmark = pytest.mark.browser
SCREENS = 60


def test_a_tour_of_all_screens_as_everybody_has_no_bad_request(page_at, echo):
    parent = echo.say("a thread begins")
    echo.say("a reply", thread_ts=parent)
    for blocks in (gallery.DATA, gallery.GROUPED):
        echo.say(blocks=blocks)
    page = page_at()
    bad, shown = [], 0
    page.on(
        "response",
        lambda answer: (
            bad.append((answer.status, answer.url, answer.request.post_data)) if answer.status >= 400 else None
        ),
    )
    rows = "[...document.querySelectorAll('.side-row')].map((row) => row.querySelector('.side-label').textContent)"
    people = [one for one in echo.sandbox.workspace.people.values() if not (one.deleted or one.bot_id)]
    for person in people:
        if person.id != MAYA:
            page.locator("#person-switch").click()
            page.get_by_role("option", name=person.real_name).click()
        expect(page.locator("#person-switch")).to_contain_text(person.real_name)
        page.evaluate("() => new Promise(requestAnimationFrame)")  # by then the sidebar is of this person, too
        for label in page.evaluate(rows):
            row = page.locator(
                ".side-row", has=page.locator(".side-label", has_text=re.compile(f"^{re.escape(label)}$"))
            ).first
            row.click()
            expect(row).to_have_class(re.compile("current"))
            if label == "cs-team" and (thread := page.get_by_role("button", name=re.compile("1 reply"))).count():
                thread.first.click()
                expect(page.locator("#thread")).to_contain_text("a reply")
                shown += 1
            shown += 1
        page.locator(".side-row").first.click()
        for tab in page.get_by_role("tab").all_text_contents():
            page.get_by_role("tab", name=tab).click()
            shown += 1
    assert bad == []
    assert shown > SCREENS
