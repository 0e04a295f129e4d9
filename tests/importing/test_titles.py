"""Titles and filters that stand above a report's header are no records, and no header."""

import io

import pytest
from openpyxl import Workbook

from storage.base.errors import UserError

TITLES = {
    "one line": ["Renewals report"],
    "a title and its day": ["Renewals report", "Generated 2026-11-29", ""],
    "a title that is a header's word": ["Account"],
    "a title with other separators in it": ["Renewals, EMEA, FY27", "Filter: ARR > 0; open"],
    "filters": ["As of 2026-11-29", "", "Filtered by: mine", "Show: all accounts", ""],
}


@pytest.mark.parametrize("above", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_stands_above_the_header_is_skipped_and_told(desk, above, delimiter):
    rows = [["Account Name", "ARR", "CRM ID"], ["Acme", "5", "A1"], ["Globex", "x", "G1"]]
    text = "\n".join([*above, *(delimiter.join(row) for row in rows)])
    outcome = desk.take("accounts", text, skip_rejected=True)
    line = len(above) + 1
    assert [a["name"] for a in desk.export("accounts")] == ["Acme"]
    assert [r.line for r in outcome.rejected] == [line + 2], "lines count as in the file"
    assert any(f"The header is line {line}; above it: '{above[0]}'" in note for note in outcome.warnings)


def workbook(*rows, merged):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    made.active.merge_cells(merged)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def test_a_merged_title_above_the_header_of_a_workbook(desk):
    rows = (["Renewals report"], [], ["Account Name", "ARR", "CRM ID"], ["Acme", 5, "A1"])
    desk.take("accounts", workbook(*rows, merged="A1:C1"))
    assert [(a["name"], a["arr"], a["crm_id"]) for a in desk.export("accounts")] == [("Acme", 5, "A1")]


def test_merged_cells_of_a_header_below_a_title_are_refused(desk):
    rows = (["Renewals report"], ["Account Name", "ARR", "CRM ID"], ["Acme", 5, "A1"])
    with pytest.raises(UserError, match="line 2: the header cells B2 to C2 are merged"):
        desk.take("accounts", workbook(*rows, merged="B2:C2"))


def test_a_file_of_one_column_keeps_its_first_line(desk):
    desk.take("accounts", "Account\nCompany\nGlobex\n")
    assert [a["name"] for a in desk.export("accounts")] == ["Company", "Globex"]


def test_a_header_that_nobody_knows_is_still_the_first_line(desk):
    with pytest.raises(UserError, match="line 1: no column for name"):
        desk.take("accounts", "Firma,Umsatz\nAcme,5\n")
