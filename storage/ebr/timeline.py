"""What was noted of EBRs held, for an account's timeline."""

NOTES = """
SELECT id, account_id, NULL AS cta_id, updated_at AS at, held_on, by_id AS person_id, 'EBR' AS about, note AS text
FROM ebrs WHERE state = 'held' AND note IS NOT NULL AND note <> ''
"""
