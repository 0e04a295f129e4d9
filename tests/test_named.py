"""What a document, docstring or comment names, there is: documents and their headings, tests, files."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXTS = {".py", ".md", ".toml", ".j2", ".js", ".css", ".html", ".yaml", ".service"}
NO_SUFFIX = {"Makefile", ".ci/run", ".gitattributes", ".editorconfig"}
KEPT_APART = {".env", ".git"}
ROOMS = "handlers|reminders|templates|storage|sandbox|tests|docs|deploy"


@cache
def known():
    """Every file of the repository, by its path from the root."""
    folders = [*ROOMS.split("|"), ".ci"]
    found = [*ROOT.glob("*"), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    return {str(path.relative_to(ROOT)) for path in found if path.is_file() and path.name not in KEPT_APART}


READ = sorted(
    name
    for name in known()
    if (name in NO_SUFFIX or Path(name).suffix in TEXTS - {""}) and name != "tests/test_named.py"
)
each_text = pytest.mark.parametrize("name", READ)


@cache
def text_of(name):
    """A text without what it shows as a change: that is made in a copy, and names what comes of it."""
    return re.sub(r"^```diff$.*?^```$", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@cache
def functions():
    """The names of the test functions of each test module, and of what helps them."""
    found = {}
    for name in known():
        if name.startswith("tests/") and name.endswith(".py"):
            tree = ast.walk(ast.parse(text_of(name)))
            found.setdefault(Path(name).stem, set()).update(n.name for n in tree if isinstance(n, ast.FunctionDef))
    return found


def without_code(name):
    """What a text says to people: of Python its docstrings, comments and other words, not what it defines or imports."""
    if not name.endswith(".py"):
        return text_of(name)
    return re.sub(r"^ *(?:async def|def|from|import) .*$", "", text_of(name), flags=re.MULTILINE)


@each_text
def test_documents_that_are_named_stand_in_the_repository(name):
    here = Path(name).parent
    for path in re.findall(r"(?<![\w…/*.-])(?:[\w.-]+/)*[\w-]+\.md\b", text_of(name)):
        at_home = {str(Path(path)), str(here / path), str((ROOT / here / path).resolve().relative_to(ROOT))}
        assert at_home & known() or ("/" not in path and any(one.endswith(f"/{path}") for one in known())), path


@pytest.mark.parametrize("name", [name for name in READ if name.startswith("docs/") or "/" not in name])
def test_files_of_a_noun_that_are_named_are_some_nouns(name):
    for room, file in re.findall(rf"\b({ROOMS})/<noun>/([\w.]+)", text_of(name)):
        assert any(re.fullmatch(rf"{room}/\w+/{re.escape(file)}", one) for one in known()), f"{room}/…/{file}"


@each_text
def test_headings_that_are_named_are_headings(name):
    for path, words, more in re.findall(r'\b([\w-]+\.md), "([^"\n]+)"(?: and "([^"\n]+)")?', text_of(name)):
        (document,) = [one for one in known() if Path(one).name == path]
        headings = re.findall(r"^#+ (.+)$", text_of(document), flags=re.MULTILINE)
        assert {words, more} - {""} <= set(headings), path


@each_text
def test_tests_that_are_named_are_tests(name):
    every = set().union(*functions().values())
    for module, test in re.findall(r"(?:\b(test_\w+)(?:\.py)?::)?\b(test_\w+)", without_code(name)):
        assert test in functions() or any(one.startswith(test) for one in every), test
        if module and test not in functions():
            assert any(one.startswith(test) for one in functions().get(module, ())), f"{module}::{test}"


@each_text
def test_files_that_are_named_are_files(name):
    # A path that a program holds as a text may be one of a copy, or of a test's own.
    named = rf"""(?<![\w/.<"'-])(?:{ROOMS})/[\w./-]+\.(?:py|toml|j2|json|js|png)\b(?!\w)"""
    assert set(re.findall(named, without_code(name))) <= known()
