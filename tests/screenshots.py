"""`make screenshots`: the pictures of README, taken in a demo that this starts and stops.

python -m tests.screenshots docs/images
"""

import re
import signal
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).parents[1]
SIZE = {"width": 1120, "height": 760}


def take(page, folder):
    """Walk through a CSM's first day and picture each stop."""

    def go(name):
        page.get_by_role("navigation").get_by_text(name, exact=True).click()
        page.wait_for_timeout(800)

    def shoot(name):
        page.wait_for_timeout(1500)
        page.screenshot(path=folder / f"{name}.png")

    go("acme")
    composer = page.get_by_role("textbox", name="Message #acme")
    composer.fill("/cta open Acme expand ci")
    composer.press("Escape")
    composer.press("Enter")
    shoot("channel")
    page.get_by_role("button", name="Monday 09:00").click()
    page.wait_for_timeout(3000)
    go("CTA Bot")
    page.get_by_role("tab", name="Messages").click()
    shoot("day")
    page.get_by_role("tab", name="Home").click()
    shoot("home")
    go("cs-team")
    shoot("summary")


def main(folder):
    """Start the demo, take the pictures, stop it."""
    folder.mkdir(parents=True, exist_ok=True)
    demo = subprocess.Popen(
        [sys.executable, str(ROOT / "bot.py"), "demo"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    try:
        url = next(re.search(r"http://\S+", line)[0] for line in demo.stderr if "http://" in line)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport=SIZE)
            page.goto(url)
            take(page, folder)
            browser.close()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=20)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
