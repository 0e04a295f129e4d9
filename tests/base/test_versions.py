"""Replicas of two versions on one database: an older one goes on beside what was only added, else it ends, saying why."""

from datetime import UTC, datetime

import pytest

from storage.base import migrations as numbered
from storage.base import schema, versions
from storage.base.db import Store
from storage.base.errors import Outdated, UserError
from storage.base.policy import Policy

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def newer(monkeypatch):
    """A function that brings a file to the schema of a bot with one migration more, which adds something or does not."""

    def migrate(path, *, adds):
        known = len(numbered.migrations())
        more = (known + 1, "CREATE TABLE parrots (id INTEGER PRIMARY KEY) STRICT;")
        with monkeypatch.context() as patch:
            patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, more))
            if adds:
                patch.setattr(schema, "ADDITIONS", (known + 1,), raising=False)
            numbered.migrations.cache_clear()
            numbered.additions.cache_clear()
            Store(path, policy=Policy()).close()
        numbered.migrations.cache_clear()
        numbered.additions.cache_clear()
        return known

    return migrate


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "bot.db", policy=Policy())
    yield store
    store.close()


def test_beside_what_was_only_added_an_older_bot_goes_on_and_starts(store, newer):
    """Seen failing without `keep_oldest`."""
    newer(store.path, adds=True)
    with store.write(NOW):
        pass
    Store(store.path, policy=Policy()).close()
    Store(store.path, policy=Policy(), upgrade=False).close()


def test_beside_anything_else_it_writes_no_more_and_says_why(store, newer):
    """Seen failing without `insist_on_schema` in `Store.write`."""
    known = newer(store.path, adds=False)
    words = rf"schema {known + 1}, this one knows {known}\): nothing was changed"
    with pytest.raises(Outdated, match=words), store.write(NOW):
        pass
    with pytest.raises(UserError, match="written by a newer CTA Bot"):
        Store(store.path, policy=Policy())


@pytest.mark.of_a_file
def test_what_is_no_addition_ends_what_was_said_of_additions_before(store, newer):
    """Seen failing without the DELETE in `keep_oldest`."""
    newer(store.path, adds=True)
    db, version = store.connection(), len(numbered.migrations()) + 2
    db.execute(f"PRAGMA user_version = {version}")
    versions.keep_oldest(db, version)
    with pytest.raises(Outdated), store.write(NOW):
        pass


def test_a_person_is_told_and_the_bot_ends(world, newer):
    newer(world.store.path, adds=False)
    said = world.as_("maya").command("/cta open acme").text
    assert "A newer CTA Bot is here" in said
    with pytest.raises(Outdated):
        world.store.insist_on_schema()
