"""What every noun is kept with: the database, the audit, the outbox, the policy. It knows no noun."""
