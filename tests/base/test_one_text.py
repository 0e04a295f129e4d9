"""SQL is one text for both engines: words that one of them alone knows stand in few files of the room."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OF_ONE_ENGINE = {
    "base/dialect.py": "names what differs",
    "base/backup.py": "copies the file",
    "base/backups.py": "copies the file",
    "base/sqlite.py": "opens the file",
    "base/postgres.py": "opens a server",
    "base/postgres_text.py": "says it anew",
    "base/ground.py": "reads a whole database past its checks",
}
IDIOM = re.compile(r"IN \(SELECT value FROM json_each\((\?\d?|:\w+)\)\)|\(SELECT value FROM json_each\(\?\)\)")
WORDS = {
    "SQLite's functions": r"\b(json_each|json_object|json_patch|json_insert|json_extract|json_set|group_concat|iif|ifnull"
    r"|instr|julianday|strftime|unixepoch|datetime|printf|typeof|hex|likely|unlikely|total_changes|char|random|date|time)\(",
    "PostgreSQL's functions and casts": r"::|\b(string_agg|array_agg|to_char|now|ILIKE|ANY)\b(?=\s*\()|\bILIKE\b",
    "operators of JSON": r"->>?\s*'",
    "an order of one engine": r"\b(COLLATE|NOCASE|BINARY)\b",
    "tables and words of SQLite": r"\b(PRAGMA|sqlite_master|sqlite_schema|sqlite_sequence|rowid|WITHOUT ROWID|MATCH|GLOB"
    r"|REGEXP|INDEXED BY)\b|\bINSERT OR\b|\bREPLACE INTO\b",
    "IS with a value": r"\bIS (NOT )?(\?|:\w|new\.|old\.|[a-z_]+\.[a-z_]+)",
    "a condition that is a number": r"\b(WHERE|AND|OR|NOT) [01]\b(?! *[=<>])|\(\? (AND|OR) ",
    "a parameter of no type": r"\?\d? IS (NOT )?NULL",
    "a parameter as a place in a text": r"\bsubstr\([^()]*\?",
    "a limit of none": r"LIMIT -1",
    "several values in max and min": r"\b(max|min)\((?![^()]*\)|[^()]*\([^()]*\)\))",
    "a sum of conditions": r"\bsum\([^()]*(<|>|=| IS | IN )",
}
SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|AND|OR|ORDER BY|FROM|JOIN|CASE|PRAGMA|LIMIT)\b")


def texts(source):
    """The string literals of a file that hold SQL, docstrings aside; what is put in stands as `{}`."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    said = {node.body[0].value for node in ast.walk(tree) if isinstance(node, documented) and ast.get_docstring(node)}
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said and node not in parts:
            text = node.value
        else:
            continue
        if SQL.search(text):
            yield IDIOM.sub("IN (?)", text)


def words_of_one_engine(source):
    return [
        (why, found[0]) for text in texts(source) for why, word in WORDS.items() if (found := re.search(word, text))
    ]


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for path in (ROOT / "storage").rglob("*.py")
        if not (name := path.relative_to(ROOT / "storage").as_posix()).endswith("schema.py")
        and name not in OF_ONE_ENGINE
    ),
)
def test_a_file_says_what_both_engines_understand(name):
    assert words_of_one_engine((ROOT / "storage" / name).read_text()) == []


def begins_with_a_number(source):
    """Whether something is put behind a bare 1 or 0: SQLite takes the number for a condition, a server doesn't."""
    starts = [node.values[0] for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr) and node.values]
    return any(isinstance(start, ast.Constant) and start.value in ("1", "0") for start in starts)


def test_no_condition_that_is_handed_in_begins_with_a_number():
    """Seen failing with the forecast of a team, which no server answered."""
    rooms = [path for room in ("storage", "reminders", "handlers") for path in (ROOT / room).rglob("*.py")]
    assert [path.name for path in rooms if begins_with_a_number(path.read_text())] == []
    assert begins_with_a_number('ask(f"1{condition}")')


@pytest.mark.parametrize("name", sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "storage").rglob("*.py")))
def test_nobody_asks_a_connection_what_one_driver_alone_has(name):
    """Seen failing with the id of a new row taken from `lastrowid`."""
    if name.removeprefix("storage/") not in OF_ONE_ENGINE:
        asked = {
            node.attr for node in ast.walk(ast.parse((ROOT / name).read_text())) if isinstance(node, ast.Attribute)
        }
        assert not asked & {"lastrowid", "total_changes", "create_function", "iterdump", "executescript", "row_factory"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT json_object('a', 1) FROM x",
        "SELECT id FROM x WHERE a = ? COLLATE NOCASE",
        "SELECT id FROM x WHERE a IS ?",
        "SELECT 1 FROM x WHERE a IS NOT b.a",
        "SELECT id FROM x WHERE substr(a, 1, ?) = ?",
        "SELECT id FROM x WHERE 1 AND a = 2",
        "SELECT id FROM x WHERE (? IS NULL OR a = ?)",
        "SELECT max(coalesce(a, ''), b) FROM x",
        "SELECT sum(a < b) FROM x",
        "INSERT OR IGNORE INTO x(a) VALUES (1)",
        "SELECT a ->> '$.b' FROM x",
        "SELECT a::text FROM x",
        "SELECT id FROM x LIMIT -1",
        "SELECT value FROM json_each(?)",
        "SELECT string_agg(a, ',') FROM x",
    ],
)
def test_words_of_one_engine_are_found(sql):
    assert words_of_one_engine(f"db.execute({sql!r})")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM x WHERE id IN (SELECT value FROM json_each(?))",
        "SELECT max(coalesce(a, '')), min(b) FROM x WHERE a IS NOT NULL AND b IS DISTINCT FROM ? AND 1 = 1",
        "SELECT count(*) FILTER (WHERE a < b) FROM x",
    ],
)
def test_what_both_understand_is_let_be(sql):
    assert words_of_one_engine(f"db.execute({sql!r})") == []
