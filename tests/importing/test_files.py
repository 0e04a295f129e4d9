"""Whatever a CRM or a spreadsheet writes: encodings, delimiters, line ends, workbooks."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from storage.base.errors import UserError

TEXT = "Name;CRM ID;ARR\r\nÄcme „Süd“;001;12,50\r\n\r\nGløbex;002;3\r\n"
PLAIN = "name,crm_id\nAcme,001\n"


def book(*rows, formulas=None, merged=None):
    made = Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    for cell, formula in (formulas or {}).items():
        sheet[cell] = formula
    if merged:
        sheet.merge_cells(merged)
    made.create_sheet("Notes")
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(desk, encoding):
    text = TEXT.replace("ø", "o") if encoding == "cp1252" else TEXT
    desk.take("accounts", text.encode(encoding))
    assert desk.export("accounts")[0]["name"] == "Äcme „Süd“"
    assert [a["arr"] for a in desk.export("accounts")] == [12.5, 3]


def test_windows_1252_is_told(desk):
    outcome = desk.take("accounts", "name\nMüller\n".encode("cp1252"))
    assert outcome.warnings == ["Read as Windows-1252, since it is not UTF-8."]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(desk, delimiter, end):
    rows = [["ARR", "Account Name", "Renewal Date"], ["5", '"Acme, Ltd; x"', "2027-04-30"], ["6", "Globex", ""]]
    desk.take("accounts", end.join(delimiter.join(row) for row in rows))
    assert [(a["name"], a["arr"], a["renewal_date"]) for a in desk.export("accounts")] == [
        ("Acme, Ltd; x", 5, "2027-04-30"),
        ("Globex", 6, None),
    ]


def test_a_declared_separator_is_not_the_header(desk):
    outcome = desk.take("accounts", "sep=;\nname;arr\nAcme;x\n")
    assert [str(r) for r in outcome.rejected] == ["line 3, column arr: 'x' is not an amount such as 1234.50"]


def test_lines_count_as_in_an_editor(desk):
    text = 'name,crm_id,arr\n"Acme\nLtd",001,5\n\n\n"Glo\r\nbex",002,no\nHooli,003,6,surplus\n'
    outcome = desk.take("accounts", text)
    assert [(r.line, r.column) for r in outcome.rejected] == [(6, "arr"), (8, "")]
    assert "has 4 cells, the header has 3" in outcome.rejected[1].reason


def test_a_row_that_is_cut_short_leaves_the_rest_as_it_is(desk):
    desk.take("accounts", "name,crm_id,arr\nAcme,001,5\n")
    outcome = desk.take("accounts", "name,crm_id,arr\nAcme Ltd,001\n")
    assert outcome.warnings == ["line 2 has 2 of 3 cells: what is missing stays as it is."]
    assert [(a["name"], a["arr"]) for a in desk.export("accounts")] == [("Acme Ltd", 5)]


def test_an_excel_workbook(desk):
    data = book(
        ["Account Name", "ARR", "Renewal Date", "EBR Cadence", "CRM ID"],
        ["Acme", 1234.5, date(2027, 4, 30), 12, 1001],
        [None, None, None, None, None],
        ["Globex", "1,234.50", datetime(2027, 5, 30, 12, 0), 3.0, 1002.0],  # noqa: DTZ001 - as Excel has it
    )
    outcome = desk.take("accounts", data)
    assert outcome.warnings == ["Only the first sheet is read: Sheet."]
    found = desk.export("accounts")
    assert [(a["name"], a["arr"], a["renewal_date"], a["ebr_cadence_months"], a["crm_id"]) for a in found] == [
        ("Acme", 1234.5, "2027-04-30", 12, "1001"),
        ("Globex", 1234.5, "2027-05-30", 3, "1002"),
    ]


def test_a_formula_with_a_result_is_its_result_and_excels_extras_do_not_disturb(desk, tmp_path):
    """As Excel saves it: the result beside the formula, a list of choices, a note on a second sheet."""
    plain = book(["name", "arr"], ["Acme", 600], formulas={"B3": "=B2*2", "A3": "Globex"})
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(saved, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(b"<f>B2*2</f><v></v>", b"<f>B2*2</f><v>1200</v>").replace(
                    b"<f>B2*2</f><v />", b"<f>B2*2</f><v>1200</v>"
                )
                data = data.replace(b"</sheetData>", b'</sheetData><extLst><ext uri="{CCE6A557}"/></extLst>')
            new.writestr(name, data)
    desk.take("accounts", saved.getvalue())
    assert [a["arr"] for a in desk.export("accounts")] == [600, 1200]


def test_a_workbook_that_is_damaged_further_down_changes_nothing(desk):
    saved = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(["name"], *[[f"A{i}"] for i in range(50)]))) as old,
        zipfile.ZipFile(saved, "w") as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[: len(data) * 2 // 3] if name == "xl/worksheets/sheet1.xml" else data)
    with pytest.raises(UserError, match="is damaged after row"):
        desk.take("accounts", saved.getvalue())
    assert desk.export("accounts") == []


def test_a_workbooks_rows_are_named_by_their_number(desk):
    data = book(["name", "arr"], ["Acme", 5], [None, None], ["Globex", "lots"])
    assert [(r.line, r.column) for r in desk.take("accounts", data).rejected] == [(4, "arr")]


def test_a_formula_without_a_result_is_refused(desk):
    data = book(["name", "arr"], ["Acme", 5], ["Globex", None], formulas={"B3": "=B2*2"})
    (rejection,) = desk.take("accounts", data).rejected
    assert str(rejection) == "line 3: column B is a formula without a result"


def test_merged_headers_are_named(desk):
    with pytest.raises(UserError, match=r"line 1: the header cells B1 to C1 are merged"):
        desk.take("accounts", book(["name", "arr", None], ["Acme", 5, 6], merged="B1:C1"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\n \n", "is empty"),
        (b"name,arr\n", "a header and no rows"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file"),
        (b"PK\x03\x04 not a zip at all", "can't be read as an Excel file"),
        ("name\nMüller\n".encode() + "Jørgen\n".encode("cp1252"), "two encodings"),
        (b"name\nAcme\nM\x8f\x81ller\n", "neither UTF-8 nor Windows-1252: line 3"),
        ("name\nAcme\n".encode("utf-16")[:-1], "damaged UTF-16"),
        (b'name,"arr\nAcme,5\n', "never closed"),
        (b"arr,segment\n5,x\n", "line 1: no column for name"),
        (b"name,arr,Name\nAcme,5,x\n", "line 1: the header 'Name' stands there twice"),
        (b"name,AE,SAL\nAcme,a@x.com,b@x.com\n", "'AE' and 'SAL' both mean ae"),
    ],
)
def test_a_file_that_can_not_be_read_at_all_says_why_and_changes_nothing(desk, data, words):
    desk.take("accounts", PLAIN)
    before = desk.dump()
    with pytest.raises(UserError, match=words):
        desk.take("accounts", data)
    assert desk.dump() == before


def test_a_missing_header_suggests_what_may_be_meant(desk):
    with pytest.raises(UserError, match=r"Did you mean 'Acount Name'\?"):
        desk.take("accounts", "Acount Name,arr\nAcme,5\n")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Account Name,SAL", "ae"),
        ("Account Name,SAE", "ae"),
        ("Account Name,Account Owner", "ae"),
        ("Company name,TAM", "csm"),
        ("Company name,Customer success manager", "csm"),
        ("NAME,CSM_Email__c", "csm"),
        ("name,Solutions Architect", "sa"),
    ],
)
def test_the_usual_names_of_salesforce_hubspot_and_gainsight(desk, header, field):
    desk.take("accounts", f"{header}\nAcme,x@example.com\n")
    assert desk.export("accounts")[0][field] == "x@example.com"


@pytest.mark.parametrize(
    "own", [{"csm": "Success Owner"}, {"csm": ["Success Owner", "Pilot"]}, {"Success Owner": "csm"}]
)
def test_the_policy_adds_headers(desk, own):
    desk.policy(import_headers=own)
    outcome = desk.take("accounts", "name,Success-Owner,Mood\nAcme,x@example.com,fine\n")
    assert desk.export("accounts")[0]["csm"] == "x@example.com"
    assert outcome.warnings == ["Not known and left out: Mood."]


def test_a_policy_alias_for_nothing_is_named(desk):
    desk.policy(import_headers={"colour": "Farbe"})
    with pytest.raises(UserError, match=r"import_headers.colour: there is no header 'colour'"):
        desk.take("accounts", PLAIN)
