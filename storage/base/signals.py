"""Something about an account that does not go well with a green health; nouns hand theirs in (`signals.py`).

A noun's `signals.py` has AREA (None: of none) and `signals(db, policy, account_ids, today)`, by account; with
`looked_after(db, account_ids)` it names accounts whose health nobody asks for, since somebody sees to them already.
"""

from __future__ import annotations

from typing import NamedTuple


class Signal(NamedTuple):
    """One signal: `what` names it, `detail` is a few words, such as how many days."""

    what: str
    detail: str = ""
