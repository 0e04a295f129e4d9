"""The catalogue: eighteen playbooks of our own, and faulty files named by line while the rest works."""

from pathlib import Path

import pytest

from storage.playbook.record import Playbook, PlaybookTask, is_reported
from templates.playbook.catalogue import CATALOGUE, load_catalogue

USE_CASES = ("Agile planning", "SCM", "CI", "CD", "DevSecOps", "Package", "Monitor", "Configure", "Manage")

GOOD = """\
name = "Expand: CI"
version = 2
category = "Expansion Stage Adoption"
summary = "Try it."
discovery = ["Why?"]

[[tasks]]
title = "Meet"
due_days = 3

[[tasks]]
title = "Agree"
due_days = 10
hint = "In writing."
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def faults_of(folder: Path, text: str | bytes) -> list[tuple[str, int, str]]:
    (folder / "odd.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    playbooks, faults = load_catalogue(folder, USE_CASES)
    assert [playbook.name for playbook in playbooks] == ["Expand: CI"], "the good one works all the same"
    return [(fault.file, fault.line, fault.reason) for fault in faults]


def test_ours_are_expand_and_enable_for_each_use_case() -> None:
    playbooks, faults = load_catalogue(CATALOGUE, USE_CASES)
    assert [str(fault) for fault in faults] == []
    assert {(playbook.use_case, playbook.motion) for playbook in playbooks} == {
        (use_case, motion) for use_case in USE_CASES for motion in ("expand", "enable")
    }
    assert len(playbooks) == 18


@pytest.mark.parametrize("playbook", load_catalogue(CATALOGUE, USE_CASES)[0], ids=lambda playbook: playbook.name)
def test_ours_are_complete(playbook: Playbook) -> None:
    assert playbook.name == f"{playbook.motion.title()}: {playbook.use_case}"
    assert is_reported(playbook.name, playbook.category)
    assert 4 <= len(playbook.tasks) <= 7
    assert len(playbook.discovery) in ({3, 4, 5} if playbook.motion == "expand" else {0})
    assert all(question.endswith("?") for question in playbook.discovery)
    due = [task.due_days for task in playbook.tasks]
    assert due == sorted(due)
    assert len({task.title for task in playbook.tasks}) == len(playbook.tasks)


def test_a_playbook_is_read_whole(folder: Path) -> None:
    [playbook], faults = load_catalogue(folder, USE_CASES)
    assert faults == []
    assert (playbook.name, playbook.version, playbook.use_case, playbook.motion) == ("Expand: CI", 2, "CI", "expand")
    assert playbook.category == "Expansion Stage Adoption"
    assert playbook.summary == "Try it."
    assert playbook.discovery == ("Why?",)
    assert playbook.tasks == (PlaybookTask("Meet", 3), PlaybookTask("Agree", 10, "In writing."))


def test_a_category_can_say_the_motion(folder: Path) -> None:
    (folder / "good.toml").write_text(GOOD.replace("Expand: CI", "CI for platform teams"))
    [playbook], _ = load_catalogue(folder, USE_CASES)
    assert (playbook.use_case, playbook.motion) == ("CI", "expand")


ODD = GOOD.replace("Expand: CI", "Enable: CI")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (ODD.replace("due_days = 3", "due_days = "), 9, "Invalid value"),
        (ODD.replace('"Agree"', '"Agree'), 12, "Illegal character '\\n'"),
        ("name = ", 1, "Invalid value"),
        ("", 1, "name: is missing"),
        (ODD.encode() + b'\nhint = "\xff"\n', 16, "the file is not UTF-8"),
        (ODD.replace("version = 2", 'version = "2"'), 2, "version: a valid integer"),
        (ODD.replace("version = 2", "version = 0"), 2, "version: greater than or equal to 1"),
        (ODD.replace("version = 2\n", ""), 1, "version: is missing"),
        (ODD.replace("summary", "sumary"), 1, "summary: is missing"),
        (ODD.replace("category", "kategory"), 3, "kategory: is not a key of a playbook"),
        (ODD.replace('"Why?"', "7"), 5, "discovery 1: a valid string"),
        (ODD.replace("due_days = 10", "due_days = -1"), 13, "tasks 2, due_days: greater than or equal to 0"),
        (ODD.replace("due_days = 10", ""), 11, "tasks 2, due_days: is missing"),
        (ODD.replace('"Agree"', f'"{"A" * 76}"'), 12, "tasks 2, title: String should have at most 75 characters"),
        (ODD.split("[[")[0], 1, "tasks: is missing"),
        (ODD.split("[[")[0] + "tasks = []", 7, "tasks: List should have at least 1 item"),
        (ODD.replace("Enable: CI", "CI").replace("Expansion", "Other"), 1, "the name must contain Expand or Enable"),
        (GOOD.replace("Expand: CI", "EXPAND: ci"), 1, "good.toml has the name EXPAND: ci already"),
    ],
)
def test_a_faulty_file_is_named_with_line_and_reason(folder: Path, text: str | bytes, line: int, reason: str) -> None:
    [(file, found_line, found_reason)] = faults_of(folder, text)
    assert (file, found_line) == ("odd.toml", line)
    assert reason in found_reason


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "odd.toml").mkdir()
    playbooks, [fault] = load_catalogue(folder, USE_CASES)
    assert len(playbooks) == 1
    assert str(fault) == "odd.toml, line 1: the file can't be read: Is a directory"


def test_an_empty_or_missing_folder_has_no_playbooks(tmp_path: Path) -> None:
    assert load_catalogue(tmp_path / "none", USE_CASES) == ([], [])
