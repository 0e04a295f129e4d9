"""What is remembered, as plain records for spreadsheets and scripts: fields by name, people as e-mail.

Each function streams from one snapshot. Amounts are in currency units, days ISO, flags true or false.
Used by `export` in the terminal.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

from storage.importing.record import cents_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from sqlite3 import Connection, Row

    from storage.base.policy import Policy

Record = dict[str, Any]


def _address(alias: str) -> str:
    return f"coalesce({alias}.email, {alias}.slack_id, {alias}.name)"


_ACCOUNTS = f"""
SELECT accounts.name, crm_id, segment, arr_cents AS arr, renewal_on AS renewal_date, {_address("csm")} AS csm,
    {_address("ae")} AS ae, {_address("sa")} AS sa, {_address("pse")} AS pse, channel_id AS channel, customer_since,
    last_ebr_on AS last_ebr, ebr_cadence_months, crm_url, currency, csm.team AS team, accounts.region AS region,
    health, health_on, archived_at IS NOT NULL AS archived,
    CASE WHEN churned_on IS NOT NULL THEN 'churned' ELSE (
        SELECT outcome FROM renewals WHERE account_id = accounts.id ORDER BY id DESC LIMIT 1
    ) END AS outcome,
    csm.email AS csm_email, csm.slack_id AS csm_slack_id
FROM accounts
LEFT JOIN people AS csm ON csm.id = csm_id
LEFT JOIN people AS ae ON ae.id = ae_id
LEFT JOIN people AS sa ON sa.id = sa_id
LEFT JOIN people AS pse ON pse.id = pse_id
ORDER BY accounts.id
"""
CTA_NOTES = """(SELECT group_concat(text, char(10)) FROM (
        SELECT ctas.note AS text WHERE ctas.note IS NOT NULL
        UNION ALL SELECT closing_note WHERE closing_note IS NOT NULL
        UNION ALL SELECT text FROM (SELECT text FROM notes WHERE cta_id = ctas.id ORDER BY id)
    ))"""
"""All that was said about a CTA, in its order: at the opening, at the closing, in between."""
_CTAS = f"""
SELECT ctas.id, accounts.name AS account, playbook, use_case, motion, {_address("owner")} AS owner, status, reason,
    {CTA_NOTES} AS note, opened_on, closed_on, due_on, priority, success_plan = 'internal' AS internal,
    snoozed_until, revisit_on, linked_to, category, external_id
FROM ctas
JOIN accounts ON accounts.id = account_id
LEFT JOIN people AS owner ON owner.id = owner_id
ORDER BY ctas.id
"""
_REVIEWS = f"""
SELECT accounts.name AS account, crm_id, reviews.renewal_on AS renewal_date, offset_months, state, scheduled_at,
    held_on, reviews.health, reviews.outlook, next_step, skip_reason, {_address("people")} AS by
FROM reviews
JOIN accounts ON accounts.id = account_id
LEFT JOIN people ON people.id = by_id
ORDER BY reviews.id
"""
_EBRS = f"""
SELECT accounts.name AS account, crm_id, state, scheduled_at, held_on, note, {_address("people")} AS by
FROM ebrs
JOIN accounts ON accounts.id = account_id
LEFT JOIN people ON people.id = by_id
ORDER BY ebrs.id
"""
_AUDIT = "SELECT at, who, action, subject, before, after, source FROM audit ORDER BY id"
_PEOPLE = f"""
SELECT people.email, people.name, people.role, {_address("manager")} AS manager, people.team, people.region,
    people.slack_id, people.zone AS timezone, people.deactivated, people.guest, people.away_until
FROM people
LEFT JOIN people AS manager ON manager.id = people.manager_id
ORDER BY people.id
"""


def _account(row: Row, policy: Policy) -> Record:
    record = dict(row)
    team = policy.team_of(record.pop("csm_email"), record.pop("csm_slack_id"))
    record["team"] = team or record["team"]
    record["arr"] = None if record["arr"] is None else Amount(record["arr"])
    record["archived"] = bool(record["archived"])
    return record


def _cta(row: Row, policy: Policy) -> Record:  # noqa: ARG001 - one shape for all
    return {**dict(row), "internal": bool(row["internal"])}


def _entry(row: Row, policy: Policy) -> Record:  # noqa: ARG001 - one shape for all
    return {**dict(row), "before": json.loads(row["before"]), "after": json.loads(row["after"])}


def _person(row: Row, policy: Policy) -> Record:
    record = dict(row)
    record["team"] = policy.team_of(record["email"], record["slack_id"]) or record["team"]
    return {**record, "deactivated": bool(record["deactivated"]), "guest": bool(record["guest"])}


def _as_is(row: Row, policy: Policy) -> Record:  # noqa: ARG001 - one shape for all
    return dict(row)


_EXPORTS: dict[str, tuple[str, Callable[[Row, Policy], Record]]] = {
    "accounts": (_ACCOUNTS, _account),
    "ctas": (_CTAS, _cta),
    "reviews": (_REVIEWS, _as_is),
    "ebrs": (_EBRS, _as_is),
    "audit": (_AUDIT, _entry),
    "people": (_PEOPLE, _person),
}
EXPORTS = tuple(_EXPORTS)


class Amount(float):
    """An amount in currency units that writes itself with two decimals: 1234.50."""

    def __new__(cls, cents: int) -> Self:
        """Make it of cents."""
        made = super().__new__(cls, cents / 100)
        made.cents = cents
        return made

    cents: int

    def __str__(self) -> str:
        return cents_text(self.cents)


def records(db: Connection, what: str, policy: Policy) -> tuple[tuple[str, ...], Iterator[Record]]:
    """The fields of an export in their order, and its records. `what` is one of EXPORTS."""
    query, shape = _EXPORTS[what]
    rows = db.execute(query)
    hidden = {"csm_email", "csm_slack_id"}
    fields = tuple(column[0] for column in rows.description if column[0] not in hidden)
    return fields, (shape(row, policy) for row in rows)
