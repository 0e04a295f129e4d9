"""Workbooks with stray cells, merged bodies and bombs: cost grows with what the cells hold."""

import io
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from storage.model.errors import UserError


def saved(made):
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def sheet_of(*rows):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    return made, made.active


def with_sheet(xml, compress=zipfile.ZIP_DEFLATED):
    """A workbook whose sheet is this XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(Workbook()))) as old, zipfile.ZipFile(out, "w", compress) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return out.getvalue()


HEAD = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
)
ACME = '<row r="2"><c r="A2" t="inlineStr"><is><t>Acme</t></is></c></row>'
TAIL = "</sheetData></worksheet>"


@pytest.mark.parametrize("stray", ["XFD5000", "XFD1048576", "B1048576"])
def test_a_stray_styled_empty_cell_costs_nothing(desk, stray, monkeypatch):
    made, sheet = sheet_of(["Name", "Region"], ["Acme", "EMEA"])
    sheet[stray].font = Font(bold=True)
    from handlers.parsing.importing import workbook

    read = []
    text = workbook._text
    monkeypatch.setattr(workbook, "_text", lambda cell: read.append(cell) or text(cell))
    desk.take("accounts", saved(made))
    assert [a["name"] for a in desk.export("accounts")] == ["Acme"]
    assert len(read) < 30


def test_cells_beyond_the_headers_width_are_cut(desk):
    made, sheet = sheet_of(["Name"], ["Acme"])
    sheet["XFD2"] = "x"
    desk.take("accounts", saved(made))
    assert [a["name"] for a in desk.export("accounts")] == ["Acme"]


@pytest.mark.parametrize(("merged", "regions"), [("B2:B3", ["EMEA", "EMEA", None]), ("B2:B4", ["EMEA"] * 3), ("B2:C4", ["EMEA"] * 3)])
def test_a_merged_value_counts_for_each_row_that_it_covers(desk, merged, regions):
    made, sheet = sheet_of(["Name", "Region", "Segment"], ["A", "EMEA", None], ["B", None, None], ["C", None, None])
    sheet.merge_cells(merged)
    outcome = desk.take("accounts", saved(made))
    assert [a["region"] for a in desk.export("accounts")] == regions
    assert any("A merged value counts for each row" in warning for warning in outcome.warnings)


@pytest.mark.parametrize(
    "xml",
    [
        f'{HEAD}{ACME}<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>{TAIL}',
        HEAD + ACME + '<row r="3"/>' * 6_000_000 + TAIL,
        HEAD + f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"a" * 60_000_000}</t></is></c></row>' + TAIL,
    ],
    ids=["row", "rows", "text"],
)
def test_a_bomb_is_refused(desk, xml):
    with pytest.raises(UserError):
        desk.take("accounts", with_sheet(xml))
    assert desk.export("accounts") == []
