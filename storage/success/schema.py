"""What is kept of an account beside its team and renewal: where it started, what it bought for, how far it has come."""

# Days are entered by people or files, and beat what is worked out; `started_on` is where onboarding was begun by hand.
LIFE = """
ALTER TABLE accounts ADD COLUMN territory TEXT;
ALTER TABLE accounts ADD COLUMN tier TEXT;
ALTER TABLE accounts ADD COLUMN purchase_intent TEXT;      -- use cases, `; ` between them
ALTER TABLE accounts ADD COLUMN original_licences INTEGER CHECK (original_licences >= 0);
ALTER TABLE accounts ADD COLUMN started_on TEXT;
ALTER TABLE accounts ADD COLUMN started_known_at TEXT;
ALTER TABLE accounts ADD COLUMN engaged_on TEXT;
ALTER TABLE accounts ADD COLUMN first_value_on TEXT;
ALTER TABLE accounts ADD COLUMN onboarded_on TEXT;
ALTER TABLE accounts ADD COLUMN infrastructure_on TEXT;
ALTER TABLE accounts ADD COLUMN outcome_on TEXT;
ALTER TABLE accounts ADD COLUMN adopted_on TEXT;
ALTER TABLE accounts ADD COLUMN will_churn_on TEXT;        -- a manager said so on that day
ALTER TABLE accounts ADD COLUMN call_days INTEGER CHECK (call_days BETWEEN 0 AND 3660);
CREATE TRIGGER mark_life AFTER UPDATE OF started_on, engaged_on, first_value_on, onboarded_on, adopted_on,
    will_churn_on, call_days ON accounts WHEN new.look_at <> '' BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.id;
END;
"""

MIGRATIONS = ((18, LIFE),)
