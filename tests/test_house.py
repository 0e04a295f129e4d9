"""The walls of the house: who imports whom, what a noun's folders hold, who reads the clock, and how long a file may be.

docs/architecture.md says what each room and file name is for.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from storage.base.nouns import NOUNS

ROOT = Path(__file__).parents[1]
ROOMS = {"handlers", "reminders", "templates", "storage", "sandbox"}
BELOW = {
    "handlers": {"handlers", "reminders", "storage", "templates"},
    "reminders": {"reminders", "storage", "templates"},
    "templates": {"templates", "storage"},
    "storage": {"storage"},
    "sandbox": {"sandbox"},
}
BASES = {
    "handlers": ("door", "terminal"),
    "reminders": ("engine", "outbox"),
    "templates": ("blocks",),
    "storage": ("base",),
}
# Templates are made of records: what asks the database is none of theirs.
QUERIES = {"store", "lists", "db", "outbox", "people", "facts"}
FILES = sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))
each_file = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in FILES}


@cache
def imported(name):
    """All modules of ours that a module imports, also for types alone and inside functions."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative import"
            found |= {full if (full := f"{node.module}.{a.name}") in MODULES else node.module for a in node.names}
    return frozenset(found - {name})


def room_of(name):
    return name.split(".")[0]


def part_of(name):
    """The noun or base that a module belongs to; empty for a room's own."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_there_is_something_to_look_at():
    assert len(FILES) > 200


@each_file
def test_rooms_import_downwards_only(path):
    name = name_of(path)
    wrong = {
        other for other in imported(name) if room_of(other) in ROOMS and room_of(other) not in BELOW[room_of(name)]
    }
    assert wrong == set()


@pytest.mark.parametrize("room", BASES)
def test_a_room_is_its_base_and_nouns(room):
    folders = {part_of(name) for name, path in MODULES.items() if room_of(name) == room} - {""}
    assert folders <= {*BASES[room], *NOUNS}


@each_file
def test_no_base_knows_a_noun(path):
    name = name_of(path)
    if part_of(name) in BASES.get(room_of(name), ()):
        assert {other for other in imported(name) if part_of(other) in NOUNS} == set()


@each_file
def test_a_noun_uses_those_before_it_and_never_their_slack(path):
    name = name_of(path)
    mine = part_of(name)
    if mine not in NOUNS:
        return
    others = [other for other in imported(name) if part_of(other) in NOUNS and part_of(other) != mine]
    later = {other for other in others if NOUNS.index(part_of(other)) > NOUNS.index(mine)}
    assert later == set()
    assert {other for other in others if "slack" in other.split(".")[2:]} == set()


@each_file
def test_templates_ask_no_database(path):
    name = name_of(path)
    if room_of(name) == "templates":
        asked = {other for other in imported(name) if room_of(other) == "storage" and other.split(".")[-1] in QUERIES}
        assert asked == set()


def test_there_is_no_circle_of_files():
    unfinished, done = [], set()

    def look_at(name, way):
        if name in way:
            circle = [*way[way.index(name) :], name]
            pytest.fail(" → ".join(circle))
        if name not in done and name in MODULES:
            for other in imported(name):
                look_at(other, [*way, name])
            done.add(name)

    for name in MODULES:
        look_at(name, unfinished)


def test_what_is_handed_in_stands_in_files_of_one_name():
    handed = {
        "handlers": {"noun", "words", "terminal", "actions"},
        "reminders": {"kinds", "notices"},
        "storage": {"schema", "exports"},
    }
    for room, files in handed.items():
        for file in files:
            holders = {part_of(name) for name in MODULES if room_of(name) == room and name.endswith(f".{file}")}
            assert holders & set(NOUNS), f"{room}/…/{file}.py"


def names_in_docs():
    """What the files of a noun's folder may be called, by room, as docs/architecture.md says what each is for."""
    text = (ROOT / "docs/architecture.md").read_text().partition("## Names of files in a noun's folder")[2]
    parts = re.findall(r"^### `(\w+)/`$(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    return {room: set(re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE)) for room, rows in parts}


def names_in(root):
    """The names that there are in nouns' folders, by room: a folder is one as well, whatever it holds."""
    found = {room: set() for room in BASES}
    for path in root.glob("*/*/*"):
        room, noun = path.parts[-3:-1]
        if room in BASES and noun in NOUNS and (path.suffix == ".py" or (path / "__init__.py").exists()):
            found[room].add(path.stem)
    return {room: names - {"__init__"} for room, names in found.items()}


def test_every_file_of_a_noun_has_a_name_of_which_is_known_what_it_is_for():
    there, known = names_in(ROOT), names_in_docs()
    unknown = {room: sorted(names - known[room]) for room, names in there.items() if names - known[room]}
    assert unknown == {}, "take a name that there is, or say in docs/architecture.md (at its end) what this one is for"
    gone = {room: sorted(names - there[room]) for room, names in known.items() if names - there[room]}
    assert gone == {}, "take it out of docs/architecture.md, at its end"


def test_a_file_of_an_unknown_name_is_seen(tmp_path):
    for room, noun, name in (("storage", "cta", "stuff.py"), ("reminders", "ebr", "kinds.py")):
        folder = tmp_path / room / noun
        folder.mkdir(parents=True)
        (folder / name).touch()
    found = names_in(tmp_path)
    assert found["storage"] - names_in_docs()["storage"] == {"stuff"}
    assert found["reminders"] - names_in_docs()["reminders"] == set()


def test_what_changes_something_is_an_action():
    """Commands, clicks, forms and the terminal carry out actions: none opens a unit of its own, none tells people."""
    nouns = [name for name in MODULES if room_of(name) == "handlers" and part_of(name) in NOUNS]
    for name in nouns:
        text = MODULES[name].read_text()
        assert ".unit(" not in text, name
        assert "keep_answer" not in text, name
        if not name.endswith(".actions"):
            assert {other for other in imported(name) if other.endswith(".notices")} == set(), name
    changing = {part_of(name) for name in nouns if "handlers.door.actions" in imported(name)}
    assert changing >= {"account", "cta", "renewal", "ebr", "handover", "importing", "home"}
    assert {noun for noun in changing if f"handlers.{noun}.actions" not in MODULES} == set()


def test_only_the_scheduler_imports_apscheduler():
    users = [name for name in MODULES if any(other.startswith("apscheduler") for other in imported(name))]
    assert users == ["reminders.engine.scheduler"]


@each_file
def test_only_bot_py_and_the_sandbox_clock_read_the_clock(path):
    if "sandbox" in path.parts:
        return
    text = path.read_text()
    assert not re.search(r"datetime\.(now|utcnow)\(|date\.today\(|time\.time\(", text)
    assert "os.environ" not in text
    assert "getenv" not in text


@pytest.mark.parametrize("path", [*FILES, ROOT / "bot.py"], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_much_over_400_lines(path):
    assert len(path.read_text().splitlines()) <= 450


def test_help_of_every_command_shows_examples(capsys):
    from handlers.terminal import arguments, commands

    for command in commands():
        with pytest.raises(SystemExit) as left:
            arguments([command, "--help"])
        assert left.value.code == 0
        assert f"python bot.py {command}" in capsys.readouterr().out
