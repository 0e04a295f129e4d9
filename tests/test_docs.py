"""Docs say what the code does, and name only what there is."""

import ast
import re
from pathlib import Path

import pytest

from reminders.engine.kinds import kinds
from storage.model.policy import DEFAULT_REASONS, DEFAULT_USE_CASES, Policy

ROOT = Path(__file__).parents[1]
DOCS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
DOMAIN = (ROOT / "docs/domain.md").read_text()


def rows(first):
    """The rows of the table whose head's first cell is this one, a list of cells each."""
    lines = DOMAIN.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {first} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return found


def in_words(value):
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def test_the_numbers_of_the_domain_are_the_policys_defaults():
    policy = Policy()
    shown = dict(rows("key"))
    assert {key: in_words(getattr(policy, key)) for key in shown} == shown


def test_the_reasons_of_the_domain_are_the_policys():
    assert rows("reason") == [[r.key, r.label, r.asks] for r in DEFAULT_REASONS]


def test_the_kinds_of_the_domain_are_those_handed_in():
    assert [row[0] for row in rows("kind")] == list(kinds())


def test_every_key_that_the_domain_names_is_one():
    named = set(re.findall(r"`(\w+_(?:months|days|items|target|minimum|percentile|hours|month|country))`", DOMAIN))
    assert named - set(Policy.model_fields) == set()
    assert len(DEFAULT_USE_CASES) == 9


@pytest.mark.parametrize("path", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_of_a_document_lead_somewhere(path):
    targets = [t.partition("#")[0] for t in re.findall(r"\]\(([^)]+)\)", path.read_text()) if "://" not in t]
    assert [t for t in targets if t and not (path.parent / t).exists()] == []


def test_every_test_that_a_document_names_is_one():
    names = set()
    for path in (ROOT / "tests").rglob("*.py"):
        names |= {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}
    missing = []
    for path in DOCS:
        for name in re.findall(r"\b(test_\w+?)(?:…|\b)", path.read_text()):
            modules = {p.stem for p in (ROOT / "tests").rglob("test_*.py")}
            if name not in names | modules and not any(one.startswith(name) for one in names):
                missing.append(f"{path.relative_to(ROOT)}: {name}")
    assert missing == []
