"""What comes from others: few, each at one version, and the bot without the one that is not everywhere."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().split())
DEFAULT = {
    "slack-bolt", "slack-sdk", "websockets", "apscheduler", "sqlite-utils", "pysqlite3", "jinja2", "pydantic-settings",
    "python-dateutil", "rapidfuzz", "holidays", "icalendar", "openpyxl", "rich", "tzdata", "starlette", "uvicorn",
    "python-multipart", "jsonschema",
}  # fmt: skip
"""What the default install had before health, metrics and logs."""


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(names):
    """These packages and all that they need, as they are installed here."""
    found, left = set(), [plain(name) for name in names]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            needed = map(Requirement, requires(name) or ())
            left += [plain(one.name) for one in needed if not one.marker or one.marker.evaluate({"extra": ""})]
    return found


def test_the_default_install_grew_by_structlog_alone():
    asked = {plain(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert asked - DEFAULT == {"structlog"}
    assert closure(asked) - closure(DEFAULT) == {"structlog"}


def test_metrics_and_other_extras_are_not_in_it():
    extras = {
        plain(Requirement(line).name)
        for name, lines in PROJECT["optional-dependencies"].items()
        if name != "dev"
        for line in lines
    }
    assert "prometheus-client" in extras
    assert not extras & closure(Requirement(line).name for line in PROJECT["dependencies"])


def test_each_package_has_one_version():
    lines = [*PROJECT["dependencies"], *(line for lines in PROJECT["optional-dependencies"].values() for line in lines)]
    pinned = {plain(name) for name in PINS}
    assert closure(Requirement(line).name for line in lines) - {"pip", "setuptools"} <= pinned


def test_nothing_in_ci_asks_about_faults_online():
    assert "audit" not in (ROOT / ".ci" / "run").read_text()
    assert "pip-audit==" in (ROOT / "Makefile").read_text()


@pytest.fixture
def without_pysqlite3(tmp_path):
    """A function that runs `bot.py` where that module is not to be had, as on macOS."""
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "sitecustomize.py").write_text("import sys\nsys.modules['pysqlite3'] = None\n")

    def bot(*argv):
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("SLACK_", "CTA_BOT_"))}
        return subprocess.run(
            [sys.executable, ROOT / "bot.py", *argv],
            cwd=tmp_path, env=kept | {"PYTHONPATH": str(tmp_path / "hidden")}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return bot


def test_without_pysqlite3_the_bot_does_its_work_and_doctor_says_what_it_has(without_pysqlite3, tmp_path):
    import sqlite3  # Python's own

    (tmp_path / "accounts.csv").write_text("name,renewal_date\nAcme,2027-04-30\n")
    for argv in (("import", "accounts", "accounts.csv"), ("tick",), ("backup", "copy.db"), ("restore", "copy.db"), ("preview", "--from", "2026-12-01", "--to", "2026-12-31")):  # fmt: skip
        done = without_pysqlite3(*argv)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), (argv, done.stderr)
    assert "Acme" in without_pysqlite3("export", "accounts").stdout
    said = without_pysqlite3("doctor", "--offline").stdout
    own = f"SQLite {sqlite3.sqlite_version}"
    assert own in said
    if sqlite3.sqlite_version_info < (3, 51, 3):
        assert f"FAIL  {own}: older than 3.51.3, whose WAL fix matters; install pysqlite3" in said


@pytest.mark.parametrize(("system", "words"), [("linux", "install pysqlite3"), ("darwin", "take a Python that has a newer one")])  # fmt: skip
def test_an_old_sqlite_is_named_with_what_helps_on_that_system(monkeypatch, system, words):
    from handlers.terminal import doctor

    monkeypatch.setattr(doctor, "SQLITE_VERSION", "3.40.1")
    monkeypatch.setattr(doctor.sys, "platform", system)
    [(is_well, said)] = doctor._sqlite(None)
    assert (is_well, said) == (False, f"SQLite 3.40.1: older than 3.51.3, whose WAL fix matters; {words}")
