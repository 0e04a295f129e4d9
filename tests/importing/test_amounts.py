"""Amounts with one mark before three digits: settled by file or policy, else asked about once a column."""

import pytest

from storage import importing as imports


def arrs(desk):
    return [float(account["arr"]) for account in desk.export("accounts")]


def book(*cells):
    return "Name,ARR\n" + "".join(f'A{n},"{cell}"\n' for n, cell in enumerate(cells))


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (("$504,000", "1,234,567"), [504_000, 1_234_567]),
        (("$504,000", "18,000.50"), [504_000, 18_000.5]),
        (("504.000", "1.234,50"), [504_000, 1234.5]),
        (("504.000", "12.5"), [504, 12.5]),
        (("504,000", "0,5"), [504, 0.5]),
    ],
)
def test_one_cell_settles_its_column_wherever_it_stands(desk, cells, read):
    for order in (cells, cells[::-1]):
        outcome = desk.take("accounts", book(*order))
        assert (outcome.questions, outcome.rejected) == ([], [])
    assert arrs(desk) == read[::-1]


@pytest.mark.parametrize(("mark", "read"), [(".", 504_000), (",", 504)])
def test_the_policy_settles_it(desk, mark, read):
    desk.policy(decimal_mark=mark)
    assert desk.take("accounts", book("$504,000", "18,000")).questions == []
    assert arrs(desk)[0] == read


def test_cells_that_disagree_settle_nothing_and_what_is_plain_is_not_asked_about(desk):
    outcome = desk.take("accounts", book("504,000", "1,234.50", "1.234,50", "12"))
    (asked,) = outcome.questions
    assert (asked.title, asked.lines, asked.of) == ("ARR", 1, "amounts")
    assert [tuple(reading) for reading in asked.readings] == [
        (".", 1, "504,000", "504000.00"),
        (",", 1, "504,000", "504.00"),
    ]


def test_what_fits_one_reading_is_asked_with_that_one(desk):
    (asked,) = desk.take("accounts", book("$504,512", "18,000")).questions
    assert [reading.said for reading in asked.readings] == ["."]


def test_the_example_is_one_that_tells_the_readings_apart(desk):
    (asked,) = desk.take("accounts", book("504,512", "18,000", "19,251")).questions
    assert [(reading.said, reading.example) for reading in asked.readings] == [(".", "18,000")]
    (asked,) = desk.take("accounts", book("504,512", "18,000", "19.251")).questions
    assert [(r.said, r.fits, r.example) for r in asked.readings] == [(".", 2, "18,000"), (",", 2, "18,000")]


def test_a_lone_one_is_rejected_with_both_readings_and_the_terminal_says_how_to_go_on(desk):
    status, _, said = desk.run("import", "accounts", desk.file(book("1,000")))
    assert status == 1
    assert "line 2, column ARR: '1,000' can be read as 1000 or as 1.000" in said
    assert (
        "ARR can be read in 2 ways in 1 line: --decimal-mark . reads 1,000 as 1000.00;"
        " --decimal-mark , reads 1,000 as 1.00." in said
    )


def test_many_are_one_line_and_one_question(desk):
    path = desk.file(book(*(f"${n + 100},000" for n in range(60)), "-5"))
    status, _, said = desk.run("import", "accounts", path)
    assert status == 1
    assert said.count("can be read as") == 1
    assert "… and 59 more" in said
    assert "line 62, column ARR: '-5' is negative" in said
    assert len(path.with_name("file.rejects.csv").read_text().splitlines()) == 62
    path = desk.file(book(*(f"${n + 100},000" for n in range(60))))
    status, _, said = desk.run("import", "accounts", path, "--decimal-mark", ".")
    assert (status, arrs(desk)[0]) == (0, 100_000)


def test_what_is_always_so_is_remembered_unless_the_file_says_otherwise_and_asked_where_it_does_not_fit(desk):
    with desk.unit() as unit:
        imports.remember_amounts(unit, "accounts", "arr", ",")
    desk.take("accounts", book("504,000"))
    assert arrs(desk) == [504]
    desk.take("accounts", book("504,000", "1,234,567"))
    assert arrs(desk)[0] == 504_000
    (asked,) = desk.take("accounts", book("504,512")).questions
    assert [reading.said for reading in asked.readings] == ["."]
