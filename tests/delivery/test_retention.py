"""What is kept for how long: slices at night, never what figures or dedupe need."""

import json
from datetime import timedelta

import pytest

from reminders.outbox.housekeeping import keep_house
from storage.base import outbox, retention
from storage.base.errors import UserError
from storage.base.outbox_row import Draft
from storage.base.policy import policy_from
from storage.base.retention import months_before
from storage.cta.work import add_note
from storage.importing import decide, undo
from tests.importing.conftest import desk  # noqa: F401 - a fixture

ACCOUNTS = "name,crm_id,arr\nAcme,1,1000\nBeta,2,2000\n"


class Years:
    """A desk whose clock goes on by years."""

    def __init__(self, made):
        self.desk = made
        self.born = made.now
        made.take("accounts", ACCOUNTS)

    def __getattr__(self, name):
        return getattr(self.desk, name)

    def later(self, months):
        self.desk.now = self.born + timedelta(days=31 * months)

    def keep(self, **months):
        self.desk.policy(retention=months)
        keep_house(self.desk.store, self.desk.now)

    def count(self, table, where="1 = 1"):
        return self.desk.row(f"SELECT count(*) AS n FROM {table} WHERE {where}")["n"]

    def put(self, key, kind, state="sent", **fields):
        with self.desk.unit() as unit:
            draft = Draft(
                dedupe_key=key, kind=kind, destination="operations", recipient="operations", not_before=unit.now,
                why="because", payload={"word": key}, **fields,
            )  # fmt: skip
            outbox.put(unit, draft)
            unit.db.execute("UPDATE outbox SET state = ? WHERE dedupe_key = ?", (state, key))


@pytest.fixture
def years(desk):  # noqa: F811 - the fixture
    return Years(desk)


def note(years, text="zebra"):
    with years.unit() as unit:
        unit.db.execute("INSERT INTO account_notes(account_id, at, text) VALUES (1, ?, ?)", (unit.at, text))


def test_for_ever_is_for_ever(years):
    note(years)
    audit = years.count("audit")
    years.later(600)
    years.keep()
    assert (years.count("account_notes"), years.count("audit")) == (1, audit)


def test_notes_go_by_their_age_and_what_is_open_keeps_its_words(years):
    note(years)
    with years.unit() as unit:
        for number, state in enumerate(("open", "closed"), 1):
            unit.db.execute(
                "INSERT INTO escalations(id, account_id, severity, criteria, next_step, state, opened_on, opened_at,"
                " last_on, last_at, closed_on, closed_at) VALUES (?, 1, 'high', 'builds', 'call', ?, '2026-11-21', ?,"
                " '2026-11-21', ?, ?, ?)",
                (number, state, unit.at, unit.at, *(("2026-11-21", unit.at) if state == "closed" else (None, None))),
            )
    years.later(13)
    note(years, "young")
    years.keep(notes=14)
    assert years.count("account_notes") == 2
    years.desk.now += timedelta(days=1)
    years.keep(notes=12)
    assert [row[0] for row in years.db.execute("SELECT text FROM account_notes")] == ["young"]
    rows = years.db.execute("SELECT state, criteria, next_step FROM escalations ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [("open", "builds", "call"), ("closed", "(erased)", None)]


def test_the_audit_keeps_what_something_is_built_on(years):
    with years.unit() as unit:
        for action in ("cta.note", "cta.close", "renewal.undo", "account.edit"):
            unit.audit(action, "account:1", {}, {})
    years.later(13)
    years.keep(audit=12)
    assert [row[0] for row in years.db.execute("SELECT action FROM audit ORDER BY id")] == ["cta.close", "renewal.undo"]


def test_what_a_webhook_or_an_export_was_not_told_of_yet_stays(years):
    hook = {"name": "dwh", "url": "https://example.com/x", "secret_env": "HOOK"}
    years.desk.policy(webhooks=[hook])
    with years.unit() as unit:
        unit.db.execute("INSERT INTO webhooks(name, audit_id) VALUES ('dwh', (SELECT max(id) FROM audit))")
        unit.audit("account.edit", "account:1", {}, {})
    years.later(13)
    years.keep(audit=12, outbox=0)
    assert [row[0] for row in years.db.execute("SELECT action FROM audit")] == ["account.edit"]


def test_an_import_that_is_older_than_the_audit_is_not_taken_back(years):
    years.later(13)
    years.keep(audit=12)
    with pytest.raises(UserError, match="older than the 12 months"), years.unit() as unit:
        undo(unit)


def test_what_older_imports_changed_and_decided_conflicts_go_with_their_words(years):
    """Seen failing: what had been noted on CTAs stood in both for ever."""
    head = "account,playbook,status,opened_on,note\n"

    def take(said):
        years.desk.take("ctas", f"{head}Acme,Expand: CI,new,2026-01-05,{said}\n")

    take("zebra old")
    with years.unit() as unit:
        add_note(unit, 1, "zebra here")
    take("zebra then")
    with years.unit() as unit:
        decide(unit, 1, "ours")
    years.later(13)
    take("young")
    years.keep(audit=12)
    found = years.db.execute("SELECT before, after, base_before FROM import_changes").fetchall()
    assert "zebra old" not in str([tuple(row) for row in found])
    assert [row[0] for row in years.db.execute("SELECT id FROM conflicts")] == [2]
    with years.unit() as unit:
        assert undo(unit).left == ()


def test_keys_that_could_fall_due_again_stay_without_their_words(years):
    years.put("renewal_review:1:2027-04-30:5", "renewal_review", account_id=1)
    years.put("renewal_review:77:2027-04-30:5", "renewal_review", account_id=77)
    years.put("weekly_summary:weekly:#cs:2026-W48", "weekly_summary")
    years.put("renewal_review:2:2027-04-30:5", "renewal_review", account_id=2, state="pending")
    years.put("card:1", "card", account_id=1)
    years.later(25)
    years.put("weekly_summary:weekly:#cs:2028-W48", "weekly_summary")
    years.keep(outbox=24)
    rows = years.db.execute("SELECT dedupe_key, why, payload FROM outbox ORDER BY id").fetchall()
    assert [(row[0], row[1], json.loads(row[2])) for row in rows] == [
        ("renewal_review:1:2027-04-30:5", "", {}),
        ("renewal_review:2:2027-04-30:5", "because", {"word": "renewal_review:2:2027-04-30:5"}),
        ("card:1", "because", {"word": "card:1"}),
        ("weekly_summary:weekly:#cs:2028-W48", "because", {"word": "weekly_summary:weekly:#cs:2028-W48"}),
    ]
    before = [tuple(row) for row in rows]
    years.desk.now += timedelta(days=1)
    years.keep(outbox=24)
    rows = years.db.execute("SELECT dedupe_key, why, payload FROM outbox ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == before


def test_others_write_between_the_slices_and_each_is_small(years, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    for number in range(10):
        note(years, f"note {number}")
        with years.unit() as unit:
            unit.audit("account.edit", "account:1", {}, {"n": number})
    years.later(13)
    policy = policy_from({"retention": {"notes": 12, "audit": 12}})
    sizes = []
    for drop in retention.slices(years.db, policy, years.desk.now, ()):
        with years.unit() as unit:
            sizes.append(drop(unit).rowcount)
    assert max(sizes) == 3
    assert sum(sizes) >= 20
    assert years.count("account_notes") == 0


def test_it_is_done_once_a_day_and_hours_of_the_inbox_are_the_policys(years):
    years.later(25)
    years.keep(notes=12)
    assert not retention.is_due(years.db, years.desk.now)
    with years.unit() as unit:
        unit.db.execute("INSERT INTO inbox VALUES ('old', ?, NULL)", (unit.at,))
    years.desk.now += timedelta(hours=49)
    years.keep(inbox_hours=72)
    assert years.count("inbox") == 1
    years.keep()
    assert years.count("inbox") == 0


def test_months_are_calendar_months(years):
    assert f"{months_before(years.born.replace(month=3, day=31), 1):%Y-%m-%d}" == "2026-02-28"


def test_doctor_says_what_is_kept(years):
    years.desk.policy(retention={"notes": 36, "audit": 1})
    _, out, _ = years.run("doctor", "--offline")
    assert "kept: notes 36 months, audit 1 month, what was sent 24 months, what came from Slack 48 hours" in out
    with pytest.raises(UserError, match=r"retention\.inbox_hours"):
        policy_from({"retention": {"inbox_hours": 1}})
