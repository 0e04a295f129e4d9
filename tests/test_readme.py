"""README and docs say what the code does: every command, setting and query is held to it."""

import re
from pathlib import Path

import pytest

from handlers.door.nouns import grammars, help_of
from handlers.terminal import commands
from handlers.terminal.settings import Settings
from storage.base.db import Store
from storage.base.policy import Policy

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def table_of(command):
    """The rows of a slash command's table, as README shows them."""
    # GitHub ends a cell at a bar even inside code.
    return ["| `{}` | {} |".format(*(words.replace("|", "\\|") for words in line)) for line in help_of(command)]


@pytest.mark.parametrize("command", grammars())
def test_the_table_of_slash_commands_is_the_help(command):
    start = README.index(f"### {command}\n")
    section = re.split(r"\n##+ ", README[start + 4 :])[0]
    shown = [line for line in section.splitlines() if line.startswith("| `")]
    assert shown == table_of(command)


def test_every_setting_is_named():
    missing = [name.upper() for name in Settings.model_fields if name.upper() not in README]
    assert missing == []


def test_every_terminal_command_is_named():
    missing = [name for name in commands() if f"`{name}`" not in README and f"bot.py {name}" not in README]
    assert missing == []


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
