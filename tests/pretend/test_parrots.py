"""By handing itself in a noun gets all: command, help, README row, kind, morning, preview, edits, last look, mute, more.

No base is told of it: its folders and its word in NOUNS are all.
"""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from handlers.door.nouns import grammars
from reminders.engine.kinds import kinds
from reminders.engine.planner import plan
from reminders.engine.recheck import still_due
from reminders.engine.rehearsal import rehearse
from sandbox.surfaces import elements
from storage.base import outbox
from storage.base.exports import exports, records
from storage.base.migrations import migrations
from tests.reminders.factory import Book, at
from tests.tables import with_tables

README = (Path(__file__).parents[2] / "README.md").read_text()
FEED_ON = date(2026, 11, 25)
MORNING = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


@pytest.fixture
def aviary(parrots, make_world):
    """Maya's account Acme keeps Polly, who is fed on Wednesday."""
    world = make_world()
    world.book("accounts", {"name": "Acme", "csm": "maya@example.com"})
    keep(world, "Polly", FEED_ON)
    return world


def keep(world, name, day):
    from storage.parrot import store

    with world.unit() as unit:
        store.keep(unit, world.rows("SELECT id FROM accounts")[0]["id"], name, day)
    world.bot.machine.learn()


def coming(world):
    with world.store.read() as db:
        return [
            (one.kind, one.due_on)
            for one in rehearse(db, world.store.policy, world.now, world.now + timedelta(days=9))
            if one.kind == "parrot_feed"
        ]


def test_it_is_gone_without_its_word():
    assert "/parrot" not in grammars()
    assert "parrot_feed" not in kinds()
    assert "parrots" not in exports()


def test_command_and_help(aviary):
    assert "parrots, and when they are fed" in aviary.as_("maya").command("/parrot").text
    assert "who keeps which parrot" in aviary.as_("maya").says("help").text


def test_readme_row(parrots):
    with pytest.raises(ValueError, match="### /parrot"):
        with_tables(README)
    written = with_tables(README + "\n### /parrot\n\n| Command | What |\n|---|---|\n")
    assert "| `/parrot [help]` | parrots, and when they are fed |" in written


def test_migration(aviary):
    assert "CREATE TABLE parrots" in migrations()[-1]
    assert aviary.store.engine.version(aviary.db) == len(migrations())


def test_export(aviary):
    fields, found = records(aviary.db, "parrots", aviary.store.policy, aviary.now.date())
    assert fields == ("account", "name", "feed_on")
    assert list(found) == [{"account": "Acme", "name": "Polly", "feed_on": "2026-11-25"}]


def test_preview_is_the_plan_and_the_morning(aviary):
    assert coming(aviary) == [("parrot_feed", FEED_ON)]
    aviary.jump(MORNING)
    shown = aviary.as_("maya").expect_dm("Polly", seconds=30)
    aviary.posted()
    assert aviary.rows("SELECT state, due_on FROM outbox WHERE kind = 'parrot_feed'") == [
        {"state": "sent", "due_on": "2026-11-25"}
    ]
    shown.click("Fed").message.expect("Polly thanks you.")
    shown.expect("was fed")  # the message that stands
    assert coming(aviary) == [("parrot_feed", FEED_ON + timedelta(days=7))]


def test_it_stands_on_home_until_it_is_done(aviary):
    aviary.jump(MORNING)
    aviary.as_("maya").expect_dm("Polly", seconds=30)
    aviary.posted()
    assert "Polly" in aviary.as_("maya").open_home().text


def test_muted_under_its_label(aviary):
    maya = aviary.as_("maya")
    maya.open_home()
    shown = maya.home.click("My reminders").modal
    assert "Parrots" in shown.text
    mute = next(e for _, e in elements(shown.blocks) if e.get("value") == "parrot_feed")
    shown._act(next(b for b, e in elements(shown.blocks) if e is mute), mute, None)
    aviary.jump(MORNING)
    states, end = [], time.monotonic() + 30
    while not states and time.monotonic() < end:
        time.sleep(0.02)
        states = aviary.rows("SELECT state FROM outbox WHERE kind = 'parrot_feed'")
    assert states == [{"state": "cancelled"}]


def test_the_last_look_asks_its_rule(parrots, tmp_path):
    from storage.parrot import store

    book = Book(tmp_path)
    acme = book.account("Acme", book.person("ann@example.com", "UTC"))
    with book.store.write(at("2026-11-20 09:00")) as unit:
        store.keep(unit, acme, "Polly", FEED_ON)
    plan(book.store, at("2026-11-25 09:00"))
    row = outbox.get(book.db, book.rows()[0]["id"])
    assert still_due(book.db, book.policy, row, at("2026-11-25 12:00")).outcome == "ok"
    with book.store.write(at("2026-11-25 12:00")) as unit:
        store.keep(unit, acme, "Polly", FEED_ON + timedelta(days=7))
    verdict = still_due(book.db, book.policy, row, at("2026-11-25 12:01"))
    assert (verdict.outcome, verdict.reason) == ("cancelled", "it was fed")
    book.close()
