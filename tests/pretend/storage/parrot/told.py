"""Which messages tell of a parrot: those of its feeding."""

TOLD = {"parrot": ("account_id = :id AND kind = 'parrot_feed'", "SELECT 1 FROM outbox WHERE kind = 'parrot_feed'")}
