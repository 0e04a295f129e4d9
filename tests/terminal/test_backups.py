"""A backup each night: when, that it is whole, and which are kept."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from storage.base import backup
from storage.base.backups import backup_due, kept_no_longer, latest_backup, make_backup
from storage.base.db import Store
from storage.base.errors import UserError
from storage.base.policy import Backup, policy_from

pytestmark = pytest.mark.of_a_file

DAY = date(2026, 11, 29)


def policy(folder, **more):
    return policy_from({"timezone": "Europe/Berlin", "backup": {"folder": str(folder), **more}})


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "bot.db"
    Store(path, policy=policy_from({})).close()
    return path


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 11, 29, 2, 29, tzinfo=UTC), None),  # 03:29 there
        (datetime(2026, 11, 29, 2, 30, tzinfo=UTC), DAY),
        (datetime(2026, 11, 29, 22, 59, tzinfo=UTC), DAY),  # it was away at half past three
        (datetime(2026, 11, 29, 23, 1, tzinfo=UTC), None),  # already tomorrow there
    ],
)
def test_it_is_due_once_a_day_from_its_time_on(tmp_path, at, due):
    assert backup_due(policy(tmp_path / "kept"), at) == due


def test_no_folder_no_backup():
    assert backup_due(policy_from({}), datetime(2026, 11, 29, 12, tzinfo=UTC)) is None
    assert latest_backup(policy_from({})) is None


def test_it_is_a_whole_database_for_its_owner_alone(tmp_path, database):
    rules = policy(tmp_path / "kept")
    made = make_backup(database, rules.backup, DAY)
    assert made == tmp_path / "kept" / "cta-bot-2026-11-29.db"
    assert made.stat().st_mode & 0o777 == 0o600
    Store(made, policy=rules).close()
    assert backup_due(rules, datetime(2026, 11, 29, 12, tzinfo=UTC)) is None
    assert latest_backup(rules) == DAY


def test_what_is_no_folder_is_said(tmp_path, database):
    (tmp_path / "kept").write_text("")
    with pytest.raises(UserError, match=r"The backup folder .* can't be had"):
        make_backup(database, policy(tmp_path / "kept").backup, DAY)


def test_days_weeks_and_months_are_kept_and_nothing_else_is_touched(tmp_path, database):
    rules = policy(tmp_path / "kept", keep_daily=3, keep_weekly=2, keep_monthly=2)
    folder = tmp_path / "kept"
    folder.mkdir()
    for days in range(1, 80):
        (folder / f"cta-bot-{DAY - timedelta(days=days)}.db").write_text("")
    (folder / "mine.db").write_text("")
    make_backup(database, rules.backup, DAY)
    assert sorted(path.name for path in folder.iterdir()) == [
        "cta-bot-2026-10-31.db",  # the newest of October
        "cta-bot-2026-11-22.db",  # the newest of the week before
        "cta-bot-2026-11-27.db",
        "cta-bot-2026-11-28.db",
        "cta-bot-2026-11-29.db",
        "mine.db",
    ]


def test_the_only_one_is_never_dropped():
    assert kept_no_longer([DAY], Backup(folder="x", keep_daily=1, keep_weekly=0, keep_monthly=0)) == []


def test_the_machine_makes_it_and_tells_operations_where_it_can_not(world, tmp_path, caplog):
    machine = world.bot.machine
    machine._on_duty = lambda: True
    rules = machine.policy.model_copy(update={"backup": Backup(folder=str(tmp_path / "kept"), at="00:00")})
    machine.policy = rules
    machine._back_up()
    assert latest_backup(rules) is not None
    told = []
    machine.alarm = told.append
    machine.policy = rules.model_copy(update={"backup": Backup(folder=str(tmp_path / "kept" / "x.db"), at="00:00")})
    Path(machine.policy.backup.folder).write_text("")
    machine._back_up()
    assert "can't be had" in str(told[0])


def test_a_bot_that_stops_waits_for_no_copy_and_leaves_none_half(world, tmp_path, monkeypatch):
    """Seen failing while a copy was made in one go: a bot that was stopped was there until the last page stood."""
    monkeypatch.setattr(backup, "_PAGES", 1)
    machine, seen = world.bot.machine, []
    machine._on_duty = lambda: True
    machine.alarm = seen.append
    machine.policy = machine.policy.model_copy(update={"backup": Backup(folder=str(tmp_path / "kept"), at="00:00")})
    go_on = backup._go_on

    def asked(halted):
        seen.append("asked")
        machine._stopping = len(seen) > 2
        go_on(halted)

    monkeypatch.setattr(backup, "_go_on", asked)
    machine._back_up()
    machine._stopping = False
    assert seen == ["asked"] * 3
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_copy_is_of_one_moment_whoever_writes_meanwhile(database, tmp_path, monkeypatch):
    """Seen failing without its snapshot: each write had it begin anew."""
    monkeypatch.setattr(backup, "_PAGES", 1)
    looks = []

    def written(_):
        looks.append(1)
        with closing(sqlite3.connect(database)) as db:
            db.execute("INSERT INTO meta(key, value) VALUES (?, '')", (f"written {len(looks)}",))
            db.commit()

    monkeypatch.setattr(backup, "_go_on", written)
    backup.back_up(database, tmp_path / "copy.db")
    with closing(sqlite3.connect(database)) as db, closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert len(looks) <= db.execute("PRAGMA page_count").fetchone()[0]
        assert copy.execute("SELECT 1 FROM meta WHERE key LIKE 'written%'").fetchall() == []
