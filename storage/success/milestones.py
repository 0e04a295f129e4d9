"""Milestones that follow from checklists: ticks of the kick-off and the infrastructure, the closing day; handed in.

A noun's `milestones.py` has PLACE (the smaller goes first) and `derive(db, starts)`: by account the milestones that it
knows, with day and source; FIRST_SEEN, whether it is the first of what is kept, which for a customer of old is not the
first that there was. `starts` are the starts of the accounts, and whether onboarding was begun by hand.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.base.moments import maybe_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from sqlite3 import Connection

    Derived = dict[int, dict[str, tuple[date, str]]]

PLACE = 10
FIRST_SEEN = False
SOURCES = {"engaged": "the kick-off", "infrastructure_ready": "its task"}
ONBOARDING = "Onboarding: "
"""How the names of checklists of onboarding begin."""


def derive(db: Connection, starts: Mapping[int, tuple[date, bool]]) -> Derived:
    """What the checklists of these accounts' current start say."""
    found: Derived = {}
    among = json.dumps(list(starts))
    ticked = db.execute(
        "SELECT ctas.account_id, tasks.sets, min(tasks.done_on), ctas.anchor_on FROM ctas"
        " JOIN tasks ON tasks.cta_id = ctas.id WHERE ctas.account_id IN (SELECT value FROM json_each(?))"
        " AND ctas.anchor = 'started' AND ctas.status <> 'withdrawn' AND tasks.sets IS NOT NULL"
        " AND tasks.state = 'done' GROUP BY ctas.account_id, tasks.sets, ctas.anchor_on",
        (among,),
    )
    for account_id, milestone, done_on, anchor_on in ticked:
        day = maybe_day(done_on)
        if day and starts[account_id][0].isoformat() == anchor_on:
            found.setdefault(account_id, {})[milestone] = (day, SOURCES.get(milestone, "its task"))
    closed = db.execute(
        "SELECT account_id, min(closed_on), anchor_on FROM ctas WHERE account_id IN (SELECT value FROM json_each(?))"
        " AND anchor = 'started' AND status = 'closed_success' AND playbook LIKE ? GROUP BY account_id, anchor_on",
        (among, f"{ONBOARDING}%"),
    )
    for account_id, closed_on, anchor_on in closed:
        day = maybe_day(closed_on)
        if day and starts[account_id][0].isoformat() == anchor_on:
            found.setdefault(account_id, {})["onboarded"] = (day, "the checklist")
    return found
