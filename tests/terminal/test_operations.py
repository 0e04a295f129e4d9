"""Each command of docs/operations.md, as it stands there and in its order, at a database with one account."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.terminal.test_doctor import bot

ROOT = Path(__file__).parents[2]


def test_what_operations_are_told_to_type_works(tmp_path):
    commands = re.findall(r"^    (.+)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    commands = [one for one in commands if not re.search("postgres|createdb", one)]  # those: tests/base/test_moving.py
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
