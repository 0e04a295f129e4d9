"""Numbers as people read them: rounded half up, by one rule."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from storage.base.exports import Amount
from templates.blocks import charts, figures
from templates.ebr.show import coverage

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("whole", [8, 40, 200, 1000])
def test_a_percentage_is_rounded_half_up(whole):
    for part in range(1, whole):
        exact = int(Fraction(100 * part, whole) + Fraction(1, 2))
        assert figures.percent(part / whole) == f"{min(max(exact, 1), 99)}%", (part, whole)


@pytest.mark.parametrize(("fraction", "words"), [(0.125, "+13%"), (-0.125, "−13%"), (0.004, "±0%"), (0.625, "+63%")])
def test_a_change_is_rounded_as_people_do(fraction, words):
    assert figures.change(fraction) == words


def test_days_and_counts_are_rounded_so_too():
    said = [0.1 + 0.2, 1.0, 6 / 7, -0.0001, 0.0, 12, None, "x", Amount(123450)]
    assert list(map(figures.cell, said)) == ["0.3", "1", "0.857", "0", "0", "12", "", "x", "1234.50"]
    assert [figures.days(value) for value in (34.25, 34.35, 34.0)] == ["34.3", "34.4", "34"]
    assert figures.win_rate(0.5, 3, 5) == "2 of 3"


@pytest.mark.parametrize(
    ("fraction", "before", "words"),
    [(None, 0, "n/a (0)"), (2.0, 1, "(1)"), (0.5, 4, "(4)"), (0.2, 5, "+20% (5)"), (-0.5, 2000, "−50% (2,000)")],
)
def test_a_change_is_told_from_five_on(fraction, before, words):
    assert figures.qoq(fraction, before, 5) == words


def test_a_column_in_which_nothing_stands_is_left_out():
    rows = [("A", (0, "0"), "n/a (0)", "-", (1, "1")), ("B", (0, "0"), "n/a (n/a)", "", (0, "0"))]
    shown = charts.table(("Name", "No", "QoQ", "Rate", "Opened"), rows)["rows"]
    assert [[cell["text"] for cell in row] for row in shown] == [["Name", "Opened"], ["A", "1"], ["B", "0"]]


def test_coverage_and_its_target_are_rounded_so_too():
    shown = coverage(25, 40, 0.625, "all")
    assert "*EBR coverage 63%*" in shown["line"]
    assert "target 63%" in shown["line"]
    assert shown["short"] == 0


def test_nothing_that_people_read_is_rounded_elsewhere():
    """`round` and `:.0f` round to even; figures.py has the rule."""
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in ("templates", "handlers")
        for path in (ROOT / room).rglob("*.py")
        if path.name not in ("figures.py", "readiness.py", "guard.py")
        for line in path.read_text().splitlines()
        if re.search(r"(?<![\w.])round\(|:\.[01]f|:\.\d%", line)
    ]
    assert found == [
        "handlers/renewal/actions.py: months = max(1, round(days / _DAYS_OF_A_MONTH))",
    ]
