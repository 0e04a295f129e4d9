"""Tables at a terminal: 80 columns, nothing cut, no empty columns."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.terminal.tables import WIDTH, table

WORDS = st.text("abcdefgh [b]/é日", min_size=1, max_size=60).map(str.strip).filter(bool)
NUMBERS = st.integers(1, 10**9).map("{:,}".format)


@given(st.lists(st.tuples(WORDS, WORDS, NUMBERS, NUMBERS), min_size=1, max_size=6))
def test_no_line_is_wider_than_80_and_nothing_is_lost(rows):
    lines = table(("Account", "Use case", "Opened", "Closed"), rows, words=2)
    assert all(len(line) <= WIDTH for line in lines)
    said = "".join("".join(lines).split())
    for row in rows:
        assert set("".join(row)) - set(" ") <= set(said)


def test_words_stand_to_the_left_and_numbers_to_the_right():
    assert table(("CSM", "Up", "Lapsed"), [("Maya", "1,200", "0"), ("Tom", "9", "-")]) == [
        "CSM      Up",
        "───────────",
        "Maya  1,200",
        "Tom       9",
    ]


def test_a_long_name_goes_on_in_the_next_line():
    lines = table(("Name", "Count"), [("x" * 100, "1,234,567")])
    assert sum(line.count("x") for line in lines) == 100
    assert "1,234,567" in lines[2]
