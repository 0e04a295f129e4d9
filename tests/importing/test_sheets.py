"""What of a workbook is read, and how: the sheet that is shown, numbers with all that they have, days as they stand."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from storage.base.errors import UserError
from tests.importing.test_disguises import zipped
from tests.importing.test_workbooks import ACME, HEAD, TAIL, saved, sheet_of, with_sheet

MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
USUAL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
OF_2006 = "http://schemas.openxmlformats.org/{}/2006/{}".format


def rewritten(data, *changes, also=()):
    """A workbook in whose parts texts are replaced by others; `also`: more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            for before, after in changes:
                text = text.replace(before.encode(), after.encode())
            new.writestr(name, text)
        for name, text in also:
            new.writestr(name, text)
    return out.getvalue()


def book(*sheets):
    """A workbook of sheets by name: rows, or None for a chart."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        if rows is None:
            made.create_chartsheet(name)
        else:
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(row)
    return made


TABLE = [["Name", "Region"], ["Acme", "EMEA"]]
CHARTS = book(("Chart", None))
DRAWN = book(("Chart", None))
DRAWN.chartsheets[0].add_chart(BarChart())
OLD_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9000)
STRICT = (
    (OF_2006("spreadsheetml", "main"), "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (OF_2006("officeDocument", "relationships"), "http://purl.oclc.org/ooxml/officeDocument/relationships"),
)


@pytest.mark.parametrize(
    ("data", "words", "how"),
    [
        (saved(CHARTS), "has charts and no sheet with cells", "on a sheet of its own"),
        (saved(DRAWN), "has charts and no sheet with cells", "on a sheet of its own"),
        (rewritten(saved(book(("A", TABLE))), ('state="visible"', 'state="hidden"')), "all its sheets are hidden", "Unhide"),
        (rewritten(saved(book(("A", TABLE))), ('state="visible"', 'state="veryHidden"')), "all its sheets are hidden", "Unhide"),
        (saved(book(("A", []))), "the first sheet is empty", "Put the table on the first sheet"),
        (saved(book(("A", []), ("B", TABLE))), "the first sheet is empty", "Put the table on the first sheet"),
        (rewritten(saved(book(("A", TABLE))), *STRICT), "is a Strict Open XML workbook", "Excel Workbook"),
        (OLD_FILE, "is an old Excel file", "save it as .xlsx"),
        (OLD_FILE + "EncryptedPackage".encode("utf-16-le"), "has a password", "take its password off"),
        (zipped("Index.zip", "Data/x.png"), "is a Numbers file", "Export it from Numbers"),
        (zipped("mimetype", "content.xml", "META-INF/manifest.xml"), "is an OpenDocument file", "save it as .xlsx"),
    ],
)  # fmt: skip
def test_a_workbook_without_a_sheet_to_read_says_what_it_is(desk, data, words, how):
    with pytest.raises(UserError, match=words) as caught:
        desk.take("accounts", data)
    assert how in caught.value.hint
    assert desk.export("accounts") == []


def test_of_several_sheets_the_first_that_is_shown_and_has_cells_is_read(desk):
    made = book(
        ("Lists", [["Name"], ["not a customer"]]), ("Chart", None), ("Accounts", TABLE), ("More", [["Name"], ["x"]])
    )
    made["Lists"].sheet_state = "hidden"
    made.active = 2
    made["Accounts"].print_area = "A1:B2"
    outcome = desk.take("accounts", saved(made))
    assert [one["name"] for one in desk.export("accounts")] == ["Acme"]
    assert outcome.warnings == ["Only the first sheet that is not hidden is read: Accounts."]
    with_macros = rewritten(saved(made), (USUAL, MACRO), also=[("xl/vbaProject.bin", "x")])
    assert desk.take("accounts", with_macros).counts["unchanged"] == 1


DAY = datetime.fromisoformat("2024-01-01")
NUMBERS = [0.1, 12.345, 123.456, 1 / 3, 123456.789012, 99.995, 1e-7, 7.0, 1234.5]


@pytest.mark.parametrize("mark", ["", ","])
def test_a_measure_keeps_all_the_decimals_that_its_cell_has(desk, mark):
    desk.policy(decimal_mark=mark)
    desk.take("accounts", "name\nAcme\n")
    rows = [["Acme", DAY + timedelta(days=day), number] for day, number in enumerate(NUMBERS, start=1)]
    made, _ = sheet_of(["account", "as_of", "ci_builds"], *rows)
    assert desk.take("usage", saved(made)).rejected == []
    kept = desk.db.execute("SELECT measure_1 FROM usage_figures ORDER BY as_of").fetchall()
    assert [row[0] for row in kept] == NUMBERS


def test_an_amount_has_cents_a_count_is_whole_and_a_text_as_it_stands(desk):
    made, sheet = sheet_of(
        ["Name", "ARR", "Region", "Original licences"],
        ["A", 1234.567, 2.345, 99.99999999999999],
        ["B", 99.999, 2.5, 100.00000000000001],
        ["C", 7, 2, 12.5],
    )
    sheet["B3"].number_format = '#,##0.00 "€"'
    outcome = desk.take("accounts", saved(made), skip_rejected=True)
    assert [str(one) for one in outcome.rejected] == [
        "line 4, column Original licences: '12.5' is no whole number of 0 or more"
    ]
    rows = desk.db.execute("SELECT arr_cents, currency, region, original_licences FROM accounts ORDER BY name")
    assert [tuple(row) for row in rows] == [(123457, "USD", "2.345", 100), (10000, "EUR", "2.5", 100)]


@pytest.mark.parametrize("number", ["1e400", "-1E+400"])
def test_a_number_of_a_workbook_that_is_none_is_refused_and_empties_nothing(desk, number):
    desk.take("accounts", "name,arr,region,original_licences\nAcme,5,EMEA,7\n")
    for title in ("ARR", "Region", "Original licences"):
        header = HEAD.replace("</row>", f'<c r="B1" t="inlineStr"><is><t>{title}</t></is></c></row>')
        cell = f'<c r="B2"><v>{number}</v></c></row>'
        outcome = desk.take("accounts", with_sheet(header + ACME.replace("</row>", cell) + TAIL))
        assert [(one.column, one.reason) for one in outcome.rejected] == [
            (title, "is infinite, or not a number at all")
        ]
    rows = desk.db.execute("SELECT arr_cents, region, original_licences FROM accounts")
    assert [tuple(row) for row in rows] == [(500, "EMEA", 7)]


LATE = timedelta(days=1) - timedelta(microseconds=1)


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_a_moment_of_a_workbook_is_of_its_own_day_however_late(desk, epoch):
    days = [DAY, DAY + timedelta(days=59), DAY + timedelta(days=365), DAY + timedelta(days=1000)]
    into = [timedelta(), timedelta(hours=23, minutes=59, seconds=59), LATE, LATE - timedelta(milliseconds=1)]
    moments = [day + part for day in days for part in into]
    made, sheet = sheet_of(["Name", "Customer since"])
    if epoch:
        made.epoch = epoch
    for place, moment in enumerate(moments, start=1):
        sheet.append([f"A{place:02d}", moment])
    assert desk.take("accounts", saved(made)).rejected == []
    kept = [row[0] for row in desk.db.execute("SELECT customer_since FROM accounts ORDER BY name")]
    assert kept == [moment.date().isoformat() for moment in moments]


@pytest.mark.parametrize(
    ("serial", "since", "reason"),
    [
        (0, None, None),
        (0.5, None, "'12:00:00' is not a day"),
        (59, None, "1900-02-28 can't be meant"),
        (61, None, "1900-03-01 can't be meant"),
        (-3.5, None, "can't be meant"),
        (2958466, None, "is an error of the spreadsheet"),
        (1e300, None, "is an error of the spreadsheet"),
        (25569, "1970-01-01", None),
        (25569.99999999999, "1970-01-01", None),
    ],
)  # fmt: skip
def test_a_number_shown_as_a_day_is_that_day_or_refused(desk, serial, since, reason):
    made, sheet = sheet_of(["Name", "Customer since"], ["Acme", serial])
    sheet["B2"].number_format = "yyyy-mm-dd"
    outcome = desk.take("accounts", saved(made))
    assert [reason in one.reason for one in outcome.rejected] == ([True] if reason else [])
    if not reason:
        assert desk.db.execute("SELECT customer_since FROM accounts").fetchone()[0] == since


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20T23:59:59.9999999", "2026-11-20"),
        ("2026-11-20 23:59:59.999999", "2026-11-20"),
        ("2026-11-20T23:59:59.999999Z", "2026-11-20"),
        ("2026-11-20T23:59:59-05:00", "2026-11-21"),
        ("2026-11-21T00:30:00+0200", "2026-11-20"),
        ("20 Nov 2026 23:59:59.999", "2026-11-20"),
        ("Nov 20, 2026, 11:59:59 PM", "2026-11-20"),
    ],
)  # fmt: skip
def test_a_moment_in_words_of_a_workbook_is_that_of_a_text_file(desk, text, day):
    for kind in (
        f'name,customer since\nAcme,"{text}"\n',
        saved(sheet_of(["Name", "Customer since"], ["Acme", text])[0]),
    ):
        assert desk.take("accounts", kind).rejected == []
        assert desk.db.execute("SELECT customer_since FROM accounts").fetchone()[0] == day
