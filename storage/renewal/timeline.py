"""What was agreed in renewal reviews, for an account's timeline."""

NOTES = """
SELECT id, account_id, NULL AS cta_id, updated_at AS at, held_on, by_id AS person_id,
    offset_months || '-month review' AS about, next_step AS text
FROM reviews WHERE state = 'held' AND next_step IS NOT NULL AND next_step <> ''
"""
