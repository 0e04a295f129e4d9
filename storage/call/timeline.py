"""What was noted of calls, for the one timeline of an account (storage/account/notes.py)."""

AREA = "calls"
NOTES = """
SELECT id, account_id, NULL AS cta_id, at, held_on, by_id AS person_id,
    upper(substr(kind, 1, 1)) || substr(kind, 2) || coalesce(': ' || use_case, '') AS about,
    coalesce(note, '') || CASE WHEN next_step IS NULL THEN ''
        WHEN note IS NULL THEN 'next: ' || next_step ELSE ' · next: ' || next_step END AS text
FROM calls WHERE note IS NOT NULL OR next_step IS NOT NULL
"""
