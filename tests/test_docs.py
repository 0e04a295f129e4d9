"""Docs say what the code does (what they name, there is: `test_named.py`)."""

import re
from pathlib import Path

import pytest

from handlers.door.values import clean, person
from handlers.importing.actions import SECONDS
from handlers.importing.download import LARGEST_BYTES
from handlers.importing.reading.days import day_reader, order_of
from handlers.importing.reading.headers import PLAIN, REQUIRED
from handlers.importing.slack import READING_SECONDS
from reminders.engine.kinds import kinds
from storage.base.areas import NAMES, Targets
from storage.base.policy import DEFAULT_USE_CASES, Policy
from storage.base.reasons import DEFAULT_REASONS, DEFAULT_RENEWAL_REASONS
from storage.importing.record import KINDS, ORDERS

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
    assert rows("reason") == [[r.key, r.label, r.asks, r.hint] for r in DEFAULT_REASONS]


def test_the_renewal_reasons_of_the_domain_are_the_policys():
    assert rows("renewal reason") == [[r.key, r.label, r.asks, r.only] for r in DEFAULT_RENEWAL_REASONS]


def test_the_kinds_of_the_domain_are_those_handed_in():
    assert [row[0] for row in rows("kind")] == list(kinds())


def test_every_key_that_the_domain_names_is_one():
    named = set(re.findall(r"`(\w+_(?:months|days|items|target|minimum|percentile|hours|month|country))`", DOMAIN))
    areas = {key for area in NAMES for key in type(Policy().area(area)).model_fields}
    assert named - set(Policy.model_fields) - set(Targets.model_fields) - areas == set()
    assert len(DEFAULT_USE_CASES) == 9


@pytest.mark.parametrize("path", DOCS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_of_a_document_lead_somewhere(path):
    targets = [t.partition("#")[0] for t in re.findall(r"\]\(([^)]+)\)", path.read_text()) if "://" not in t]
    assert [t for t in targets if t and not (path.parent / t).exists()] == []


def test_the_changelog_is_in_its_usual_form():
    text = (ROOT / "CHANGELOG.md").read_text()
    first, *versions = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert first == "[Unreleased]"
    assert [one for one in versions if not re.fullmatch(r"\[\d+\.\d+\.\d+\].*", one)] == []
    kinds_of_change = re.findall(r"^### (.+)$", text.partition(f"\n## {versions[0]}")[0], flags=re.MULTILINE)
    assert kinds_of_change == [
        k for k in ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security") if k in kinds_of_change
    ]


def _columns_told(kind):
    """The columns of a kind as docs/imports.md lists them: name, other names, whether it is needed."""
    lines = (ROOT / "docs/imports.md").read_text().partition(f"### {kind}\n")[2].partition("\n#")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {name.strip("`"): (also.split(", "), "(needed)" in what) for name, also, what in rows}


@pytest.mark.parametrize("kind", KINDS)
def test_the_columns_of_the_import_page_are_those_that_are_read(kind):
    read = {
        field: ([name.strip() for name in names.split(",")], field in REQUIRED[kind])
        for field, names in PLAIN[kind].items()
    }
    assert _columns_told(kind) == read
    assert list(_columns_told(kind)) == list(read)


def test_what_the_import_page_says_of_cells_is_so():
    page = (ROOT / "docs/imports.md").read_text()
    days = day_reader(("%Y-%m-%d",), "UTC")
    part = page.partition("- **Days**: ")[2]
    for text in re.findall(r"`([^`]+)`", part.partition("days of a spreadsheet")[0]):
        assert days(text) == "2027-04-30", text
    for text in re.findall(r"`([^`]+)`", page.partition("- **Empty** is also ")[2].partition(" and their like")[0]):
        assert clean(text) == "", text
    for named in re.findall(r"`([mdy]\W[mdy]\W[mdy])`", page):
        assert order_of(named) in ORDERS
    for text in re.findall(r"`([^`]+)`", page.partition("- **People**: ")[2].partition(" or a mention")[0]):
        assert person(text) == "ann@example.com"
    assert SECONDS == 15 * 60
    assert (READING_SECONDS, LARGEST_BYTES) == (120, 10_000_000)
