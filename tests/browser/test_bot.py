"""A newcomer's first minutes, as README tells them: one command, a browser, a CTA opened and closed with a reason."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """`bot.py run --or-demo` without tokens, as `make run` calls it; yields its URL and stops it by Ctrl-C."""
    home = tmp_path_factory.mktemp("newcomer")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "CTA_BOT_"))}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "bot.py"), "run", "--or-demo"],
        cwd=home,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    found = threading.Event()

    def read():
        for line in process.stdout:
            said.append(line)
            if "http://" in line:
                found.set()

    reader = threading.Thread(target=read)
    reader.start()
    assert found.wait(60), "".join(said)
    yield re.search(r"http://\S+", "".join(said))[0]
    process.send_signal(signal.SIGINT)
    status = process.wait(30)
    reader.join()
    process.stdout.close()
    assert status == 0, "".join(said)
    assert "Traceback" not in "".join(said), "".join(said)
    assert not (home / "cta-bot.db").exists()


@pytest.fixture
def page(browser, demo):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(demo)
    yield page
    context.close()
    assert errors == []


def channel(page, name):
    page.get_by_role("navigation").get_by_text(name, exact=True).click()
    return page.get_by_role("textbox", name=f"Message #{name}")


def send(composer, text):
    composer.fill(text)
    composer.press("Escape")
    composer.press("Enter")


def test_a_newcomer_opens_and_closes_a_cta(page):
    send(channel(page, "acme"), "/cta open Acme expand ci")
    pane = page.locator("#pane")
    expect(pane).to_contain_text("Only visible to you")
    expect(pane).to_contain_text("Acme · Expand: CI")
    page.get_by_text("No success: pick why").last.click()
    page.get_by_role("option", name="Lack of engagement").last.click()
    expect(pane).to_contain_text("Closed: Lack of engagement", timeout=20_000)
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_role("button", name="Success").last).to_be_visible()


def test_a_mistyped_command_offers_what_was_meant(page):
    send(channel(page, "acme"), "/cta open Acmee expand package")
    page.locator("#pane").get_by_role("button", name="Acme", exact=True).last.click()
    expect(page.locator("#pane")).to_contain_text("Acme · Expand: Package")


def test_monday_brings_my_day_and_the_summary(page):
    page.get_by_role("button", name="Monday 09:00").click()
    page.get_by_role("navigation").get_by_text("CTA Bot", exact=True).click()
    page.get_by_role("tab", name="Messages").click()
    expect(page.locator("#pane")).to_contain_text("Good morning", timeout=20_000)
    channel(page, "cs-team")
    expect(page.locator("#pane")).to_contain_text("Playbooks,", timeout=20_000)
    page.get_by_role("navigation").get_by_text("CTA Bot", exact=True).click()
    page.get_by_role("tab", name="Home").click()
    expect(page.locator("#pane")).to_contain_text("Today")
