"""What Slack shows of a time that a restored backup does not know: its buttons say so, and do nothing."""

import shutil
from contextlib import closing

import pytest
from sqlite_utils.utils import sqlite3

from storage.base.backup import back_up, restore
from storage.base.upkeep import epoch
from tests.cta.conftest import NOW, a_book

pytestmark = pytest.mark.of_a_file
OLD = "A backup was brought back since this message"


@pytest.fixture
def between(slack, make_world, tmp_path):
    """A function that has CTA 2, of Acme, opened after the backup is made, brings that back, and starts the bot on it.

    CTA 1 of Acme stands before and after. The messages may be clicked: maya's card of each, by use case.
    """
    slack.start_at(NOW.replace(hour=15))
    slack.allow_messages()
    database, backup = tmp_path / "bot.db", tmp_path / "copy.db"

    def start(way="restored"):
        world = a_book(make_world(database))
        maya = world.as_("maya")
        maya.command("/cta open Acme expand ci").expect("Opened")
        cards = {"CI": world.expect_message("#acme", "Expand: CI").by("maya")}
        world.posted()
        if way == "copied":
            world.store.checkpoint()
            shutil.copy(database, backup)
        else:
            back_up(database, backup)
        maya.command("/cta open Acme expand package").expect("Opened")
        cards["package"] = world.expect_message("#acme", "Expand: Package").by("maya")
        world.posted()
        world.after_acks()
        world.stop()
        if way == "restored":
            restore(backup, database, slack.now)
        else:
            for ending in ("-wal", "-shm"):
                database.with_name(database.name + ending).unlink(missing_ok=True)
            shutil.copy(backup, database)
        with closing(sqlite3.connect(database)) as db:
            db.execute("UPDATE leases SET until = 0")  # as it is some seconds later
            db.commit()
        return make_world(database), cards

    return start


@pytest.mark.parametrize("way", ["restored", "moved into place by hand", "copied"])
def test_success_on_a_card_of_the_time_between_closes_no_other_cta(between, way):
    world, cards = between(way)
    maya = world.as_("maya")
    maya.command("/cta open Acme expand scm").expect("Opened")  # a file that was merely copied gives its id again
    world.expect_message("#acme", "Expand: SCM")
    world.posted()
    before = world.rows("SELECT * FROM ctas")
    said = cards["package"].click("Success").expect("so its buttons do nothing")
    assert ("does not know this message" if way == "copied" else OLD) in str(said.blocks)
    cards["package"].select("No success: pick why", "Lack of budget").expect("so its buttons do nothing")
    assert world.rows("SELECT * FROM ctas") == before


def test_cards_that_the_backup_knows_and_new_ones_work_on(between):
    world, cards = between()
    assert epoch(world.db)
    cards["CI"].click("Success").expect("Closed: success")
    world.as_("maya").command("/cta open Acme expand scm").expect("Opened")
    card = world.expect_message("#acme", "Expand: SCM").by("maya")
    world.posted()
    row = world.rows(
        "SELECT dedupe_key, cta_id FROM outbox WHERE kind = 'card' AND op = 'post' ORDER BY id DESC LIMIT 1"
    )[0]
    assert row["dedupe_key"] == f"card:{row['cta_id']}"  # its form is the same as ever
    assert row["cta_id"] > 10_000
    card.click("Success").expect("Closed: success")


def test_an_old_message_leads_to_the_present_one(between):
    world, cards = between()
    cards["package"].source.body["metadata"]["event_payload"]["keys"] = ["card:1"]
    said = cards["package"].click("Success").expect(OLD)
    assert world.rows("SELECT slack_ts FROM outbox WHERE dedupe_key = 'card:1'")[0]["slack_ts"].replace(".", "") in str(
        said.blocks
    )


def test_answers_in_the_dm_are_of_their_time_too(between):
    world, _ = between()
    maya = world.as_("maya")
    listed = maya.says("cta").expect("Expand: CI")
    with world.unit() as unit:
        unit.db.execute("UPDATE meta SET value = 'another' WHERE key = 'epoch'")
    listed.select("Update", "Success").expect(OLD)
    maya.says("cta").expect("Expand: CI").select("Update", "Success").expect("Closed: success")
