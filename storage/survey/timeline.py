"""What customers said with their answers, for the one timeline of an account (storage/account/notes.py)."""

AREA = "surveys"
NOTES = """
SELECT id, account_id, NULL AS cta_id, at, answered_on AS held_on, by_id AS person_id,
    upper(kind) || ' ' || score AS about, comment AS text
FROM survey_answers WHERE comment IS NOT NULL
"""
