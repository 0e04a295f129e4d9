"""What was said of escalations, for the one timeline of an account (storage/account/notes.py)."""

AREA = "escalations"
NOTES = """
SELECT escalation_updates.id AS id, account_id, NULL AS cta_id, escalation_updates.at AS at, given_on AS held_on,
    by_id AS person_id, 'Escalation' AS about,
    coalesce(progress, '') || coalesce(' · next: ' || escalation_updates.next_step, '') AS text
FROM escalation_updates JOIN escalations ON escalations.id = escalation_id
"""
