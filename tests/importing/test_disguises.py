"""What is no table says what it is and how to save it right; nothing is changed by it."""

import io
import zipfile

import pytest

from storage.base.errors import UserError

EXCEL_HTML = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body><table border="1">'
    "<tr><th>Account Name</th></tr><tr><td>Acme</td></tr></table></body></html>"
)
XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table><Row><Cell><Data>Account Name'
    "</Data></Cell></Row></Table></Worksheet></Workbook>"
)
SIGN_IN = (
    '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form><input type="password"></form></body></html>'
)


def zipped(*names):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as parts:
        for name in names or ("book.csv",):
            parts.writestr(name, "name\nAcme\n")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "words", "how"),
    [
        (EXCEL_HTML, "is a web page with a table in it, not a workbook", "save it as .xlsx"),
        (EXCEL_HTML.encode("utf-16"), "is a web page with a table", "save it as .xlsx"),
        ("\ufeff\r\n  <TABLE><tr><td>Name</td></tr></TABLE>", "is a web page", "save it as .xlsx"),
        (XML_2003, "is an XML spreadsheet of Excel 2003", "save it as .xlsx"),
        (XML_2003.encode("utf-16-le"), "is an XML spreadsheet of Excel 2003", "save it as .xlsx"),
        (SIGN_IN, "a sign-in page where the file should be", "Sign in"),
        ("<html><body><h1>502 Bad Gateway</h1></body></html>", "is a web page, not a workbook", "Download the export again"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related\n", "web page \\(MHTML\\)", "save it as .xlsx"),
        ('{"error": "invalid_session"}', "is JSON", "Download the export again"),
        ('[{"errorCode": "INVALID_SESSION_ID"}]', "is JSON", "Download the export again"),
        ("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "is XML", "Save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file", "save it as .xlsx"),
        (zipped("[Content_Types].xml", "word/document.xml"), "is a Word document", "Save it as CSV"),
        (zipped("mimetype", "content.xml"), "is an OpenDocument file", "save it as .xlsx"),
        (zipped("Index/Document.iwa"), "is a Numbers file", "Export it from Numbers"),
        (zipped("[Content_Types].xml", "xl/workbook.bin"), "is a binary workbook", "save it as .xlsx"),
        (b"PAR1\x15\x04", "is a Parquet file", "Save it as CSV"),
        (b"BZh91AY&SY", "is compressed", "Unpack it"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00\x00\x00", "old Excel file", "save it as .xlsx"),
        (b"%PDF-1.7", "is a PDF", "Save it as CSV"),
        (zipped(), "is a zip file", "Unpack it"),
        (b"\x1f\x8b\x08", "is compressed", "Unpack it"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_named(desk, data, words, how):
    with pytest.raises(UserError, match=words) as caught:
        desk.take("accounts", data)
    assert how in caught.value.hint
    assert desk.export("accounts") == []
