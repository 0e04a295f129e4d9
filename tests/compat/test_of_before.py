"""What stood before the house was cut by noun still works: its database, its buttons and forms, keys, exports, policy.

`before.db.gz` and `before.json.gz` were taken from the last commit before that: a filled world after two mornings, and
what people's clients sent in it, or could have, with all that an element carries.
"""

import csv
import gzip
import io
import json
import logging
import re
import shutil
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from handlers.door.nouns import table
from handlers.terminal import Terminal, export
from handlers.terminal.settings import Settings
from reminders.engine.kinds import kinds
from sandbox.responses import Target
from sandbox.workspace import BOT_USER
from storage.base.db import Store
from storage.base.exports import exports, records
from storage.base.keys import destination_of, key_of
from storage.base.policy import Policy

pytestmark = pytest.mark.of_a_file
HERE = Path(__file__).parent
BEFORE = json.loads(gzip.decompress((HERE / "before.json.gz").read_bytes()))
PAYLOADS = BEFORE["payloads"]
EAST = {"East": {"manager": "priya@example.com", "members": ["maya@example.com", "tom@example.com"]}}
# What Slack says of messages and forms that are not there: those of the old workspace.
GONE = ("message_not_found", "not_found", "view_not_found", "no_modal_open", "channel_not_found", "hash_conflict")
REGISTERED = {"block_actions": "ACTIONS", "view_submission": "VIEWS", "block_suggestion": "OPTIONS"}
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/[^\"\\]+")
SAID_SINCE = ("lapsed", "")  # where nothing was said then: a renewal that has passed without a word, or none at all
ANYWHERE = re.compile(r"command\.retry\.\d|(link|ignore)\..*|notice")  # of the door itself


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "before.db"
    with gzip.open(HERE / "before.db.gz") as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return path


@pytest.fixture
def store(database):
    found = Store(database, policy=Policy.model_validate({"teams": EAST}))
    yield found
    found.close()


def test_there_is_much_to_try():
    assert len({json.dumps(one, sort_keys=True) for one in PAYLOADS}) >= 200
    assert {one["payload"].get("type", "command") for one in PAYLOADS} >= {"command", *REGISTERED}


@pytest.mark.parametrize("name", ["COMMANDS", "ACTIONS", "VIEWS", "OPTIONS", "SHORTCUTS"])
def test_all_that_was_registered_is(name):
    assert set(BEFORE["tables"][name]) <= set(table(name))


def test_all_that_was_sent_has_a_handler():
    for one in PAYLOADS:
        payload = one["payload"]
        match payload.get("type", "command"):
            case "command":
                names = {payload["command"]}
                known = table("COMMANDS")
            case "block_actions":
                names = {action["action_id"] for action in payload["actions"]}
                known = table("ACTIONS")
            case "view_submission":
                names = {payload["view"]["callback_id"]}
                known = table("VIEWS")
            case "block_suggestion":
                names = {payload["action_id"]}
                known = table("OPTIONS")
            case _:
                names = {payload["callback_id"]}
                known = table("SHORTCUTS")
        assert {name for name in names - set(known) if not ANYWHERE.fullmatch(name)} == set()


def test_its_policy_keys_are_known():
    assert set(BEFORE["policy"]) <= set(Policy.model_fields)


def test_its_keys_and_destinations_read_back(store):
    rows = store.connection().execute("SELECT dedupe_key, destination, kind FROM outbox").fetchall()
    assert len(rows) > 50
    for key, destination, kind in rows:
        assert str(key_of(key)) == key
        assert str(destination_of(destination)) == destination
        assert kind in kinds() or kind in ("card", "notice", "reply"), kind


@pytest.mark.parametrize("what", BEFORE["exports"])
def test_its_exports_are_those_of_then(store, what):
    """Fields and records of then in their order; fields may have come since."""
    then = BEFORE["exports"][what]
    assert what in exports()
    fields, rows = records(store.connection(), what, store.policy, datetime.fromisoformat(BEFORE["now"]).date())
    assert [field for field in fields if field in then["fields"]] == then["fields"]
    now = [
        {field: None if record[field] in SAID_SINCE else record[field] for field in then["records"][0]}
        for record in rows
    ]
    assert json.loads(json.dumps(now, default=str)) == then["records"]


@pytest.mark.parametrize("what", BEFORE["csv"])
def test_its_tables_are_those_of_then(store, database, tmp_path, capsys, what):
    """As the terminal writes them, cell by cell; columns may have come since."""
    settings = Settings(_env_file=None, cta_bot_db=database, cta_bot_policy=tmp_path / "none.toml")
    terminal = Terminal(settings=settings, clock=lambda: datetime.fromisoformat(BEFORE["now"]), _policy=store.policy)
    parser = ArgumentParser()
    export.configure(parser)
    assert export.run(parser.parse_args([what, "--format", "csv"]), terminal) == 0
    then = list(csv.DictReader(io.StringIO(BEFORE["csv"][what])))
    now = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    kept = [{field: "" if row[field] in SAID_SINCE else row[field] for field in then[0]} for row in now]
    assert kept == then


def fresh(world, payload):
    """A payload as it would be sent today: triggers and addresses to answer at are short-lived."""
    person = payload.get("user_id") or payload["user"]["id"]
    workspace, dm = world.sandbox.workspace, world.sandbox.workspace.dm(person)
    workspace.stacks[person] = []  # all forms of before are closed
    shown = payload.get("message") or {"text": "What stood there"}
    original = workspace.post(dm, {"user": BOT_USER, "text": shown["text"]}, only=person, source="slack")
    url = world.sandbox.responses.new_url(Target(person, dm.id, original if payload.get("actions") else None))
    made = json.loads(ADDRESS.sub(url, json.dumps(payload)))
    made["trigger_id"] = world.sandbox.triggers.mint(person, dm.id)
    if "response_url" in made:
        made["response_url"] = url
    return made


def test_every_payload_is_answered_and_none_is_a_bug(make_world, slack, database, caplog):
    now = datetime.fromisoformat(BEFORE["now"])
    slack.start_at(now)
    world = make_world(database=database, teams=EAST)
    slack.allow(*GONE)
    wrong = []
    for one in PAYLOADS:
        payload, answers = fresh(world, one["payload"]), one["payload"].get("type") != "block_actions"
        caplog.clear()
        said = world.sandbox.run(
            world.sandbox.delivery.deliver(one["kind"], payload, about="of before", accepts_payload=answers)
        )
        world.after_acks()
        name = payload.get("command") or payload.get("actions") or payload.get("callback_id") or payload.get("view")
        if re.search(r"E-[0-9a-f]{6}", json.dumps(said)):
            wrong.append((name, said))
        wrong += [(name, record.getMessage()) for record in caplog.records if record.levelno >= logging.ERROR]
        slack.allow_messages()
    slack.jump(now + timedelta(days=1))  # and the next morning comes as ever
    world.posted()
    slack.allow_messages()
    assert wrong == []
    assert world.rows("SELECT 1 FROM outbox WHERE state = 'dead'") == []
