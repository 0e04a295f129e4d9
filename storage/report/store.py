"""Counts for reports and summaries: how many CTAs were opened and closed, and which ones they are.

Read by the terminal's `report`, `/playbooks` and the weekly summary. Counts come from the covering indexes
`ctas_opened` and `ctas_closed` alone; what is worked out from them stands in reminders/report/metrics.py.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from storage.account.lists import had_ebr
from storage.base.dialect import joined, lowered
from storage.base.errors import UserError
from storage.base.headlines import Period, headlines
from storage.ebr.coverage import by_segment
from storage.report.tally import Closings, Coverage, Scope, Tally

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection

    from storage.base.headlines import Headline
    from storage.base.policy import Policy
    from storage.base.quarters import Span
    from storage.ebr.coverage import SegmentCoverage

EVERYTHING = Scope()

# The conditions of the two indexes, word for word: only then does SQLite take them.
CLOSED = "reported = 1 AND status IN ('closed_success', 'closed_no_success')"
_DAYS = joined("CAST(closed_day - opened_day AS TEXT)")
OPENED = "reported = 1 AND status <> 'withdrawn'"


def tally(db: Connection, span: Span, scope: Scope = EVERYTHING) -> Tally:
    """What was opened and closed in `span`. Withdrawn CTAs and retired playbooks count nowhere."""
    return Tally(_opened(db, span, scope), _closed(db, span, scope))


def _opened(db: Connection, span: Span, scope: Scope) -> dict[tuple[str, str], int]:
    condition, values = ctas_in(scope)
    rows = db.execute(
        "SELECT motion, use_case, count(*) FROM ctas"
        f" WHERE {OPENED} AND opened_day BETWEEN ? AND ?{condition}"
        " GROUP BY opened_day, motion, use_case",
        (span.first.toordinal(), span.last.toordinal(), *values),
    )
    counts: Counter[tuple[str, str]] = Counter()
    for motion, use_case, count in rows:
        counts[motion, use_case] += count
    return dict(counts)


def _closed(db: Connection, span: Span, scope: Scope) -> tuple[Closings, ...]:
    condition, values = ctas_in(scope)
    # Grouped in the order of the index, so that SQLite sorts nothing; a group's days come as one text and are
    # counted here. Over a million closings that takes a quarter of the time of grouping by days in SQL.
    rows = db.execute(
        f"SELECT motion, use_case, status, reason, {_DAYS} FROM ctas"
        f" WHERE {CLOSED} AND closed_day BETWEEN ? AND ?{condition}"
        " GROUP BY closed_day, motion, use_case, status, reason",
        (span.first.toordinal(), span.last.toordinal(), *values),
    )
    texts: dict[tuple[str, str, str, str | None], list[str]] = {}
    for motion, use_case, status, reason, days in rows:
        texts.setdefault((motion, use_case, status, reason), []).append(days)
    return tuple(Closings(*key, _histogram(parts)) for key, parts in texts.items())


def _histogram(parts: list[str]) -> Counter[int]:
    counted = Counter(",".join(parts).split(","))
    return Counter({int(days): count for days, count in counted.items()})


def ebr_coverage(db: Connection, today: date, scope: Scope = EVERYTHING) -> Coverage:
    """Active accounts with an EBR held after today minus 12 months, not after today, of all active ones."""
    condition, values = accounts_in(scope)
    had_one, days = had_ebr(today)
    held, accounts = db.execute(
        f"SELECT count(*) FILTER (WHERE {had_one}), count(*)"
        f" FROM accounts WHERE archived_at IS NULL AND churned_on IS NULL{condition}",
        (*days, *values),
    ).fetchone()
    return Coverage(held, accounts)


def coverage_by_segment(
    db: Connection, policy: Policy, today: date, scope: Scope = EVERYTHING
) -> tuple[SegmentCoverage, ...]:
    """The same of each segment that has a target of its own."""
    condition, values = accounts_in(scope)
    return by_segment(db, policy, today, f"1 = 1{condition}", values)


def areas(
    db: Connection, policy: Policy, span: Span, today: date, scope: Scope = EVERYTHING, *, is_running: bool
) -> tuple[Headline, ...]:
    """The lines of the areas that are on and have something to say; none where one use case is asked about."""
    if scope.use_case is not None:
        return ()
    condition, values = accounts_in(scope)
    return headlines(
        db,
        policy,
        Period(
            span.first,
            min(span.last, today),
            today,
            is_running=is_running,
            where=f"1 = 1{condition}",
            values=tuple(values),
            whole=scope == EVERYTHING,
        ),
    )


def scope(
    db: Connection, policy: Policy, *, team: str = "", region: str = "", manager: str = "", use_case: str = ""
) -> Scope:
    """The scope of names as people write them, case ignored; empty ones stand for all.

    A CTA belongs to the team of its owner: the policy's, else the one of the people import. `manager` (an
    e-mail or Slack id) stands for that manager's own CSMs. Raises UserError for an unknown team or use case.
    """
    return Scope(
        use_case=_known_use_case(db, policy, use_case) if use_case else None,
        owners=_owners(db, policy, team, manager) if team or manager else None,
        region=region or None,
    )


def teams(db: Connection, policy: Policy) -> dict[str, tuple[int, ...]]:
    """The people of each team, by the team's name: the policy's team first, else the people import's."""
    members: dict[str, list[int]] = {name: [] for name in policy.teams}
    for row in db.execute("SELECT id, email, slack_id, team FROM people ORDER BY id"):
        name = policy.team_of(row["email"], row["slack_id"]) or row["team"]
        if name:
            members.setdefault(name, []).append(row["id"])
    return {name: tuple(members[name]) for name in sorted(members, key=str.casefold)}


def _owners(db: Connection, policy: Policy, team: str, manager: str) -> tuple[int, ...]:
    by_team = teams(db, policy)
    found: set[int] | None = None
    if team:
        named = [members for name, members in by_team.items() if name.casefold() == team.strip().casefold()]
        if not named:
            known = ", ".join(by_team) or "none yet: name some in the policy or import people"
            raise UserError(f"No team is called '{team}'.", f"Teams: {known}.")
        found = {person for members in named for person in members}
    if manager:
        led = _led_by(db, policy, by_team, manager.strip().casefold())
        found = led if found is None else found & led
    return tuple(sorted(found or ()))


def _led_by(db: Connection, policy: Policy, by_team: dict[str, tuple[int, ...]], manager: str) -> set[int]:
    rows = db.execute(
        "SELECT people.id FROM people JOIN people AS m ON m.id = people.manager_id"
        " WHERE m.email = ? OR lower(m.slack_id) = ?",
        (manager, manager),
    )
    led = {row[0] for row in rows}
    for name, part in policy.teams.items():
        if part.manager.casefold() == manager:
            led.update(by_team.get(name, ()))
    return led


def _known_use_case(db: Connection, policy: Policy, text: str) -> str:
    wanted = text.strip()
    for name in policy.use_cases:
        if name.casefold() == wanted.casefold():
            return name
    query = "SELECT use_case FROM ctas WHERE lower(use_case) = ? LIMIT 1"
    row = db.execute(query, (lowered(wanted),)).fetchone()
    if row is None:
        known = ", ".join(policy.use_cases)
        raise UserError(f"No CTA has the use case '{wanted}'.", f"The policy's use cases: {known}.")
    return str(row[0])


def ctas_in(scope: Scope) -> tuple[str, list[str]]:
    """The SQL condition (with its leading AND) for the CTAs of a scope, and its values."""
    # The plus, and coalesce, keep SQLite on the index of days, in its order, which holds owner and account too.
    condition, values = "", []
    if scope.use_case is not None:
        condition += " AND coalesce(ctas.use_case, '') = ?"
        values.append(scope.use_case)
    if scope.owners is not None:
        condition += " AND +ctas.owner_id IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(scope.owners))
    if scope.region is not None:
        condition += f" AND +ctas.account_id IN (SELECT accounts.id FROM accounts WHERE {_IN_REGION})"
        values.append(lowered(scope.region))
    return condition, values


def accounts_in(scope: Scope) -> tuple[str, list[str]]:
    """The SQL condition (with its leading AND) for the accounts of a scope, and its values."""
    condition, values = "", []
    if scope.owners is not None:
        condition += " AND accounts.csm_id IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(scope.owners))
    if scope.region is not None:
        condition += f" AND {_IN_REGION}"
        values.append(lowered(scope.region))
    return condition, values


# The account's region; where it has none, its CSM's.
_IN_REGION = (
    "lower(coalesce(accounts.region, (SELECT people.region FROM people WHERE people.id = accounts.csm_id))) = ?"
)
