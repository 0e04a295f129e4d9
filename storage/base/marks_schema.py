"""Triggers that have the planner look again: storage/base/marks.py reads what they write."""

# Whatever a reminder hangs on marks its account or CTA for the planner, so that no writer can forget to.
MARKS = """
CREATE TRIGGER mark_account AFTER UPDATE OF csm_id, ae_id, sa_id, renewal_on, renewal_known_at, segment,
    customer_since, last_ebr_on, ebr_cadence_months, ebr_known_at, archived_at, churned_on ON accounts
    WHEN new.look_at <> ''
BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.id;
END;
CREATE TRIGGER mark_ctas_of_account AFTER UPDATE OF csm_id, archived_at ON accounts
    WHEN old.csm_id IS NOT new.csm_id OR old.archived_at IS NOT new.archived_at
BEGIN
    UPDATE ctas SET look_at = '' WHERE account_id = new.id AND look_at <> '';
END;
CREATE TRIGGER mark_review_made AFTER INSERT ON reviews BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_review_changed AFTER UPDATE ON reviews BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_review_gone AFTER DELETE ON reviews BEGIN
    UPDATE accounts SET look_at = '' WHERE id = old.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_ebr_made AFTER INSERT ON ebrs BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_ebr_changed AFTER UPDATE ON ebrs BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_ebr_gone AFTER DELETE ON ebrs BEGIN
    UPDATE accounts SET look_at = '' WHERE id = old.account_id AND look_at <> '';
END;
CREATE TRIGGER mark_cta AFTER UPDATE OF owner_id, status, due_on, touched_on, snoozed_until, revisit_on ON ctas
    WHEN new.look_at <> ''
BEGIN
    UPDATE ctas SET look_at = '' WHERE id = new.id;
END;
CREATE TRIGGER mark_task_made AFTER INSERT ON tasks BEGIN
    UPDATE ctas SET look_at = '' WHERE id = new.cta_id AND look_at <> '';
END;
CREATE TRIGGER mark_task_changed AFTER UPDATE OF due_on, state, assignee_id ON tasks BEGIN
    UPDATE ctas SET look_at = '' WHERE id = new.cta_id AND look_at <> '';
END;
CREATE VIEW stands_in AS  -- whose reminders may reach whom: one's own, a backup's, a manager's
    SELECT id AS whose, id AS who FROM people
    UNION SELECT id, backup_id FROM people WHERE backup_id IS NOT NULL AND away_until IS NOT NULL
    UNION SELECT id, manager_id FROM people WHERE manager_id IS NOT NULL AND deactivated = 1;
CREATE TRIGGER mark_person AFTER UPDATE OF zone, deactivated, manager_id, away_until, backup_id ON people
    WHEN old.zone IS NOT new.zone OR old.deactivated <> new.deactivated OR old.manager_id IS NOT new.manager_id
        OR old.away_until IS NOT new.away_until OR old.backup_id IS NOT new.backup_id
BEGIN
    UPDATE accounts SET look_at = '' WHERE look_at <> '' AND id IN (
        SELECT id FROM accounts WHERE csm_id IN (SELECT whose FROM stands_in WHERE who = new.id)
        UNION SELECT account_id FROM reviews JOIN accounts ON accounts.id = account_id
            WHERE state = 'scheduled' AND (ae_id IN (SELECT whose FROM stands_in WHERE who = new.id)
                OR sa_id IN (SELECT whose FROM stands_in WHERE who = new.id)));
    UPDATE ctas SET look_at = '' WHERE look_at <> '' AND id IN (
        SELECT id FROM ctas WHERE owner_id IN (SELECT whose FROM stands_in WHERE who = new.id)
            AND status IN ('new', 'work_in_progress')
        UNION SELECT id FROM ctas WHERE owner_id IN (SELECT whose FROM stands_in WHERE who = new.id)
            AND status = 'closed_no_success' AND revisit_on IS NOT NULL
        UNION SELECT ctas.id FROM accounts JOIN ctas ON account_id = accounts.id
            WHERE csm_id IN (SELECT whose FROM stands_in WHERE who = new.id) AND owner_id IS NULL
        UNION SELECT cta_id FROM tasks
            WHERE assignee_id IN (SELECT whose FROM stands_in WHERE who = new.id) AND state = 'open');
END;
-- What was called off may fall due again; news that was not told is news still.
CREATE TRIGGER mark_called_off AFTER UPDATE OF state ON outbox
    WHEN new.state IN ('cancelled', 'expired') AND old.state <> new.state AND new.kind <> 'card'
BEGIN
    UPDATE accounts SET look_at = '' WHERE id = new.account_id AND look_at <> '';
    UPDATE ctas SET look_at = '' WHERE id = new.cta_id AND look_at <> '';
    DELETE FROM outbox_news WHERE outbox_id = new.id;
END;
CREATE TRIGGER mark_news_untold AFTER DELETE ON outbox_news BEGIN
    UPDATE ctas SET look_at = '' WHERE id = CASE WHEN old.subject LIKE 'cta:%'
        THEN CAST(substr(old.subject, 5) AS INTEGER)
        ELSE (SELECT cta_id FROM tasks WHERE id = CAST(substr(old.subject, 6) AS INTEGER)) END;
END;
"""

# A CTA that was opened just now is marked already: its tasks need not do it each again.
