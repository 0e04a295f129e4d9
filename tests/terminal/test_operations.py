"""Each command of docs/operations.md, as it stands there and in its order, at a database with one account."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.base.postgres import driver
from tests import engines
from tests.terminal.test_doctor import bot

ROOT = Path(__file__).parents[2]


def test_what_operations_are_told_to_type_works(tmp_path):
    commands = re.findall(r"^    (.+)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    commands = [one for one in commands if not re.search("postgres|createdb", one)]  # below
    assert len(commands) > 5, "the page's commands are found"
    (tmp_path / "accounts.csv").write_text("name\nAcme\n")
    shutil.copy(ROOT / "policy.toml", tmp_path)
    assert bot("import", "accounts", "accounts.csv", cwd=tmp_path).returncode == 0
    for command in commands:
        line = command.replace(".venv/bin/python bot.py", f"{sys.executable} {ROOT / 'bot.py'}")
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        done = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False
        )
        if command.endswith(" doctor"):  # which misses the tokens here, and nothing else
            wrong = [said for said in done.stdout.splitlines() if said.startswith("FAIL")]
            assert len(wrong) == 1, done.stdout
            assert "SLACK_BOT_TOKEN is not set" in wrong[0]
        else:
            assert done.returncode == 0, (command, done.stderr)
        assert "Traceback" not in done.stderr
    assert "Acme" in (tmp_path / "lost.csv").read_text()
    assert len(list(tmp_path.glob("cta-bot.db.replaced-*"))) == 1


@pytest.mark.postgres
def test_so_does_what_they_are_told_to_type_for_a_server(tmp_path):
    page = (ROOT / "docs/operations.md").read_text()
    commands = re.findall(
        r"^    (.+)$", page.partition("## On a PostgreSQL server")[2].partition("## Another")[0], re.MULTILINE
    )
    install, make, *bots = commands
    assert install.endswith("--editable '.[postgres]'")
    assert driver().__name__ in (ROOT / "pyproject.toml").read_text(), "what that installs is what is imported"
    for name in ("made", "moved"):
        engines.admin(f"DROP DATABASE IF EXISTS ops_{name} WITH (FORCE)")
    engines.admin("DO $$ BEGIN CREATE ROLE cta_bot LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    program = make.replace("createdb", f"{engines.program('createdb')} -h {engines.socket()} -U bot")
    for name in ("made", "moved"):
        subprocess.run([*program.split()[:-1], f"ops_{name}"], check=True, env={})
    (tmp_path / "accounts.csv").write_text("name\nAcme\n")
    assert bot("import", "accounts", "accounts.csv", cwd=tmp_path).returncode == 0
    assert len(bots) == 3
    for command, name in zip(bots, ("made", "moved", "moved"), strict=True):
        url = f"postgresql://cta_bot@/ops_{name}?host={engines.socket()}"
        line = command.replace("postgresql://cta_bot@db.example.com/cta_bot", f"'{url}'")
        line = line.replace(".venv/bin/python bot.py", f"{sys.executable} {ROOT / 'bot.py'}")
        line = line.replace("--to cta-bot.db", "--to back.db")  # the old one is marked as moved, and stays
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        done = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, (command, done.stderr)
    assert "Acme" in bot("export", "accounts", cwd=tmp_path, CTA_BOT_DB="back.db").stdout
    for name in ("made", "moved"):
        engines.admin(f"DROP DATABASE ops_{name} WITH (FORCE)")


@pytest.mark.of_a_file
def test_words_that_nothing_can_be_made_of_are_refused_without_a_traceback(desk, monkeypatch, capsys):
    """Seen failing: a variable that a script forgot to set, bytes that are no UTF-8, names that no file can have."""
    from bot import main

    desk.take("accounts", "name\nAcme\n")
    monkeypatch.setenv("CTA_BOT_DB", str(desk.folder / "bot.db"))
    long, bytes_of_latin_1 = "a" * 5000, "M\udcfcller"
    for words in (
        "import accounts ", "import accounts /", f"backup {long}", f"restore {long}", f"migrate --to {long}",
        f"report --use-case {bytes_of_latin_1}", f"people erase {bytes_of_latin_1}", f"outbox show {bytes_of_latin_1}",
        f"ebr log Acme --as {bytes_of_latin_1}", f"webhooks list --webhook {bytes_of_latin_1}",
    ):  # fmt: skip
        assert main(words.split(" ")) == 2, words
        assert capsys.readouterr().err.strip()


@pytest.mark.of_a_file
def test_an_import_whose_words_nobody_wants_is_done_all_the_same(tmp_path):
    """Seen failing: with stdout and stderr closed, as a crontab may have them, nothing was imported."""
    (tmp_path / "accounts.csv").write_text("name\nAcme\n")
    line = f"{sys.executable} {ROOT / 'bot.py'} import accounts accounts.csv >&- 2>&-"
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, env=env, timeout=60, check=False)
    assert done.returncode == 0
    assert "Acme" in bot("export", "accounts", cwd=tmp_path).stdout
