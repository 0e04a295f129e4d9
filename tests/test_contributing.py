"""CONTRIBUTING.md does what it says: each of its changes is made in a copy, and what it promises is run there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.base.migrations import migrations

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
CHANGES = dict(re.findall(r"^## (Add .+?)\n.*?^```diff\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
COUNTED = {"Add a command": 2, "Add a reason with a question": 1, "Add a reminder kind": 3}
"""How many files a change may touch beside tests, documents and the manifest."""
HOLD = (
    "tests/test_house.py",
    "tests/test_readme.py",
    "tests/test_docs.py",
    "tests/test_manifest.py",
    "tests/reminders/test_kinds.py",
)
KEPT = ("handlers", "reminders", "templates", "storage", "sandbox", "tests", "docs", "deploy")


def files_of(diff):
    """Each file's path with its hunks; `None` where there is no such file yet."""
    for old, path, hunks in re.findall(r"^--- (\S+)\n\+\+\+ b/(\S+)\n((?:(?!--- ).*\n?)*)", diff, re.MULTILINE):
        yield (
            path,
            old == "/dev/null",
            [hunk.strip("\n").split("\n") for hunk in re.split(r"^@@.*\n", hunks, flags=re.MULTILINE)[1:]],
        )


def made(diff, root):
    """Make a change: each hunk's old lines stand in its file exactly once, or it fails."""
    for path, is_new, hunks in files_of(diff):
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        assert target.exists() is not is_new, path
        text = "" if is_new else target.read_text()
        for hunk in hunks:
            before = "".join(f"{line[1:]}\n" for line in hunk if not line.startswith("+"))
            after = "".join(f"{line[1:]}\n" for line in hunk if not line.startswith("-"))
            assert is_new or text.count(before) == 1, f"{path}: {before}"
            text = after if is_new else text.replace(before, after)
        target.write_text(text)


@pytest.fixture
def copy(tmp_path):
    """The repository as it stands, without what was never committed to it."""
    for path in ROOT.iterdir():
        if path.is_dir() and path.name in KEPT:
            shutil.copytree(path, tmp_path / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        elif path.is_file() and path.suffix in {".md", ".toml", ".json", ".py", ".txt"} | {""}:
            shutil.copy(path, tmp_path)
    return tmp_path


def python(root, *argv):
    ran = subprocess.run(
        [sys.executable, "-P", *argv],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_there_are_four_ways():
    assert list(CHANGES) == ["Add a command", "Add a reason with a question", "Add a reminder kind", "Add a noun"]


@pytest.mark.parametrize("change", COUNTED)
def test_a_change_touches_as_few_files_as_it_says(change):
    touched = [path for path, *_ in files_of(CHANGES[change]) if not path.startswith(("tests/", "docs/"))]
    assert len(touched) == COUNTED[change]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_does_what_it_promises(copy, change):
    made(CHANGES[change].replace("NEXT", str(len(migrations()) + 1)), copy)
    python(copy, "-m", "tests.tables")
    python(copy, "-m", "ruff", "check", "--output-format", "concise", ".")
    python(copy, "-m", "ruff", "format", "--check", "handlers", "reminders", "storage", "templates")
    tests = [path for path, *_ in files_of(CHANGES[change]) if path.startswith("tests/")]
    holding = [*HOLD, "tests/base/test_schema.py"] if change == "Add a noun" else HOLD
    python(
        copy,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-k",
        "not help_of_every_command",
        *dict.fromkeys([*tests, *holding]),
    )
