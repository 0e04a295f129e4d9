"""Numbers as people read them: rounded half up, by one rule."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from templates.blocks import figures
from templates.ebr.show import coverage

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("whole", [8, 40, 200, 1000])
def test_a_percentage_is_rounded_half_up(whole):
    for part in range(1, whole):
        exact = int(Fraction(100 * part, whole) + Fraction(1, 2))
        assert figures.percent(part / whole) == f"{min(max(exact, 1), 99)}%", (part, whole)


@pytest.mark.parametrize(("fraction", "words"), [(0.125, "+13%"), (-0.125, "-13%"), (0.004, "±0%"), (0.625, "+63%")])
def test_a_change_is_rounded_as_people_do(fraction, words):
    assert figures.change(fraction) == words


def test_days_and_counts_are_rounded_so_too():
    assert [figures.days(value) for value in (34.25, 34.35, 34.0)] == ["34.3", "34.4", "34"]
    assert figures.win_rate(0.5, 3, 5) == "2 of 3"


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
