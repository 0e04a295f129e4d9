"""What was noted on accounts as a whole, for the timeline (storage/account/notes.py)."""

NOTES = """
SELECT id, account_id, NULL AS cta_id, at, NULL AS held_on, person_id, '' AS about, text FROM account_notes
"""
