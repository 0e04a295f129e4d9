"""Which messages tell of a meeting of an account team: the month's rounds to its CSM; and of a reminder: its own."""

from __future__ import annotations

_CSM = "SELECT 'person:' || csm_id FROM team_meetings WHERE team_meetings.id = :id"
_TELLS = f"kind = 'team_meeting' AND destination = ({_CSM})"
_IS_TOLD = f"SELECT 1 FROM outbox WHERE {_TELLS} AND :subject <> '' LIMIT 1"
_ITSELF = "id = :id AND kind IN ('sales_daily', 'sales_weekly')"
TOLD = {
    "team_meeting": (_TELLS, _IS_TOLD),
    "routine": (_ITSELF, f"SELECT 1 FROM outbox WHERE {_ITSELF} AND :subject <> ''"),
}
