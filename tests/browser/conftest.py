"""Chromium and a workspace with the echo app in it, for the tests that look at the page."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect, sync_playwright
from slack_sdk import WebClient

from handlers.demo.book import WORLD
from sandbox.quick_socket import QuickSocket
from sandbox.server import Sandbox
from tests.browser.echo_app import MANIFEST, make_app

expect.set_options(timeout=20_000)  # two cores may be busy with other tests
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MAYA, TOM, LENA = "U0000MAYA", "U00000TOM", "U0000LENA"
TEAM_CHANNEL = "C00CSTEAM"


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def running_echo():
    """The workspace with the echo app connected, once for all tests."""
    with Sandbox(manifest=MANIFEST, seed=WORLD, now=MONDAY) as workspace:
        app = make_app(workspace.bot_token, workspace.api_url)
        socket = QuickSocket(app, workspace.app_token)
        yield workspace
        socket.close()


class Echo:
    """The workspace as a test sees it: what it holds, and the app's own hands."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        self.client.conversations_join(channel=TEAM_CHANNEL)

    def say(self, text="x", channel=TEAM_CHANNEL, **more):
        return self.client.chat_postMessage(channel=channel, text=text, **more)["ts"]

    def write(self, person, text, channel=TEAM_CHANNEL):
        """Somebody else writes: what the page must show by itself."""
        assert self.sandbox.run(self.sandbox.people.send(person, channel, text)).ok


@pytest.fixture
def echo(running_echo):
    """The workspace as at the start of its Monday."""
    running_echo.reset()
    return Echo(running_echo)


@pytest.fixture
def page_at(browser, echo):
    """Opens the page: `page_at(1280, "light")`, `page_at(390, "dark", person=TOM, where="home")`.

    A script error or a complaint in the browser's console fails the test, and so does a request elsewhere.
    """
    contexts, complaints = [], []

    def watch(page):
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: complaints.append(asked.url) if _elsewhere(asked.url) else None)

    def _elsewhere(url):
        return not url.startswith((echo.sandbox.url, "data:", "blob:"))

    def open_page(width=1280, scheme="light", *, person=MAYA, where=TEAM_CHANNEL):
        height = 844 if width < 600 else 900
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        watch(page)
        page.goto(f"{echo.sandbox.url}/#{person}/{where}")
        page.locator(".side-row.current").first.wait_for(state="attached")
        page.locator(".timeline, .home").first.wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    # What a test provoked on purpose: a picture that is not there.
    assert [one for one in complaints if not re.search(r"example\.invalid|ERR_NAME_NOT_RESOLVED", one)] == []
