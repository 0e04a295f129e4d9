"""What a manager's review finds of calls: those that are late (storage/account/findings.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.account.findings import TRIAGE, Finder, Finding
from storage.base.plurals import counted
from storage.base.switches import covered
from storage.call import store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.account.findings import Look


def _late(look: Look) -> Iterator[Finding]:
    some = [one for one in look.accounts if covered(look.policy, "calls", one.segment)]
    for one in store.late_among(look.db, look.policy, some, look.today):
        said = f"no call for {counted(one.days, 'day')}" if one.last_on else "no call yet"
        yield Finding(one.account, said)


FINDERS = (Finder(TRIAGE, "calls", _late),)
