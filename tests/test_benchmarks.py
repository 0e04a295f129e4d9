"""The page of figures: from the rows that benches note, and from nothing else."""

import ast
import re
from pathlib import Path

import pytest

from tests.bench.figures import ms, note, spread
from tests.bench.page import PARTS, page

BENCH = Path(__file__).parent / "bench"


def test_the_page_has_the_machine_and_a_table_a_part(tmp_path, monkeypatch):
    kept = tmp_path / "figures.jsonl"
    monkeypatch.setenv("CTA_BOT_FIGURES", str(kept))
    note("Under load", "acks", "12 ms", "9 ms", "1.3, at most 2")
    note("One at a time", "an ack", "2 ms")
    rows = [eval(line) for line in kept.read_text().splitlines()]
    made = page(rows, "2026-11-29")
    assert re.search(r"\d+ cores \(.+\), \d+ GiB of memory, Linux .+ Python 3\.\d+\.\d+, SQLite 3\.\d+", made)
    assert made.index("## One at a time") < made.index("## Under load")
    assert "| acks | 12 ms | 9 ms | 1.3, at most 2 |\n" in made
    assert "By the hundred thousand" not in made


def test_nothing_is_noted_where_nobody_asked(tmp_path, monkeypatch):
    monkeypatch.delenv("CTA_BOT_FIGURES", raising=False)
    monkeypatch.chdir(tmp_path)
    note("Under load", "acks", "12 ms")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0004, "0.4 ms"), (0.0123, "12 ms"), (1.25, "1.2 s"), (0.0, "0.0 ms")]
)
def test_spans_read_well(seconds, words):
    assert ms(seconds) == words


def test_a_spread_is_the_middle_and_the_slowest_hundredth():
    assert spread([n / 1000 for n in range(1000)]) == ("500 ms", "990 ms")


def test_every_bench_notes_its_figures_under_a_part_of_the_page():
    for path in BENCH.glob("test_*.py"):
        noted = [
            node.args[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note"
        ]
        if path.name != "test_page.py":  # of the sandbox's page, in a browser
            assert noted, path.name
        assert all(isinstance(part, ast.Name) or part.value in PARTS for part in noted), path.name
