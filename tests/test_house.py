"""The walls of the house: who imports whom, who reads the clock and the environment, and how long a file may be."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {"handlers", "reminders", "templates", "storage", "sandbox"}
MAY_IMPORT = {
    "handlers": {"handlers", "reminders", "storage", "templates"},
    "reminders": {"reminders", "storage", "templates"},
    "templates": {"templates", "storage.model"},
    "storage": {"storage"},
    "sandbox": {"sandbox"},
}
FILES = sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))


def imported(path):
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{package}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_there_is_something_to_look_at():
    assert len(FILES) > 40


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_import_only_what_they_may(path):
    room = path.relative_to(ROOT).parts[0]
    allowed = MAY_IMPORT[room]
    wrong = [
        name
        for name in imported(path)
        if name.split(".")[0] in ROOMS and not any(f"{name}.".startswith(f"{prefix}.") for prefix in allowed)
    ]
    assert wrong == []


def test_only_the_scheduler_imports_apscheduler():
    users = [p.name for p in FILES if any(name.startswith("apscheduler") for name in imported(p))]
    assert users == ["scheduler.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_bot_py_and_the_sandbox_clock_read_the_clock(path):
    if path.parent.name == "sandbox" or "sandbox" in path.parts:
        return
    text = path.read_text()
    assert not re.search(r"datetime\.(now|utcnow)\(|date\.today\(|time\.time\(", text)
    assert "os.environ" not in text
    assert "getenv" not in text


@pytest.mark.parametrize("path", [*FILES, ROOT / "bot.py"], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_much_over_400_lines(path):
    assert len(path.read_text().splitlines()) <= 450


def test_help_of_every_command_shows_examples():
    from handlers.terminal import COMMANDS

    for command in COMMANDS:
        shown = subprocess.run(
            [sys.executable, str(ROOT / "bot.py"), command, "--help"], capture_output=True, text=True, timeout=60, check=True
        )
        assert f"python bot.py {command}" in shown.stdout
