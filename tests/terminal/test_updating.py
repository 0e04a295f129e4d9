"""A new version on an older bot's database: a copy first, back from it, and nothing changed where there is no room for it."""

import gzip
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from handlers.terminal import Terminal
from handlers.terminal.settings import Settings
from storage.base import backup
from storage.base.backup import restore, schema_version
from storage.base.errors import UserError
from storage.base.migrations import migrations
from storage.base.policy import Policy

pytestmark = pytest.mark.of_a_file

BEFORE = Path(__file__).parents[1] / "compat" / "before.db.gz"
NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)


@pytest.fixture
def old(tmp_path):
    """An older bot's database, and a terminal that has it."""
    path = tmp_path / "cta-bot.db"
    path.write_bytes(gzip.decompress(BEFORE.read_bytes()))
    settings = Settings(_env_file=None, cta_bot_db=path)
    return path, Terminal(settings=settings, clock=lambda: NOW, _policy=Policy())


def accounts(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT count(*) FROM accounts").fetchone()[0]


def test_a_copy_is_kept_before_each_update_and_leads_back(old):
    """Seen failing while a start migrated the only copy."""
    path, terminal = old
    schema, rows = schema_version(path), accounts(path)
    assert schema < len(migrations())
    terminal.store().close()
    terminal.store().close()
    assert schema_version(path) == len(migrations())
    [kept] = path.parent.glob("*.before-update-*")
    assert kept.name == f"cta-bot.db.before-update-{schema}"
    assert (schema_version(kept), accounts(kept), kept.stat().st_mode & 0o077) == (schema, rows, 0)
    restore(kept, path, NOW)
    assert (schema_version(path), accounts(path)) == (schema, rows)


def test_the_copy_of_an_update_after_one_that_was_taken_back_is_a_new_one(old):
    """Seen failing while a copy that was there already was left: to go back again lost all since the first update."""
    path, terminal = old
    terminal.store().close()
    [kept] = path.parent.glob("*.before-update-*")
    restore(kept, path, NOW)
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO meta(key, value) VALUES ('worked', 'on')")
        db.commit()
    terminal.store().close()
    with closing(sqlite3.connect(kept)) as db:
        assert db.execute("SELECT 1 FROM meta WHERE key = 'worked'").fetchone()


def test_two_that_update_at_once_keep_the_older_bots_file_under_its_name(old, monkeypatch):
    """Seen failing while a copy was named by the schema from before it was made: the way back was a newer bot's file."""
    path, terminal = old
    schema, real = schema_version(path), backup.make_private

    def meanwhile(partial):
        monkeypatch.setattr(backup, "make_private", real)
        terminal.store().close()  # the other one
        real(partial)

    monkeypatch.setattr(backup, "make_private", meanwhile)
    terminal.store().close()
    assert [(one.name, schema_version(one)) for one in path.parent.glob("*.before-update-*")] == [
        (f"cta-bot.db.before-update-{schema}", schema)
    ]


def test_without_room_for_the_copy_nothing_is_changed(old, monkeypatch):
    path, terminal = old
    schema = schema_version(path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("storage.base.backup.make_private", full)
    with pytest.raises(UserError, match="No space left"):
        terminal.store()
    assert schema_version(path) == schema
    assert not list(path.parent.glob("*.before-update-*"))


def test_a_new_database_and_one_of_this_version_need_no_copy(tmp_path):
    terminal = Terminal(
        settings=Settings(_env_file=None, cta_bot_db=tmp_path / "new.db"), clock=lambda: NOW, _policy=Policy()
    )
    terminal.store(create=True).close()
    terminal.store().close()
    assert not list(tmp_path.glob("*.before-update-*"))
