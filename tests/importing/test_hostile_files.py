"""Files that contradict themselves, or hold what nobody means: words, quickly, and never a traceback."""

import io
import random
import re
import zipfile

import pytest

from storage.base.errors import UserError
from tests.importing.test_workbooks import saved, sheet_of

DIGITS = "9" * 5000
"""More than Python itself reads as a number."""


def workbook():
    made, _ = sheet_of(
        ["Name", "Region", "ARR", "Renewal date"], ["A", "EMEA", 5, "2027-01-01"], ["B", None, 7.5, None]
    )
    return saved(made)


def with_parts(data, change):
    """The workbook with each part as `change(name, content)` has it; None leaves it out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return packed.getvalue()


def test_a_cell_that_names_a_text_that_is_not_there_is_damage(desk):
    """Seen failing: an IndexError of openpyxl's."""
    lost = rb'<c r="A2" t="s"><v>99999999</v></c>'
    data = with_parts(workbook(), lambda _, content: re.sub(rb'<c r="A2".*?</c>', lost, content, count=1))
    with pytest.raises(UserError, match="is damaged after row"):
        desk.take("accounts", data)


def test_whatever_is_changed_in_a_workbook_is_read_or_refused_in_words(desk):
    """Seen failing for an index beyond its table; the same bytes each time."""
    rng, good = random.Random(13), workbook()

    def flipped(_, content):
        changed = bytearray(content)
        for _ in range(rng.choice((0, 0, 1, 3))):
            changed[rng.randrange(len(changed))] = rng.choice(b'0123456789<>"/aAst=')
        return None if rng.random() < 0.03 else bytes(changed)

    outcomes = set()
    for number in range(200):
        if number % 2:
            data = bytearray(good)
            for _ in range(rng.randint(1, 6)):
                data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            desk.take("accounts", bytes(data) if number % 2 else with_parts(good, flipped))
            outcomes.add("read")
        except UserError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


def test_a_disk_that_fails_in_the_middle_of_a_file_is_said_in_words(desk):
    """Seen failing with a traceback: only opening had words. (Nothing can be read at the beginning of that file.)"""
    status, _, err = desk.run("import", "accounts", "/proc/self/mem")
    assert (status, "can't be read: Input/output error" in err) == (2, True)


def test_a_header_of_a_hundred_thousand_columns_is_refused_at_once(desk):
    """Seen failing: each column was compared with all others, for hours."""
    text = "name," + ",".join(f"c{number}" for number in range(100_000)) + "\nAcme\n"
    with pytest.raises(UserError, match="100,001 columns; a table has 16,384 at most"):
        desk.take("accounts", text.encode())


def test_sixteen_thousand_columns_that_mean_nothing_are_left_out(desk):
    text = "name," + ",".join(f"c{number}" for number in range(16_000)) + "\nAcme\n"
    desk.take("accounts", text.encode())
    assert [account["name"] for account in desk.export("accounts")] == ["Acme"]


REFERS = b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/>'
SWOLLEN = {
    "styles": ("xl/styles.xml", b"</fonts>", b"<font/>" * 100_000),
    "names": (
        "xl/workbook.xml",
        b"<calcPr",
        b"<definedNames>" + b'<definedName name="n"/>' * 100_000 + b"</definedNames>",
    ),
    "sheets": ("xl/workbook.xml", b"</sheets>", (b'<sheet name="s" sheetId="7"' + REFERS) * 1_001),
    "links": (
        "xl/_rels/workbook.xml.rels",
        b"</Relationships>",
        b'<Relationship Id="x" Type="y" Target="z"/>' * 100_000,
    ),
    "types": ("[Content_Types].xml", b"</Types>", b'<Override PartName="/x" ContentType="a"/>' * 100_000),
    "a long text": ("docProps/core.xml", b"</cp:coreProperties>", b" " * 20_000_000),
}


@pytest.mark.parametrize("what", SWOLLEN)
def test_what_is_no_cell_and_more_than_a_table_has_is_refused_before_it_is_built(desk, what):
    """Seen failing: a file of 1.4 MB took 46 seconds, at no byte of which it could be given up, and 750 MB."""
    part, before, more = SWOLLEN[what]
    noise = random.Random(1).randbytes(400_000).hex().encode()  # so that it does not pack as a bomb does

    def swollen(name, content):
        return content.replace(before, more + before) + b"<!--%s-->" % noise if name == part else content

    with pytest.raises(UserError, match=r"far more names, styles or links|more than 1,000 sheets"):
        desk.take("accounts", with_parts(workbook(), swollen))


@pytest.mark.parametrize("amount", [DIGITS, f"1.{DIGITS}", f"-{DIGITS}", f"{DIGITS} EUR", "1e999", "-inf"])
def test_an_amount_that_nobody_means_is_wrong_in_words(desk, amount):
    """Seen failing for thousands of digits: Python refuses to read them, with an error that is no Wrong."""
    outcome = desk.take("accounts", f"name,arr\nAcme,{amount}\n".encode())
    assert [(rejection.column, rejection.line) for rejection in outcome.rejected] == [("arr", 2)]
