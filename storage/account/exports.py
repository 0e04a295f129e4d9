"""Accounts as plain records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.exports import Amount, Export, Record, address_of

if TYPE_CHECKING:
    from datetime import date
    from sqlite3 import Connection, Row

    from storage.base.policy import Policy

_ACCOUNTS = f"""
SELECT accounts.name, crm_id, segment, arr_cents AS arr, renewal_on AS renewal_date, {address_of("csm")} AS csm,
    {address_of("ae")} AS ae, {address_of("sa")} AS sa, {address_of("pse")} AS pse, channel_id AS channel,
    customer_since, last_ebr_on AS last_ebr, ebr_cadence_months, crm_url, currency, csm.team AS team,
    accounts.region AS region, health, health_on, archived_at IS NOT NULL AS archived,
    CASE WHEN churned_on <= :today THEN 'churned' WHEN churned_on > :today THEN 'leaving'
        WHEN archived_at IS NULL AND accounts.renewal_on < :today AND NOT EXISTS (
            SELECT 1 FROM signings WHERE signings.account_id = accounts.id
                AND signings.renewal_on = accounts.renewal_on AND sign_by >= :today
        ) THEN 'lapsed'
        ELSE coalesce((
            SELECT outcome FROM renewals WHERE account_id = accounts.id AND undone_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM account_returns AS back WHERE back.account_id = accounts.id
                    AND back.undone_at IS NULL AND back.at >= renewals.decided_at
            ) ORDER BY id DESC LIMIT 1
        ), '') END AS outcome,
    notice_days, auto_renews, expected_cents AS expected_arr, outlook,
    csm.email AS csm_email, csm.slack_id AS csm_slack_id
FROM accounts
LEFT JOIN people AS csm ON csm.id = csm_id
LEFT JOIN people AS ae ON ae.id = ae_id
LEFT JOIN people AS sa ON sa.id = sa_id
LEFT JOIN people AS pse ON pse.id = pse_id
"""


def _account(row: Row, policy: Policy) -> Record:
    record = dict(row)
    team = policy.team_of(record.pop("csm_email"), record.pop("csm_slack_id"))
    record["team"] = team or record["team"]
    record["arr"] = None if record["arr"] is None else Amount(record["arr"])
    record["expected_arr"] = None if record["expected_arr"] is None else Amount(record["expected_arr"])
    record["archived"] = bool(record["archived"])
    record["auto_renews"] = None if record["auto_renews"] is None else bool(record["auto_renews"])
    return record


def record_of(db: Connection, policy: Policy, account_id: int, today: date) -> Record | None:
    """One account as its export has it; None for one that is gone."""
    named = {"today": today.isoformat(), "id": account_id}
    row = db.execute(f"{_ACCOUNTS} WHERE accounts.id = :id", named).fetchone()
    return _account(row, policy) if row else None


EXPORTS = {"accounts": Export(f"{_ACCOUNTS} ORDER BY accounts.id", _account)}
