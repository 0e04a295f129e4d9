"""What a manager's review finds of CTAs: those that are open for very long (storage/account/findings.py)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.account.findings import PLANS, Finder, Finding
from storage.base.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.account.findings import Look


def _old(look: Look) -> Iterator[Finding]:
    """CTAs open over so many days; a checklist is never late as a whole."""
    known = {account.id: account for account in look.accounts}
    rows = look.db.execute(
        "SELECT account_id, count(*), min(opened_on) FROM ctas WHERE status IN ('new', 'work_in_progress')"
        " AND anchor IS NULL AND opened_on < ? AND account_id IN (SELECT value FROM json_each(?))"
        " GROUP BY account_id ORDER BY min(opened_on), account_id",
        ((look.today - timedelta(days=look.old_cta_days)).isoformat(), json.dumps(list(known))),
    )
    for account_id, number, opened_on in rows:
        days = (look.today - date.fromisoformat(opened_on)).days
        yield Finding(known[account_id], f"{counted(number, 'CTA')} open for long, up to {counted(days, 'day')}")


FINDERS = (Finder(PLANS, None, _old),)
