"""The migration that holds days and choices to what can be meant, whatever writes them."""

from __future__ import annotations

# SQLite adds no CHECK to a table that stands. What an older bot wrote may stay, and be written again as it is.
# A day is one of the calendar, between 1970 and 2199, as every form and file is held to (`moments.YEARS`).
PLAUSIBLE = """
CREATE TRIGGER plausible_people_made BEFORE INSERT ON people BEGIN
    SELECT RAISE(ABORT, 'people: a day that can not be meant') FROM (
        SELECT new.away_until AS now)
        WHERE coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31';
END;
CREATE TRIGGER plausible_people_changed BEFORE UPDATE OF away_until ON people BEGIN
    SELECT RAISE(ABORT, 'people: a day that can not be meant') FROM (
        SELECT new.away_until AS now, old.away_until AS was)
        WHERE now IS NOT was AND (coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31');
END;
CREATE TRIGGER plausible_accounts_made BEFORE INSERT ON accounts BEGIN
    SELECT RAISE(ABORT, 'accounts: a day that can not be meant') FROM (
        SELECT new.renewal_on AS now UNION ALL SELECT new.customer_since UNION ALL SELECT new.last_ebr_on UNION ALL
            SELECT new.churned_on UNION ALL SELECT new.health_on)
        WHERE coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31';
    SELECT RAISE(ABORT, 'accounts.health: no such choice')
        WHERE new.health NOT IN ('green', 'yellow', 'red');
    SELECT RAISE(ABORT, 'accounts.outlook: no such choice')
        WHERE new.outlook NOT IN ('renew', 'at_risk', 'churn');
    SELECT RAISE(ABORT, 'accounts.ebr_cadence_months: no such choice')
        WHERE new.ebr_cadence_months NOT BETWEEN 1 AND 60;
END;
CREATE TRIGGER plausible_accounts_changed BEFORE UPDATE OF renewal_on, customer_since, last_ebr_on, churned_on,
    health_on, health, outlook, ebr_cadence_months ON accounts BEGIN
    SELECT RAISE(ABORT, 'accounts: a day that can not be meant') FROM (
        SELECT new.renewal_on AS now, old.renewal_on AS was UNION ALL SELECT new.customer_since, old.customer_since
            UNION ALL SELECT new.last_ebr_on, old.last_ebr_on UNION ALL SELECT new.churned_on, old.churned_on UNION
            ALL SELECT new.health_on, old.health_on)
        WHERE now IS NOT was AND (coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31');
    SELECT RAISE(ABORT, 'accounts.health: no such choice')
        WHERE new.health IS NOT old.health AND new.health NOT IN ('green', 'yellow', 'red');
    SELECT RAISE(ABORT, 'accounts.outlook: no such choice')
        WHERE new.outlook IS NOT old.outlook AND new.outlook NOT IN ('renew', 'at_risk', 'churn');
    SELECT RAISE(ABORT, 'accounts.ebr_cadence_months: no such choice')
        WHERE new.ebr_cadence_months IS NOT old.ebr_cadence_months AND new.ebr_cadence_months NOT BETWEEN 1 AND 60;
END;
CREATE TRIGGER plausible_ctas_made BEFORE INSERT ON ctas BEGIN
    SELECT RAISE(ABORT, 'ctas: a day that can not be meant') FROM (
        SELECT new.opened_on AS now UNION ALL SELECT new.due_on UNION ALL SELECT new.closed_on UNION ALL SELECT
            new.revisit_on UNION ALL SELECT new.snoozed_until UNION ALL SELECT new.touched_on)
        WHERE coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31';
    SELECT RAISE(ABORT, 'ctas.priority: no such choice')
        WHERE new.priority NOT IN ('high', 'medium', 'low');
    SELECT RAISE(ABORT, 'ctas.success_plan: no such choice')
        WHERE new.success_plan NOT IN ('roi', 'internal');
END;
CREATE TRIGGER plausible_ctas_changed BEFORE UPDATE OF opened_on, due_on, closed_on, revisit_on, snoozed_until,
    touched_on, priority, success_plan ON ctas BEGIN
    SELECT RAISE(ABORT, 'ctas: a day that can not be meant') FROM (
        SELECT new.opened_on AS now, old.opened_on AS was UNION ALL SELECT new.due_on, old.due_on UNION ALL SELECT
            new.closed_on, old.closed_on UNION ALL SELECT new.revisit_on, old.revisit_on UNION ALL SELECT
            new.snoozed_until, old.snoozed_until UNION ALL SELECT new.touched_on, old.touched_on)
        WHERE now IS NOT was AND (coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31');
    SELECT RAISE(ABORT, 'ctas.priority: no such choice')
        WHERE new.priority IS NOT old.priority AND new.priority NOT IN ('high', 'medium', 'low');
    SELECT RAISE(ABORT, 'ctas.success_plan: no such choice')
        WHERE new.success_plan IS NOT old.success_plan AND new.success_plan NOT IN ('roi', 'internal');
END;
CREATE TRIGGER plausible_tasks_made BEFORE INSERT ON tasks BEGIN
    SELECT RAISE(ABORT, 'tasks: a day that can not be meant') FROM (
        SELECT new.due_on AS now UNION ALL SELECT new.done_on)
        WHERE coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31';
END;
CREATE TRIGGER plausible_tasks_changed BEFORE UPDATE OF due_on, done_on ON tasks BEGIN
    SELECT RAISE(ABORT, 'tasks: a day that can not be meant') FROM (
        SELECT new.due_on AS now, old.due_on AS was UNION ALL SELECT new.done_on, old.done_on)
        WHERE now IS NOT was AND (coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31');
END;
CREATE TRIGGER plausible_reviews_made BEFORE INSERT ON reviews BEGIN
    SELECT RAISE(ABORT, 'reviews: a day that can not be meant') FROM (
        SELECT new.renewal_on AS now UNION ALL SELECT new.scheduled_on UNION ALL SELECT new.held_on)
        WHERE coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31';
END;
CREATE TRIGGER plausible_reviews_changed BEFORE UPDATE OF renewal_on, scheduled_on, held_on ON reviews BEGIN
    SELECT RAISE(ABORT, 'reviews: a day that can not be meant') FROM (
        SELECT new.renewal_on AS now, old.renewal_on AS was UNION ALL SELECT new.scheduled_on, old.scheduled_on UNION
            ALL SELECT new.held_on, old.held_on)
        WHERE now IS NOT was AND (coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31');
END;
CREATE TRIGGER plausible_renewals_made BEFORE INSERT ON renewals BEGIN
    SELECT RAISE(ABORT, 'renewals: a day that can not be meant') FROM (
        SELECT new.renewal_on AS now UNION ALL SELECT new.next_renewal_on)
        WHERE coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31';
END;
CREATE TRIGGER plausible_renewals_changed BEFORE UPDATE OF renewal_on, next_renewal_on ON renewals BEGIN
    SELECT RAISE(ABORT, 'renewals: a day that can not be meant') FROM (
        SELECT new.renewal_on AS now, old.renewal_on AS was UNION ALL SELECT new.next_renewal_on, old.next_renewal_on)
        WHERE now IS NOT was AND (coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31');
END;
CREATE TRIGGER plausible_ebrs_made BEFORE INSERT ON ebrs BEGIN
    SELECT RAISE(ABORT, 'ebrs: a day that can not be meant') FROM (
        SELECT new.scheduled_on AS now UNION ALL SELECT new.held_on)
        WHERE coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31';
END;
CREATE TRIGGER plausible_ebrs_changed BEFORE UPDATE OF scheduled_on, held_on ON ebrs BEGIN
    SELECT RAISE(ABORT, 'ebrs: a day that can not be meant') FROM (
        SELECT new.scheduled_on AS now, old.scheduled_on AS was UNION ALL SELECT new.held_on, old.held_on)
        WHERE now IS NOT was AND (coalesce(date(now), '') <> now OR now NOT BETWEEN '1970-01-01' AND '2199-12-31');
END;
"""
