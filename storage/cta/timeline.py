"""What was noted on CTAs, for an account's timeline: when they were opened, and later; a snooze's reason is a note."""

NOTES = """
SELECT notes.id, ctas.account_id, notes.cta_id, notes.at, NULL AS held_on, notes.person_id, ctas.playbook AS about,
    notes.text
FROM notes JOIN ctas ON ctas.id = notes.cta_id WHERE ctas.status <> 'withdrawn'
UNION ALL
SELECT 0 AS id, ctas.account_id, ctas.id AS cta_id, ctas.known_at AS at, ctas.opened_on AS held_on,
    (SELECT person_id FROM audit WHERE subject = 'cta:' || ctas.id AND action = 'cta.open' LIMIT 1) AS person_id,
    ctas.playbook AS about, ctas.note AS text
FROM ctas WHERE ctas.note IS NOT NULL AND ctas.note <> '' AND ctas.status <> 'withdrawn'
"""
