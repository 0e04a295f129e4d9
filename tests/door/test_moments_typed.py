"""A day and a time as a command's last words: what can't be is told by what is wrong with it."""

import pytest


@pytest.mark.parametrize("command", ["/renewals schedule Acme", "/ebr schedule Acme", "/success meeting @alex"])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("28 Mar 2027 2:30", "The clocks go forward on 28 March 2027: there is no 02:30"),
        ("3 Dec at 5", "can be 5am or 5pm"),
    ],
)
def test_a_time_that_can_not_be_is_said_to_be_that(make_book, command, words, said):
    """Seen failing: the words were said to be no day."""
    book = make_book("sales", timezone="Europe/Berlin")
    book.person("maya").set(tz="Europe/Berlin")
    assert said in book.as_("maya").command(f"{command} {words}").text
