"""Files that are no table, whatever they are called: a web page, an old workbook, a picture, an error.

Each is named for what it is, with how to save it right. Called by `files` before it reads anything.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.importing.reading.table import Opener

SAVE_AS = "Save it as CSV (UTF-8) or as .xlsx and import that."
_OPEN = "Open it in Excel or LibreOffice, save it as .xlsx (File, Save as) and import that."
_OLD = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OPENED = "Open it, take its password off (Excel: File, Info, Protect Workbook), save it as .xlsx and import that."
_BINARIES = (
    (b"%PDF", "is a PDF, not a workbook", SAVE_AS),
    (_OLD, "is an old Excel file (.xls)", _OPEN),
    (b"\x09\x08\x10\x00\x00\x06\x05\x00", "is an old Excel file (.xls)", _OPEN),
    (b"\x09\x08", "is an old Excel file (.xls)", _OPEN),
    (b"\x09\x04\x06\x00", "is an old Excel file (.xls)", _OPEN),
    (b"\x09\x02\x06\x00", "is an old Excel file (.xls)", _OPEN),
    (b"\x89PNG", "is a picture", SAVE_AS),
    (b"GIF8", "is a picture", SAVE_AS),
    (b"\xff\xd8\xff", "is a picture", SAVE_AS),
    (b"\x1f\x8b", "is compressed", "Unpack it and import the CSV or .xlsx inside."),
    (b"7z\xbc\xaf\x27\x1c", "is compressed", "Unpack it and import the CSV or .xlsx inside."),
    (b"Rar!", "is compressed", "Unpack it and import the CSV or .xlsx inside."),
    (b"SQLite format 3", "is a database", SAVE_AS),
    (b"{\\rtf", "is a text document (RTF)", SAVE_AS),
    (b"PAR1", "is a Parquet file", SAVE_AS),
    (b"Obj\x01", "is an Avro file", SAVE_AS),
    (b"BZh", "is compressed", "Unpack it and import the CSV or .xlsx inside."),
    (b"\xfd7zXZ", "is compressed", "Unpack it and import the CSV or .xlsx inside."),
    (b"\x28\xb5\x2f\xfd", "is compressed", "Unpack it and import the CSV or .xlsx inside."),
)
_ZIPPED = (
    ("word/", "is a Word document, not a workbook", SAVE_AS),
    ("ppt/", "is a PowerPoint presentation, not a workbook", SAVE_AS),
    ("Index.zip", "is a Numbers file", "Export it from Numbers as CSV or Excel (.xlsx) and import that."),
    ("Index/", "is a Numbers file", "Export it from Numbers as CSV or Excel (.xlsx) and import that."),
    ("content.xml", "is an OpenDocument file", _OPEN),
    ("xl/workbook.bin", "is a binary workbook (.xlsb)", _OPEN),
)
"""By a part that only such a file has."""
_SIGN_IN = re.compile(r'type=["\']?password|sign.?in|log.?in|anmelden|saml|sso\b|oauth', re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|script|div|title|style)\b", re.IGNORECASE)
_MHTML = re.compile(r"^(?:mime-version:|content-type:\s*multipart/related|from: <saved by)", re.IGNORECASE)
_JSON = re.compile(r'\{\s*(?:"[^"]*"\s*:|\})|\[\s*(?:\{|\])')


def refuse(start: bytes, name: str, opener: Opener) -> None:
    """Raise UserError, saying what the file is, if its first bytes show that it is no table."""
    if start.startswith(_OLD) and _holds(opener, _ENCRYPTED):
        raise UserError(f"{name} has a password.", _OPENED)
    for magic, what, how in _BINARIES:
        if start.startswith(magic):
            raise UserError(f"{name} {what}.", how)
    text = _text(start).lstrip("\ufeff \t\r\n")
    if _MHTML.match(text):
        raise UserError(f"{name} is a web page (MHTML) that calls itself a workbook.", _OPEN)
    if text.startswith("<"):
        raise UserError(*_marked_up(text, name))
    if _JSON.match(text):
        raise UserError(
            f"{name} is JSON, not a table: often the error of a server where the file should be.",
            "Download the export again, as CSV or .xlsx.",
        )


def refuse_zipped(parts: Sequence[str], name: str) -> None:
    """Raise UserError, saying what a zip file with such parts is, if it is no workbook."""
    for part, what, how in _ZIPPED:
        if any(one.startswith(part) for one in parts):
            raise UserError(f"{name} {what}.", how)
    if "[Content_Types].xml" not in parts:
        raise UserError(f"{name} is a zip file.", "Unpack it and import the CSV or .xlsx inside.")


def _holds(opener: Opener, what: bytes) -> bool:
    """Whether these bytes stand in the file anywhere."""
    rest = b""
    with opener() as stream:
        while chunk := stream.read(1 << 20):
            if what in rest + chunk:
                return True
            rest = chunk[-len(what) :]
    return False


def _marked_up(text: str, name: str) -> tuple[str, str]:
    """What a file that begins with `<` is, and what to do."""
    if "urn:schemas-microsoft-com:office:spreadsheet" in text:
        return f"{name} is an XML spreadsheet of Excel 2003, not a workbook of today.", _OPEN
    if _HTML.search(text):
        if "<table" in text.lower() or "urn:schemas-microsoft-com:office:excel" in text:
            return f"{name} is a web page with a table in it, not a workbook.", _OPEN
        if _SIGN_IN.search(text):
            return (
                f"{name} is a web page, not a workbook: a sign-in page where the file should be.",
                "Sign in, download the export again, and import that.",
            )
        return f"{name} is a web page, not a workbook.", "Download the export again, as CSV or .xlsx."
    if text.startswith("<?xml") or re.match(r"<[a-z][\w:.-]*[\s/>]", text, re.IGNORECASE):
        return f"{name} is XML, not a table: often the error of a server where the file should be.", SAVE_AS
    return f"{name} begins with '<': it is no table.", SAVE_AS


def _text(start: bytes) -> str:
    """The first bytes as text, as well as it goes: markup is ASCII in any encoding."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return start.decode("utf-16", "ignore")
    if start.count(0) > len(start) // 4:
        return start.decode("utf-16-le" if start[1:2] == b"\0" else "utf-16-be", "ignore")
    return start.decode("utf-8", "replace")
