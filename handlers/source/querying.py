"""The rows of a query, of any database that SQLAlchemy knows: streamed, read only, written down as a table.

The package is an extra; the address stands in the environment, and no error repeats it.
"""

from __future__ import annotations

import csv
import re
from contextlib import closing, suppress
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from handlers.door.values import in_digits
from reminders.outbox.patience import Patience
from storage.base.address import without_password
from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.engine import Connection

_AT_ONCE = 1000
_SECONDS = 1800.0
_MOST_ROWS = 5_000_000
_READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
}
"""How each is told to write nothing; of any other what the query did is rolled back."""
_QUESTION = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*(?:select|with|table|values)\b", re.IGNORECASE | re.DOTALL)
_NOTHING = "Nothing was changed."


def ask(address: str, query: str, into: Path, *, name: str, halted: Callable[[], bool] = bool) -> None:
    """Write the rows of a query into a file, the columns' names first. Raises UserError without the address."""
    if find_spec("sqlalchemy") is None:
        raise UserError("A source of kind sql needs SQLAlchemy.", "Install it: pip install '.[sql]'")
    from sqlalchemy import create_engine  # noqa: PLC0415 - an extra
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError  # noqa: PLC0415 - likewise
    from sqlalchemy.pool import NullPool  # noqa: PLC0415 - likewise

    if not _QUESTION.match(query):
        raise UserError(f"{name}: the query file must hold one SELECT.", _NOTHING)
    try:
        engine = create_engine(address, poolclass=NullPool)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise UserError(
            f"{name}: the address is none that SQLAlchemy knows.", "It begins like postgresql+psycopg:// or sqlite:///."
        ) from error
    except ModuleNotFoundError as error:
        raise UserError(f"{name}: its driver {error.name} is not installed.", f"pip install {error.name}") from error
    if engine.dialect.name == "sqlite":
        _insist_on_file(engine.url.database, name)
    patience = Patience(_SECONDS, halted)
    try:
        with engine.connect() as connection, patience.cutting(partial(_cut, connection)):
            try:
                _make_read_only(connection)
                _write_down(connection, query, into, name, patience)
            finally:
                with suppress(SQLAlchemyError):
                    connection.rollback()
    except SQLAlchemyError as error:
        if patience.is_over:
            raise UserError(f"{name} was given up on the way.", _NOTHING) from error
        raise UserError(f"{name}: the database says: {_said(error, address)}.", _NOTHING) from error
    finally:
        engine.dispose()


def _insist_on_file(database: str | None, name: str) -> None:
    from pathlib import Path  # noqa: PLC0415 - of this alone

    file = (database or "").removeprefix("file:").partition("?")[0]
    if not file or not Path(file).exists():
        raise UserError(f"{name}: there is no such SQLite file.", f"None was made. {_NOTHING}")


def _make_read_only(connection: Connection) -> None:
    if words := _READ_ONLY.get(connection.dialect.name):
        connection.exec_driver_sql(words)
        connection.commit()


def _cut(connection: Connection) -> None:
    """End the question that is being answered, where the driver knows how."""
    driver = connection.connection.driver_connection
    for how in ("interrupt", "cancel"):  # of SQLite; of PostgreSQL and Oracle
        if hasattr(driver, how):
            getattr(driver, how)()


def _write_down(connection: Connection, query: str, into: Path, name: str, patience: Patience) -> None:
    streamed = connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE, no_parameters=True)
    with (
        closing(streamed.exec_driver_sql(query)) as result,
        into.open("w", encoding="utf-8", errors="replace", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(result.keys())
        count = 0
        for part in result.partitions(_AT_ONCE):
            if patience.is_over:
                raise UserError(f"{name} was given up on the way.", _NOTHING)
            count += len(part)
            if count > _MOST_ROWS:
                raise UserError(f"{name} has more than {_MOST_ROWS:,} rows.", f"Ask for fewer. {_NOTHING}")
            writer.writerows([[in_a_cell(value) for value in row] for row in part])


def in_a_cell(value: Any) -> str:
    """A value as a cell of a file has it: days ISO, numbers with a point that can't be meant for a thousand's."""
    if type(value) is str:
        return value
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() | date():
            return value.isoformat()
        case float() | Decimal():
            return in_digits(value)
        case bytes() | memoryview():
            return bytes(value).decode("utf-8", "replace")
    return str(value)


def _said(error: Exception, address: str) -> str:
    """The first line of what the driver said, without the address or its password."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - an extra

    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0].rstrip(".")
    for secret in (address, make_url(address).password):
        if secret:
            said = said.replace(str(secret), "***")
    return without_password(said, address)[:300]
