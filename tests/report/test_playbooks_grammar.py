from datetime import date

import pytest

from handlers.report.words import Asked, Known, read_playbooks
from storage.base.errors import UserError
from storage.base.quarters import Quarter

KNOWN = Known(date(2026, 11, 21), 1, ("EMEA", "North America"), ("CI", "Agile planning"))
Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Asked("help")),
        ("summary", Asked("summary")),
        ("summary week", Asked("summary", week=True)),
        ("summary quarter", Asked("summary", quarter=Q4)),
        ("summary week emea", Asked("summary", week=True, team="EMEA")),
        ("report", Asked("report")),
        ("rep 2026Q3", Asked("report", quarter=Q3)),
        (
            "report last quarter agile planning north america",
            Asked("report", quarter=Q3, team="North America", use_case="Agile planning"),
        ),
        ("report EMEA ci FY26-Q3", Asked("report", quarter=Q3, team="EMEA", use_case="CI")),
        ("report Gold tier 2026Q3", Asked("report", quarter=Q3, use_case="Gold tier")),
        ("reasons “Agile planning” Q3", Asked("reasons", quarter=Q3, use_case="Agile planning")),
        ("stalled", Asked("stalled")),
        ("deferred CI", Asked("deferred", use_case="CI")),
        ("catalogue", Asked("catalogue")),
    ],
)
def test_words_come_in_any_order(text, asked):
    assert read_playbooks(text, KNOWN) == asked


@pytest.mark.parametrize("text", ["re", "s", "numbers", "report CI Gold"])
def test_what_could_mean_two_things_or_nothing_is_refused(text):
    with pytest.raises(UserError):
        read_playbooks(text, KNOWN)


@pytest.mark.parametrize("words", ["2026Q9", "FY26", "q7", "2026"])
def test_a_quarter_that_there_is_not_is_no_use_case(words):
    with pytest.raises(UserError, match="is not a quarter"):
        read_playbooks(f"report {words} CI", KNOWN)


def test_a_slip_is_offered_again_with_everything_typed():
    with pytest.raises(UserError) as refused:
        read_playbooks("reprot 2026Q3 CI", KNOWN)
    assert ("/playbooks report", "/playbooks report 2026Q3 CI") in refused.value.choices
