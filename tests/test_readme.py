"""README and docs say what the code does: every command, setting and query is held to it."""

import re
from pathlib import Path

import pytest

from handlers.door.nouns import grammars, help_of
from handlers.terminal import commands
from handlers.terminal.settings import Settings
from storage.base.db import Store
from storage.base.policy import Policy
from tests.tables import in_cell, with_tables

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_tables_of_slash_commands_are_the_help():
    assert with_tables(README) == README, "make docs"


@pytest.mark.parametrize("command", grammars())
def test_a_row_that_is_missing_or_old_is_written_anew(command):
    usage, words = help_of(command)[0]
    row = f"| `{in_cell(usage)}` | {in_cell(words)} |\n"
    assert with_tables(README.replace(row, "| `/old` | gone |\n", 1)) == README
    assert with_tables(README.replace(row, "", 1)) == README


def test_every_setting_is_named():
    missing = [name.upper() for name in Settings.model_fields if name.upper() not in README]
    assert missing == []


def test_every_terminal_command_is_named():
    missing = [name for name in commands() if f"`{name}`" not in README and f"bot.py {name}" not in README]
    assert missing == []


@pytest.mark.of_a_file  # "The file is plain SQLite"
def test_the_useful_queries_run(tmp_path):
    store = Store(tmp_path / "bot.db", policy=Policy())
    queries = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)
    assert len(queries) >= 3
    for query in queries:
        store.connection().execute(query).fetchall()
    store.close()


def test_every_place_that_is_named_exists():
    named = re.findall(r"`((?:handlers|reminders|storage|templates|sandbox|docs|deploy|tests)/[\w./-]*)`", README)
    assert len(named) > 8
    assert [path for path in named if not (ROOT / path).exists()] == []
