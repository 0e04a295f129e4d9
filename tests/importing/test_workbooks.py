"""Workbooks with stray cells, merged bodies and bombs: cost grows with what the cells hold."""

import io
import zipfile
from threading import get_ident
from time import monotonic
from types import SimpleNamespace

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from storage.base.errors import UserError


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
    from handlers.importing.reading import workbook

    read = []
    text = workbook.text_of
    monkeypatch.setattr(workbook, "text_of", lambda cell: read.append(cell) or text(cell))
    desk.take("accounts", saved(made))
    assert [a["name"] for a in desk.export("accounts")] == ["Acme"]
    assert len(read) < 30


def test_cells_beyond_the_headers_width_are_cut(desk):
    made, sheet = sheet_of(["Name"], ["Acme"])
    sheet["XFD2"] = "x"
    outcome = desk.take("accounts", saved(made))
    assert [a["name"] for a in desk.export("accounts")] == ["Acme"]
    assert outcome.warnings == ["1 value stands beyond the header's columns and is left out; the first is XFD2."]


@pytest.mark.parametrize(("merged", "rows"), [("B2:C2", "row 2"), ("B2:C3", "rows 2, 3")])
def test_a_value_merged_across_columns_counts_in_the_first_and_is_told(desk, merged, rows):
    made, sheet = sheet_of(["Name", "Region", "Segment"], ["A", "EMEA", None], ["B", None, "enterprise"])
    sheet.merge_cells(merged)
    outcome = desk.take("accounts", saved(made))
    assert desk.export("accounts")[0]["region"] == "EMEA"
    assert desk.export("accounts")[0]["segment"] is None
    assert f"A value merged across columns counts in the first of them alone: {rows}." in outcome.warnings


@pytest.mark.parametrize(
    ("merged", "regions"), [("B2:B3", ["EMEA", "EMEA", None]), ("B2:B4", ["EMEA"] * 3), ("B2:C4", ["EMEA"] * 3)]
)
def test_a_merged_value_counts_for_each_row_that_it_covers(desk, merged, regions):
    made, sheet = sheet_of(["Name", "Region", "Segment"], ["A", "EMEA", None], ["B", None, None], ["C", None, None])
    sheet.merge_cells(merged)
    outcome = desk.take("accounts", saved(made))
    assert [a["region"] for a in desk.export("accounts")] == regions
    assert any("A merged value counts for each row" in warning for warning in outcome.warnings)


INFLATED = "unpacks to far more than a table holds"
BOMBS = {
    "row": (
        f'{HEAD}{ACME}<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>{TAIL}',
        "has a row 99,999,999,999; Excel has",
    ),
    "rows": (HEAD + ACME + '<row r="3"/>' * 6_000_000 + TAIL, INFLATED),
    "text": (
        HEAD + f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"a" * 60_000_000}</t></is></c></row>' + TAIL,
        INFLATED,
    ),
    "cells": (HEAD + '<row r="2">' + "<c/>" * 1_000_000 + "</row>" + TAIL, "has a row of more than 16,384 cells"),
    "header": (HEAD.replace("</row>", "<c/>" * 20_000 + "</row>") + ACME + TAIL, "has a row of more than 16,384 cells"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_for_what_it_is(desk, bomb):
    xml, reason = BOMBS[bomb]
    with pytest.raises(UserError, match=reason):
        desk.take("accounts", with_sheet(xml))
    assert desk.export("accounts") == []


def test_a_line_that_no_table_has_is_refused_before_it_is_read_whole(desk):
    with pytest.raises(UserError, match=r"line 2 has more than 8,000,000 characters"):
        desk.take("accounts", b"name,region\n" + b"x," * 6_000_000 + b"\n")


WIDE = HEAD + "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 3000)) + TAIL


@pytest.mark.parametrize(
    ("data", "steps"),
    [
        (with_sheet(WIDE), 5),
        (with_sheet(WIDE), 40),
        (b"name\n" + b"Acme\n" * 4000, 3),
        (b"name\n" + b"x" * 3_000_000, 9),
    ],
    ids=["first scan", "rows", "text", "one huge row"],
)
def test_a_file_that_takes_too_long_is_given_up_wherever_it_is(desk, data, steps, monkeypatch):
    """Seconds are counted at each read of the bytes: a clock that jumps at one of them ends it there."""
    reads, here, others = [], get_ident(), monotonic

    def clock():
        if get_ident() != here:
            return others()
        reads.append(0)
        return 1e9 if len(reads) > steps else 0.0

    monkeypatch.setattr("handlers.importing.reading.watch.time", SimpleNamespace(monotonic=clock))
    with pytest.raises(UserError, match="takes more than 30 s to read"):
        desk.take("accounts", data, seconds=30)
    assert desk.export("accounts") == []
    assert len(reads) == steps + 1


@pytest.mark.parametrize("data", [with_sheet(WIDE), b"name\n" + b"".join(b"Acme %d\n" % n for n in range(4000))])
def test_an_import_that_nobody_waits_for_ends_at_the_next_read_or_batch(desk, data):
    looks = []
    whole = desk.take("accounts", data, dry_run=True, halted=lambda: bool(looks.append(0)))
    for at in (1, len(looks) // 2, len(looks) + 2):
        seen = []
        with pytest.raises(UserError, match="The bot is being stopped; nothing was imported"):
            desk.take("accounts", data, halted=lambda seen=seen, at=at: bool(seen.append(0)) or len(seen) > at)
    assert whole.counts["new"] > 2000
    assert desk.export("accounts") == []


@pytest.mark.parametrize(
    ("looks", "currency"),
    [
        ('#,##0 "€"', "EUR"), ("#,##0.00\\ [$€-407]", "EUR"), ("[$£-809]#,##0.00;[Red]-[$£-809]#,##0.00", "GBP"), ("€#,##0", "EUR"),
        ('"CHF" #,##0', "CHF"), ("[$USD] #,##0", "USD"), ("#,##0", "USD"), ("[$-409]#,##0", "USD"), ('#,##0 "K"', "USD"),
    ],
)  # fmt: skip
def test_an_amount_is_in_the_currency_that_its_cell_shows(desk, looks, currency):
    """Seen failing: 5.000 € on the sheet were 5,000 dollars here, those of the policy."""
    made, sheet = sheet_of(["Name", "ARR", "Licences"], ["Acme", 5000, 7])
    sheet["B2"].number_format = looks
    desk.take("accounts", saved(made))
    assert [(one["arr"], one["currency"]) for one in desk.export("accounts")] == [(5000.0, currency)]


def test_a_column_of_currencies_says_more_than_how_a_number_looks(desk):
    made, sheet = sheet_of(["Name", "ARR", "Currency"], ["Acme", 5000, "GBP"])
    sheet["B2"].number_format = '#,##0 "€"'
    desk.take("accounts", saved(made))
    assert [(one["arr"], one["currency"]) for one in desk.export("accounts")] == [(5000.0, "GBP")]
