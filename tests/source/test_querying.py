"""Queries of databases, on SQLite and on a real PostgreSQL: streamed, read only, only what changed is read."""

import sys
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest
import sqlalchemy

from handlers.source import querying
from storage.base.errors import UserError
from tests import engines

MADE = "CREATE TABLE customers (name varchar(90), sfid varchar(20), acv numeric(12, 2), ends date, csm varchar(90))"
QUERY = (
    "SELECT name, sfid AS crm_id, acv AS arr, ends AS renewal_date, csm FROM customers ORDER BY name -- all of them;"
)


SERVER = pytest.param("postgresql", marks=pytest.mark.postgres)


@pytest.fixture
def server():
    """The tests' server as SQLAlchemy calls it; it lets in whoever gives a password."""
    return f"postgresql+psycopg://bot:s3cr3t@/postgres?host={engines.socket()}"


@pytest.fixture(params=["sqlite", SERVER])
def warehouse(request, tmp_path, filled):
    """A database with customers in it, and the source that asks it."""
    address = f"sqlite:///{tmp_path / 'warehouse.db'}"
    if request.param == "postgresql":
        address = request.getfixturevalue("server")
    engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool)

    class Warehouse:
        def do(self, *statements):
            with engine.begin() as connection:
                for one in statements:
                    connection.execution_options(no_parameters=True).exec_driver_sql(one)

        def ask(self, sql):
            with engine.connect() as connection:
                return connection.exec_driver_sql(sql).scalar()

        def query(self, text):
            filled.file(text, "q.sql")

    made = Warehouse()
    made.do("DROP TABLE IF EXISTS customers", MADE)
    made.do(
        "INSERT INTO customers VALUES ('Acme', '1', 1234.5, '2027-04-30', 'maya@example.com'), ('Beta', '2', NULL, NULL, NULL)"
    )
    made.query(QUERY)
    filled.set(
        sources=[
            {"name": "dwh", "kind": "sql", "what": "accounts", "url_env": "DWH", "query": str(filled.folder / "q.sql")}
        ]
    )
    filled.secrets = {"DWH": address}
    yield made
    engine.dispose()


def test_a_query_is_imported_and_only_what_changed_is_read_again(filled, warehouse):
    assert filled.counts() == {"new": 2}
    acme = filled.export("accounts")[0]
    assert (acme["arr"], acme["renewal_date"], acme["csm"]) == (1234.5, "2027-04-30", "maya@example.com")
    assert filled.counts() == {"unchanged": 2}
    warehouse.do("UPDATE customers SET acv = 2000 WHERE sfid = '2'")
    assert filled.counts() == {"changed": 1, "unchanged": 1}
    warehouse.do("DELETE FROM customers WHERE sfid = '1'")
    assert filled.counts() == {"unchanged": 1, "missing": 1}


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM customers",
        "WITH gone AS (SELECT 1 AS name) DELETE FROM customers RETURNING name",
        "SELECT name FROM customers; DELETE FROM customers",
        "SELECT name FROM customers; COMMIT; DELETE FROM customers",
    ],
)
def test_what_writes_is_refused_and_nothing_is_written_there(filled, warehouse, query):
    warehouse.query(query)
    assert filled.run("pull")[0] == 1
    assert warehouse.ask("SELECT count(*) FROM customers") == 2
    assert filled.names() == []


def test_a_query_that_is_wrong_is_told_in_the_databases_words_without_the_address(filled, warehouse):
    warehouse.query("SELECT nothing_such FROM customers")
    status, _, err = filled.run("pull")
    assert status == 1
    assert "nothing_such" in err
    assert filled.secrets["DWH"] not in repr(filled.dump()) + err
    assert "s3cr3t" not in repr(filled.dump()) + err


def test_percents_and_colons_in_a_query_are_its_own(filled, warehouse):
    warehouse.query("SELECT name, '10:30 100%' AS region FROM customers WHERE name LIKE 'A%'")
    assert filled.counts() == {"new": 1}
    assert filled.export("accounts")[0]["region"] == "10:30 100%"


def test_of_many_rows_only_those_that_changed_are_read(filled, warehouse, monkeypatch):
    warehouse.do(
        "INSERT INTO customers WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 2099)"
        " SELECT 'Customer ' || i, CAST(i AS varchar(20)), i, NULL, NULL FROM n"
    )
    assert filled.counts() == {"new": 2002}
    warehouse.do("UPDATE customers SET acv = acv + 1 WHERE sfid LIKE '%50'")
    from handlers.importing.reading.rows import Rows

    read = []
    real = Rows._read
    monkeypatch.setattr(Rows, "_read", lambda self, record: read.append(record.line) or real(self, record))
    assert filled.counts() == {"changed": 20, "unchanged": 1982}
    assert len(read) == 20


@pytest.mark.postgres
def test_the_server_sends_rows_as_they_are_wanted(server, tmp_path):
    """A query without an end is given up on the way: it never was in memory as a whole."""
    out = tmp_path / "out.csv"

    def halted():
        return out.exists() and out.stat().st_size > 0

    endless = "WITH RECURSIVE n(name) AS (SELECT 1 UNION ALL SELECT name + 1 FROM n) SELECT name FROM n"
    for address in (server, f"sqlite:///{tmp_path / 'w.db'}"):
        (tmp_path / "w.db").touch()
        out.unlink(missing_ok=True)
        series = "SELECT i AS name FROM generate_series(1, 100000000) AS i"
        query = series if address == server else endless
        with pytest.raises(UserError, match="given up"):
            querying.ask(address, query, out, name="dwh", halted=halted)
        assert len(out.read_text().splitlines()) < 5000


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlite:////nowhere/none.db", "no such SQLite file"),
        ("sqlite://", "no such SQLite file"),
        ("hunter2", "none that SQLAlchemy knows"),
        ("nosuch://me:hunter2@db/x", "none that SQLAlchemy knows"),
        ("snowflake://me:hunter2@db/x", "SQLAlchemy knows|not installed"),
        ("postgresql+psycopg2://me:hunter2@db/x", "psycopg2 is not installed"),
        ("postgresql+psycopg://me:hunter2@127.0.0.1:9/x", "the database says"),
        ("postgresql+psycopg://me:a@hunter2@127.0.0.1:9/x", "the database says"),
        ("postgresql+psycopg://me:a/hunter2#b@127.0.0.1:9/x", "the database says"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_and_not_repeated(tmp_path, address, words):
    with pytest.raises(UserError, match=words) as refused:
        querying.ask(address, "SELECT 1 AS name", tmp_path / "out.csv", name="dwh")
    assert "hunter2" not in str(refused.value)


def test_without_the_package_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    monkeypatch.setattr(querying, "find_spec", lambda _name: None)
    with pytest.raises(UserError, match="needs SQLAlchemy") as refused:
        querying.ask("sqlite:///x.db", "SELECT 1", tmp_path / "out.csv", name="dwh")
    assert "pip install '.[sql]'" in str(refused.value)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""), ("a, b", "a, b"), (True, "true"), (12, "12"), (date(2027, 4, 30), "2027-04-30"),
        (datetime(2027, 4, 30, 1, 2, tzinfo=UTC), "2027-04-30T01:02:00+00:00"), (Decimal("1234.50"), "1234.5"), (Decimal("1.234"), "1.2340"),
        (Decimal("1E+3"), "1000"), (1234.0, "1234"), (0.1, "0.1"), (b"x", "x"), (1 / 3, "0.3333333333333333"),
        *[(none, "(infinite, or no number)") for none in (float("nan"), float("-inf"), Decimal("sNaN"), Decimal("Infinity"))],
        (Decimal("1E+999999"), "1E+999999"), (Decimal("1E-999999"), "1E-999999"), (5e-324, "0." + "0" * 323 + "5"),
    ],
)  # fmt: skip
def test_a_value_as_a_cell(value, cell):
    assert querying.in_a_cell(value) == cell


@pytest.mark.postgres
def test_what_no_rollback_takes_back_is_refused_too(server, tmp_path):
    engine = sqlalchemy.create_engine(server, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE IF NOT EXISTS numbers")
    with pytest.raises(UserError, match="read-only transaction"):
        querying.ask(server, "SELECT nextval('numbers') AS name", tmp_path / "out.csv", name="dwh")
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT is_called FROM numbers").scalar() is False
    engine.dispose()


def test_a_query_that_does_not_end_is_given_up_by_itself_and_by_a_stop(warehouse, filled, monkeypatch):
    """Seen failing: no other source was pulled any more until the bot was started anew."""
    numbers = f"(WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < {10**12}) SELECT * FROM t)"
    warehouse.query(f"SELECT name, (SELECT count(*) FROM {numbers} AS numbers) AS arr FROM customers")
    monkeypatch.setattr(querying, "_SECONDS", 0.3)
    assert isinstance(ended(filled.pull), UserError)
    monkeypatch.undo()
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    assert "given up" in str(ended(partial(filled.pull, halted=stop.is_set)))
    warehouse.query(QUERY)
    assert filled.counts() == {"new": 2}


def ended(asked):
    """What came of it, on a thread that need not end."""
    came = []

    def ask():
        try:
            came.append(asked())
        except UserError as error:
            came.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(20)
    assert came, "it is still at it"
    return came[0]
