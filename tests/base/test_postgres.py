"""The database on a server: what it says as SQLite does, and what becomes of a connection that dies."""

import json
import re
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils.utils import sqlite3

from storage.base import postgres
from storage.base.address import Server, address
from storage.base.db import Store
from storage.base.dialect import days_before, field_of, patched, reserve, value_for
from storage.base.errors import Busy, Clash, FileTrouble, UserError
from storage.base.policy import Policy
from storage.base.postgres_schema import spelt
from storage.base.postgres_text import said
from storage.base.sqlite import SqliteEngine
from tests import engines

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
KEEP = "INSERT INTO meta(key, value) VALUES (?, ?)"


@pytest.fixture
def empty(tmp_path):
    """A server's database in which there is nothing."""
    name = f"empty_{tmp_path.name.replace('-', '_').lower()}"
    engines.admin(f'CREATE DATABASE "{name}"')
    yield engines.server(name)
    engines.admin(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def store(empty):
    with closing(Store(empty, policy=Policy())) as made:
        yield made


def kept(store):
    return {row[0] for row in store.connection().execute("SELECT key FROM meta")} - {"oldest_schema"}


def work(store, body, key=None):
    with store.write(NOW, key=key) as unit:
        body(unit)


def keep(*keys):
    return lambda unit: [unit.db.execute(KEEP, (key, "1")) for key in keys]


def end_its_connection(store):
    """The server ends it, as an administrator or a restart does."""
    (pid,) = store.connection().execute("SELECT pg_backend_pid()").fetchone()
    engines.admin(f"SELECT pg_terminate_backend({pid}, 5000)")


@pytest.mark.parametrize(
    ("ours", "theirs", "order"),
    [
        ("a = ? AND b = ?", "a = $1 AND b = $2", (0, 1)),
        ("a = ?2 AND b = ?1 AND c = ?2", "a = $1 AND b = $2 AND c = $1", (1, 0)),
        ("a < ?1 AND b > ?2 AND c = ? AND d = ?", "a < $1 AND b > $2 AND c = $3 AND d = $4", (0, 1, 2, 3)),
        ("a = :on AND b = ':of ?' AND c = :on", "a = $1 AND b = ':of ?' AND c = $1", ("on",)),
        ("id IN (SELECT value FROM json_each(?)) AND a = ?", "id = ANY($1) AND a = $2", (0, 1)),
        ("id NOT IN (SELECT value FROM json_each(?1))", "id <> ALL($1)", (0,)),
        ("id IN ()", "id IN (NULL)", ()),
        ("a -- or ?\n= ?", "a -- or ?\n= $1", (0,)),
        (field_of("x.payload", "by"), "(x.payload::json ->> 'by')", ()),
        (value_for("a.day"), "(CAST($1 AS JSON) ->> a.day)", (0,)),
        (days_before("renewal_on", "coalesce(days, 0)"), "days_before(renewal_on, coalesce(days, 0))", ()),
    ],
)
def test_a_text_is_said_anew(ours, theirs, order):
    assert said(ours)[:2] == (theirs, order)


def test_the_two_schemas_have_the_same_tables_columns_keys_indexes_and_triggers(store, tmp_path):
    file = SqliteEngine(tmp_path / "file.db")
    db = file.connect()
    file.migrate(db)

    def ours(kind, leave_out):
        rows = db.execute("SELECT name FROM sqlite_master WHERE type = ? AND sql IS NOT NULL", (kind,))
        return {row[0] for row in rows if not re.match(leave_out, row[0])}

    server = store.connection()
    tables = ours("table", "sqlite_|accounts_fts")
    columns = {
        (table, row["name"], bool(row["notnull"] or row["pk"]), row["hidden"] == 3)
        for table in tables
        for row in db.execute(f"PRAGMA table_xinfo({table})")
    }
    nullable_keys = {("mutes", "person_id"), ("mutes", "kind")}
    assert columns - {(t, c, n, g) for t, c, n, g in columns if (t, c) in nullable_keys} <= {
        (row[0], row[1], row[2] == "NO", row[3] == "ALWAYS")
        for row in server.execute(
            "SELECT table_name, column_name, is_nullable, is_generated FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
        )
    }
    assert tables == {
        row[0] for row in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    } - {"schema_version"}
    assert ours("view", "$") == {
        row[0] for row in server.execute("SELECT viewname FROM pg_views WHERE schemaname = current_schema()")
    }
    assert ours("index", "$") == {
        row[0]
        for row in server.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        if not row[0].endswith(("_pkey", "_key"))
    } - {"accounts_words"}
    assert ours("trigger", "accounts_fts") == {
        row[0] for row in server.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    }
    db.close()


def test_a_migration_that_moves_data_is_left_out_of_a_new_schema_alone():
    script = "ALTER TABLE x ADD COLUMN y TEXT;\nUPDATE x SET y = 'a';\n"
    assert list(spelt(script, born=True)) == ['ALTER TABLE x ADD COLUMN y TEXT COLLATE "C";']
    assert len(list(spelt(script, born=False))) == 2


def test_the_schema_is_made_once_and_nothing_is_left_of_one_that_failed(empty, monkeypatch):
    from storage.base import postgres_schema

    with monkeypatch.context() as patched_:
        patched_.setattr(postgres_schema, "_NAMES", ("CREATE INDEX x ON not_there(x)",))
        with pytest.raises(UserError):
            Store(empty, policy=Policy())
    for made in (True, False):
        with closing(Store(empty, policy=Policy(), create=made)) as store:
            assert kept(store) == set()


def test_a_database_without_the_bot_is_not_made_by_who_reads(empty):
    with pytest.raises(UserError, match="nothing of the bot"):
        Store(empty, policy=Policy(), create=False, upgrade=False)


OBJECTS = st.dictionaries(
    st.sampled_from("abcdé\"'"), st.none() | st.integers(-9, 9) | st.text("aé\"\\'{", max_size=4), max_size=4
)


def test_json_is_patched_as_sqlite_does_it(store):
    db, own = store.connection(), sqlite3.connect(":memory:")

    @given(OBJECTS, OBJECTS)
    def same(one, other):
        texts = [json.dumps(x, ensure_ascii=False, separators=(",", ":")) for x in (one, other)]
        sql = f"SELECT {patched('CAST(? AS TEXT)', 'CAST(? AS TEXT)')}"
        theirs = own.execute(sql, texts).fetchone()[0]
        assert json.loads(db.execute(sql, texts).fetchone()[0]) == json.loads(theirs)
        assert " " not in db.execute(sql, texts).fetchone()[0]

    same()
    own.close()


def test_days_are_days(store):
    db = store.connection()
    for day in (date(1970, 1, 1), date(2024, 2, 29), date(2026, 12, 31), date(2199, 12, 31)):
        row = db.execute("SELECT ordinal(?), a_day(?), days_before(?, 45)", (day.isoformat(),) * 3).fetchone()
        assert tuple(row) == (day.toordinal(), day.isoformat(), (day - timedelta(45)).isoformat())
    for wrong in ("2026-02-29", "2026-13-01", "2026-1-1", "2026-11-31", "", "0000-01-01", "soon"):
        assert db.execute("SELECT a_day(?)", (wrong,)).fetchone()[0] is None


def test_rows_come_by_place_and_by_name_and_numbers_as_sqlite_gives_them(store):
    row = store.connection().execute("SELECT 1 < 2 AS truth, sum(x) AS sum FROM (VALUES (1), (2)) AS v(x)").fetchone()
    assert (row[0], row["sum"], dict(row), row.keys()) == (1, 3, {"truth": 1, "sum": 3}, ["truth", "sum"])
    with pytest.raises(IndexError):
        row["other"]


def test_who_comes_second_waits_and_is_told_that_it_is_busy(store, empty):
    with closing(Store(empty, policy=Policy())) as other, store.write(NOW), other.one_wait():
        other._local.patience = 0.1
        with pytest.raises(Busy):
            work(other, keep("never"))
    work(store, keep("after"))
    assert kept(store) == {"after"}


def test_a_connection_that_died_between_two_units_of_work_is_made_anew(store):
    end_its_connection(store)
    assert kept(store) == set()
    end_its_connection(store)
    with store.write(NOW) as unit:
        unit.db.execute(KEEP, ("one", "1"))
    end_its_connection(store)
    with store.read() as db:
        assert db.execute("SELECT count(*) FROM meta WHERE key = 'one'").fetchone()[0] == 1


def test_of_a_unit_of_work_whose_connection_dies_nothing_is_kept(store):
    def dies(unit):
        keep("lost")(unit)
        end_its_connection(store)
        keep("never")(unit)

    with pytest.raises(FileTrouble, match="can't be reached"):
        work(store, dies, "click:1")
    assert kept(store) == set()
    work(store, keep("again"), "click:1")  # the same click again is not told that it was carried out
    assert kept(store) == {"again"}


def test_a_failed_statement_that_somebody_let_pass_ends_the_unit_of_work_in_an_error(store):
    """Seen failing without the look at what COMMIT answers: the server says ROLLBACK, and nothing was kept."""

    def fails(unit):
        keep("one")(unit)
        with suppress(sqlite3.DatabaseError):
            unit.db.execute("SELECT nothing FROM nowhere")

    with pytest.raises(sqlite3.DatabaseError):
        work(store, fails)
    assert kept(store) == set()


def test_what_is_attempted_and_refused_leaves_the_rest(store):
    def attempted(unit):
        with unit.attempt():
            keep("two", "one")(unit)

    with store.write(NOW) as unit:
        keep("one")(unit)
        with pytest.raises(Clash):
            attempted(unit)
    assert kept(store) == {"one"}


def test_who_sleeps_in_a_unit_of_work_is_ended_by_the_server(store):
    db = store.connection()
    assert db.execute("SHOW idle_in_transaction_session_timeout").fetchone()[0] == "5s"

    def sleeps(unit):
        unit.db.execute("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
        engines.admin("SELECT pg_sleep(0.5)")
        keep("late")(unit)

    with pytest.raises(FileTrouble):
        work(store, sleeps)
    assert kept(store) == set()


def test_who_looks_sees_that_another_one_has_written_and_nothing_while_nobody_does(store, empty):
    with closing(Store(empty, policy=Policy())) as other:
        look = other.connection().version_seen
        before = look()
        assert look() == before
        with store.write(NOW) as unit:
            keep("one")(unit)
            meanwhile = look()
        assert look() not in (before, meanwhile)


def test_ids_that_are_reserved_are_given_to_nobody_else(store):
    with store.write(NOW) as unit:
        first = reserve(unit.db, "people", 10)
        assert reserve(unit.db, "people", 0) == 0
        made = unit.db.execute("INSERT INTO people(name, updated_at) VALUES ('x', '') RETURNING id").fetchone()[0]
    assert (first, made) == (1, 11)


def test_a_nul_byte_is_refused_in_words(store):
    with pytest.raises(sqlite3.DataError, match="NUL byte"):
        work(store, keep("a\0b"))


def test_names_are_found_by_how_their_words_begin(store):
    from storage.account import store as accounts

    with store.write(NOW) as unit:
        for name in ("Müller & Söhne", "Acme Global-Trade (EMEA)", "Акме Торг", "日本 商事"):
            accounts.add(unit, name, {"currency": "USD"})
    for text, name in (
        ("sohn", "Müller & Söhne"),
        ("trad", "Acme Global-Trade (EMEA)"),
        ("торг", "Акме Торг"),
        ("商", "日本 商事"),
    ):
        assert [found.name for found in accounts.search(store.connection(), text)] == [name]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://bot:geheim@db.example.com:5432/cta", "postgresql://bot@db.example.com:5432/cta"),
        ("postgres://bot@/cta?host=/run&password=geheim", "postgres://bot@/cta?host=/run&password=…"),
    ],
)
def test_a_password_is_not_shown(url, shown):
    assert (str(address(url)), "geheim" in repr(address(url))) == (shown, False)
    assert isinstance(address(url), Server)


def test_without_its_driver_it_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(postgres, "import_module", missing)
    with pytest.raises(UserError, match=r"pip install '\.\[postgres\]'"):
        Store(address("postgresql://bot@db.example.com/cta"), policy=Policy())


def test_a_server_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UserError, match=r"The database postgresql://bot@/x\?host=.* can't be reached"):
        Store(address(f"postgresql://bot@/x?host={tmp_path}"), policy=Policy())


def test_opening_asks_the_server_few_times(store):
    """Fourteen round trips at most: more would be felt over a network."""
    from storage.account import store as accounts
    from storage.cta import life
    from storage.playbook.record import Playbook, PlaybookTask

    playbook = Playbook("Expand: CI", 1, "CI", "expand", "", "", (), (PlaybookTask("Demo", 3, ""),))
    with store.write(NOW) as unit:
        account = accounts.add(unit, "Acme", {"currency": "USD"})
    db, asked = store.connection(), []
    again, many = type(db)._again, type(db).executemany
    type(db)._again = lambda self, work: asked.append(1) or again(self, work)
    type(db).executemany = lambda self, *given: asked.append(1) or many(self, *given)
    try:
        with store.write(NOW, key="click:2") as unit:
            life.open_cta(unit, account=account, playbook=playbook)
    finally:
        type(db)._again, type(db).executemany = again, many
    assert len(asked) + 1 <= 14  # and the COMMIT
