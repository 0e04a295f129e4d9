"""What people wait for by the dozen: a typeahead over a large book, the sandbox's check of a card, pages that hear of a post."""

import random
import time
from contextlib import ExitStack

import pytest
from slack_sdk import WebClient

from sandbox.blockkit import check_message
from storage.account import store as accounts
from storage.base.db import Store
from storage.base.policy import Policy
from tests.account.test_search import KINDS, SYLLABLES, insert
from tests.bench.figures import ms, note
from tests.sandbox import blockkit_blocks as made
from tests.sandbox.test_page_api import ACME, ALEX, MAYA, Page, frame

pytestmark = pytest.mark.bench


def test_a_typeahead_over_100_000_accounts_takes_well_under_100_ms(tmp_path):
    chance = random.Random(5)
    names = ["".join(chance.choices(SYLLABLES, k=3)).title() + f" {chance.choice(KINDS)} {i}" for i in range(100_000)]
    store = Store(tmp_path / "bot.db", policy=Policy())
    db = store.connection()
    insert(db, names)
    db.execute("UPDATE accounts SET crm_id = printf('001%012d', id)")

    def took(typed):
        best = []
        for _ in range(3):  # of the processor's time, since others share the machine
            start = time.process_time()
            assert len(accounts.search(db, typed)) <= 20
            best.append(time.process_time() - start)
        return min(best)

    slowest = max(
        (took(typed), typed) for typed in ("s", "st", "sta", "bank", "gloevx ind", "satrk bnak", "xxxxxxx", "99999")
    )
    store.close()
    note(
        "By the hundred thousand",
        "the slowest of eight typeaheads over 100,000 accounts, of the processor",
        f"{ms(slowest[0])}, at most 60 ms",
    )
    assert slowest[0] < 0.06, slowest


def test_a_card_costs_well_under_a_millisecond():
    card = {
        "text": "Acme · Expand: CI",
        "blocks": [
            made.section(accessory={"type": "overflow", "action_id": "more", "options": made.options(5)}),
            {"type": "context", "elements": [made.mrkdwn("Next: demo")]},
            made.actions(made.button(action_id="a"), made.button(action_id="b"), made.static(9)),
        ],
    }
    assert check_message(card) == []
    best = float("inf")
    for _ in range(5):  # the best of five: another process may be busy
        start = time.perf_counter()
        for _ in range(100):
            check_message(card)
        best = min(best, (time.perf_counter() - start) / 100)
    assert best < 0.001


def test_ten_pages_hear_of_twenty_posts_within_three_seconds(sandbox, slack):
    client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
    channel = sandbox.workspace.channel("acme")
    with sandbox.workspace.silence():
        for n in range(2000):
            sandbox.workspace.post(channel, {"user": MAYA, "text": f"message {n}"}, source="seed")
    with ExitStack() as stack:
        sockets = [stack.enter_context(Page(sandbox.url, who).live()) for who in (MAYA, ALEX) * 5]
        began = time.monotonic()
        for n in range(20):
            client.chat_postMessage(channel="#acme", text=f"live {n}")
        for socket in sockets:
            for _ in range(20):
                frame(socket, "message")
        assert time.monotonic() - began < 3
    page = Page(sandbox.url, MAYA)
    began = time.monotonic()
    page.get("messages", channel=ACME)
    page.get("state")
    client.conversations_history(channel=ACME, limit=999)
    assert time.monotonic() - began < 2
    slack.allow_messages()
