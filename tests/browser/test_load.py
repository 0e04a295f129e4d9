"""Much at once: a channel of 2,000 messages stays quick, ten people's pages stay live."""

import pytest
from playwright.sync_api import expect

from handlers.demo.book import WORLD
from sandbox.server import Sandbox
from tests.browser.conftest import MAYA, MONDAY, TEAM_CHANNEL, TOM
from tests.browser.echo_app import MANIFEST

pytestmark = pytest.mark.browser

MESSAGES = 2000
PEOPLE = 10


def fill(echo, count):
    channel = echo.sandbox.workspace.channels[TEAM_CHANNEL]
    for number in range(count):
        body = {"user": TOM, "text": f"message number {number} about *Acme* and <@{MAYA}>"}
        echo.sandbox.workspace.post(channel, body, source="test")


def read_to_the_beginning(page):
    while page.evaluate("document.querySelector('.intro') === null"):
        page.locator(".timeline").evaluate("node => (node.scrollTop = 0)")
        page.wait_for_timeout(20)


def test_of_two_thousand_messages_the_newest_are_there_and_the_others_come_on_the_way_up(page_at, echo):
    fill(echo, MESSAGES)
    page = page_at()
    expect(page.locator("#pane .message").last).to_contain_text(f"number {MESSAGES - 1} ")
    assert page.locator("#pane .message").count() < 200
    page.locator(".timeline").evaluate("node => (node.scrollTop = 0)")
    expect(page.get_by_text(f"number {MESSAGES - 100} ")).to_be_attached()
    read_to_the_beginning(page)
    assert page.locator("#pane .message").count() >= MESSAGES
    echo.write(TOM, "one more")
    expect(page.locator("#pane .message").last).to_contain_text("one more")


def test_ten_pages_stay_live(page_at, echo):
    people = [
        person.id
        for person in echo.sandbox.workspace.people.values()
        if not (person.deleted or person.bot_id or person.guest or person.stranger)
    ]
    for person in people:
        echo.sandbox.people.change_channel(TEAM_CHANNEL, "invite", user=person)
    pages = [page_at(person=people[number % len(people)]) for number in range(PEOPLE)]
    for number in range(5):
        echo.say(f"to everybody, {number}")
    for page in pages:
        expect(page.locator("#pane .message").last).to_contain_text("to everybody, 4")
    box = pages[3].get_by_role("textbox", name="Message #cs-team")
    box.fill("from one of us")
    box.press("Enter")
    for page in pages:
        expect(page.locator("#pane .message").last).to_contain_text("from one of us")


def test_the_page_comes_back_when_the_sandbox_does(browser):
    with Sandbox(manifest=MANIFEST, seed=WORLD, now=MONDAY) as sandbox:
        page = browser.new_page()
        page.goto(f"{sandbox.url}/#{MAYA}/{TEAM_CHANNEL}")
        expect(page.locator("#pane .message").last).to_contain_text("share after lunch")
        sandbox.stop()
        expect(page.locator("#connection")).to_have_text("Reconnecting…")
        sandbox.start()
        assert sandbox.run(sandbox.people.send(TOM, TEAM_CHANNEL, "we are back")).ok
        expect(page.locator("#pane .message").last).to_contain_text("we are back", timeout=20_000)
        expect(page.locator("#connection")).to_have_text("")
        page.close()
