"""What a playbook's name says: motion, use case, retired or reported."""

import pytest

from storage.playbook.record import is_reported, is_retired, motion_of, use_case_of

USE_CASES = ("Agile planning", "SCM", "CI", "CD", "DevSecOps", "Package", "Monitor", "Configure", "Manage")
EXPANSION = "Expansion Stage Adoption"
ENABLEMENT = "Enablement Stage Adoption"


@pytest.mark.parametrize(
    ("name", "category", "motion"),
    [
        ("Expand: CI", "", "expand"),
        ("Enable: CI", "", "enable"),
        ("EXPAND ci", "", "expand"),
        ("Stage expanded to CD", "", "expand"),
        ("Enable after Expand: CI", "", "enable"),
        ("Expand: CI, then Enable", "", "expand"),
        ("Expand: CI", ENABLEMENT, "expand"),
        ("CI for platform teams", EXPANSION, "expand"),
        ("CI for platform teams", f" {ENABLEMENT} ", "enable"),
        ("CI for platform teams", "Risk", None),
        ("Onboarding", "", None),
    ],
)
def test_the_name_decides_the_motion_and_the_category_only_fills_in(
    name: str,
    category: str,
    motion: str | None,
) -> None:
    assert motion_of(name, category) == motion


@pytest.mark.parametrize(
    ("name", "use_case"),
    [
        ("Expand: CI", "CI"),
        ("Expand: ci", "CI"),
        ("Expand: CI/CD", "CI"),
        ("Enable: CD", "CD"),
        ("Expand: DevSecOps after CI", "DevSecOps"),
        ("Expand: Agile  Planning", "Agile planning"),
        ("Expand: agile planning (CI teams)", "Agile planning"),
        ("Expand: CI (OLD)", "CI"),
        ("Expand: CI_2026", "CI"),
        ("CI 101", "CI"),
        ("Expand: Social coding", "Social coding"),
        ("Q3 enable:  Value   streams ", "Value streams"),
        ("Expand: CI2", "CI2"),
        ("Expand: Gold", "Gold"),
        ("Expand:", "Other"),
        ("Expand Social coding", "Other"),
        ("Onboarding", "Other"),
    ],
)
def test_the_use_case_is_the_first_that_stands_in_the_name(name: str, use_case: str) -> None:
    assert use_case_of(name, USE_CASES) == use_case


def test_of_two_use_cases_at_the_same_place_the_longer_one_counts() -> None:
    assert use_case_of("Expand: CI minutes", ("CI", "CI minutes")) == "CI minutes"


@pytest.mark.parametrize(
    ("name", "retired"),
    [
        ("Expand: CI (OLD)", True),
        ("OLD Expand: CI", True),
        ("OLD_x", True),
        ("Expand: CI-OLD", True),
        ("OLD", True),
        ("Expand: Gold", False),
        ("Expand: GOLD", False),
        ("Expand: MOLD", False),
        ("Expand: OLDER", False),
        ("Expand: OLD2", False),
        ("Expand: Old", False),
        ("Expand: ÉOLD", False),
    ],
)
def test_old_retires_only_as_a_whole_word_in_capitals(name: str, retired: bool) -> None:
    assert is_retired(name) is retired


@pytest.mark.parametrize(
    ("name", "category", "reported"),
    [
        ("Expand: Gold", "", True),
        ("Expand: CI (OLD)", "", False),
        ("CI for platform teams", EXPANSION, True),
        ("CI for platform teams OLD", EXPANSION, False),
        ("CI for platform teams", "", False),
    ],
)
def test_a_report_needs_a_motion_and_no_old(name: str, category: str, reported: bool) -> None:
    assert is_reported(name, category) is reported
