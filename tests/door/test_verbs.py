"""The sub-command that a mistyped word was meant to be."""

import pytest

from handlers.door.verbs import meant_verb

VERBS = ("escalate", "escalations", "call", "health", "list", "reopen")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("cal", "call"),
        ("esc", "escalate"),
        ("helth", "health"),
        ("reop", "reopen"),
        ("escalat", "escalate"),
        ("qqq", ""),
    ],
)
def test_whose_beginning_it_is_comes_before_who_holds_it(said, meant):
    assert meant_verb(said, VERBS) == meant
