"""Plurals are made in one place: nobody reads "1 conflicts", and nobody makes a plural by hand."""

import ast
import re
from pathlib import Path

import pytest

from storage.base.plurals import counted, form_for

ROOT = Path(__file__).parents[1]
OWN = ROOT / "storage" / "model" / "plurals.py"
SOURCES = [
    *(
        p
        for room in ("handlers", "reminders", "storage", "templates")
        for p in sorted((ROOT / room).rglob("*.py"))
        if p != OWN
    ),
    ROOT / "bot.py",
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.j2"))
NOUNS = [
    "account",
    "address",
    "addresses",
    "cell",
    "change",
    "channel",
    "character",
    "column",
    "command",
    "conflict",
    "CSM",
    "CTA",
    "day",
    "EBR",
    "file",
    "hour",
    "item",
    "line",
    "manager",
    "message",
    "minute",
    "month",
    "name",
    "no",
    "note",
    "page",
    "people",
    "person",
    "playbook",
    "quarter",
    "reminder",
    "renewal",
    "review",
    "row",
    "second",
    "sheet",
    "task",
    "team",
    "thing",
    "time",
    "token",
    "value",
    "week",
    "word",
]
MANY = "|".join(
    noun if noun in ("addresses", "people") else f"{noun}s" for noun in NOUNS if noun not in ("address", "person")
)
# `{total} accounts`, `{:,} open CTAs`, `{len(moved)} more lines`: right for every number but one.
BARE = re.compile(rf"\{{[^{{}}]*\}} (?:more |open |later |other |new |no )?(?:{MANY})\b")


def as_said(part: ast.Constant | ast.FormattedValue) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    # A constant's own number is known to be none that needs a singular.
    return "9" if isinstance(part.value, ast.Name) and part.value.id.isupper() else "{}"


def strings_of(tree: ast.AST):
    """Every string of a module that is no docstring, with `{}` for what an f-string puts in, and its line."""
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(as_said(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (parts | documented):
            yield node.lineno, node.value


def chosen_by_one(tree: ast.AST):
    """Lines on which one of two texts is chosen by whether something is 1."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.IfExp) and isinstance(node.test, ast.Compare)):
            continue
        if not isinstance(node.test.ops[0], (ast.Eq, ast.NotEq)):
            continue
        against = [c.value for c in (node.test.left, *node.test.comparators) if isinstance(c, ast.Constant)]
        texts = [
            isinstance(b, ast.JoinedStr) or (isinstance(b, ast.Constant) and isinstance(b.value, str))
            for b in (node.body, node.orelse)
        ]
        if against == [1] and all(texts):
            yield node.lineno


def faults_in(text: str) -> list[int]:
    tree = ast.parse(text)
    return sorted({*chosen_by_one(tree), *(line for line, said in strings_of(tree) if BARE.search(said))})


@pytest.mark.parametrize(("number", "said"), [(0, "0 tasks"), (1, "1 task"), (2, "2 tasks"), (1200, "1,200 tasks")])
def test_one_is_no_plural(number, said):
    assert counted(number, "task") == said
    assert counted(number, "person", "people") == said.replace("tasks", "people").replace("task", "person")
    assert form_for(number, "needs", "need") == ("needs" if number == 1 else "need")


@pytest.mark.parametrize(
    "made",
    [
        'said = f"{n} task" + ("" if n == 1 else "s")',
        "said = f\"{n} account{'s' if n != 1 else ''}\"",
        'said = f"{n} accounts"',
        'said = f"{n:,} open CTAs"',
        'mrkdwn("{} of {} tasks done", done, total)',
        'word = "CTA is" if len(found) == 1 else "CTAs are"',
    ],
)
def test_what_makes_a_plural_by_hand_is_found(made):
    assert faults_in(made) == [1]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_makes_a_plural_by_hand(path):
    assert faults_in(path.read_text()) == [], f"{path}: say it with storage.model.plurals.counted"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_template_makes_a_plural_by_hand(path):
    text = path.read_text()
    assert not re.search(r"[=!]= 1\b[^\n]*\belse\b", text), "say it with counted(…)"
    assert not BARE.search(text), "say it with counted(…)"
