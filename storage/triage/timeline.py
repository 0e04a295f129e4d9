"""What was said of accounts in trouble, for the one timeline of an account (storage/account/notes.py)."""

AREA = "health"
NOTES = """
SELECT triage_updates.id AS id, account_id, NULL AS cta_id, triage_updates.at AS at, given_on AS held_on,
    by_id AS person_id, 'Triage' AS about,
    coalesce(progress, '') || coalesce(' · next: ' || triage_updates.next_step, '') AS text
FROM triage_updates JOIN triages ON triages.id = triage_id
"""
