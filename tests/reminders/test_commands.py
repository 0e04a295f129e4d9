"""`preview`, `tick` and `outbox` at the terminal, without Slack tokens: data on stdout, the rest on stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import engines
from tests.reminders.factory import Book, at

ROOT = Path(__file__).parents[2]
FIELDS = [
    "kind", "account", "account_id", "recipient", "due_on", "post_at", "late", "step", "why", "dedupe_key",
]  # fmt: skip


@pytest.fixture
def bot(tmp_path):
    """`python bot.py …` on a database of its own, as a script runs it."""

    def run(*arguments: str, policy: str = "") -> subprocess.CompletedProcess[str]:
        (tmp_path / "policy.toml").write_text(policy, encoding="utf-8")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "CTA_BOT_"))},
            "CTA_BOT_DB": engines.said(tmp_path / "book.db"),
            "CTA_BOT_POLICY": str(tmp_path / "policy.toml"),
            "PYTHONIOENCODING": "ascii",  # a terminal without UTF-8: data is in UTF-8 all the same
        }
        return subprocess.run(
            [sys.executable, str(ROOT / "bot.py"), *arguments],
            cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60,
        )  # fmt: skip

    return run


@pytest.fixture
def known(tmp_path):
    stored = Book(tmp_path)
    ann = stored.person("ann@example.com")
    stored.account("Acme Ünïted", ann, crm_id="A1", renewal_on="2027-04-30", last_ebr_on="2025-12-30")
    stored.account("Twin", ann, crm_id="T1", renewal_on="2027-04-30")
    stored.account("Twin", ann, crm_id="T2", renewal_on="2027-04-30")
    stored.close()
    return stored


WHOLE = ("preview", "--now", "2026-11-29T00:00Z", "--from", "2026-11-30", "--to", "2026-12-01")


def test_preview_as_json_is_one_array_in_posting_order(bot, known):
    done = bot(*WHOLE, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    lines = json.loads(done.stdout)
    assert [list(line) for line in lines] == [FIELDS] * len(lines)
    assert lines[0] == {
        "kind": "ebr_nudge",
        "account": "Acme Ünïted",
        "account_id": "A1",
        "recipient": "ann@example.com",
        "due_on": "2026-11-30",
        "post_at": "2026-11-30T09:00:00+00:00",
        "late": False,
        "step": 30,
        "why": "30 days before the EBR date 30 Dec 2026; last one 30 Dec 2025, yearly; missed: 90 days before",
        "dedupe_key": "ebr_nudge:1:2026-12-30:30",
    }
    assert [(line["kind"], line["account_id"]) for line in lines] == [
        ("ebr_nudge", "A1"),
        ("monthly_plan", None),
        ("renewal_review", "A1"),
        ("renewal_review", "T1"),
        ("renewal_review", "T2"),
        ("monthly_plan", None),
    ]


@pytest.mark.of_a_file
def test_preview_writes_nothing(bot, known):
    database = known.folder / "book.db"
    before = database.read_bytes()
    bot(*WHOLE)
    assert database.read_bytes() == before


@pytest.mark.of_a_file
def test_preview_of_no_database_says_so_and_leaves_none_behind(bot, tmp_path):
    done = bot(*WHOLE, "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no database at" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["policy.toml"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--account", "acme ünïted"), {"A1"}),
        (("--account", "T2"), {"T2"}),
        (("--account", "T2\u200b"), {"T2"}),
        (("--recipient", "ANN@example.com"), {"A1", "T1", "T2", None}),
        (("--recipient", "operations"), set()),
    ],
)
def test_preview_of_one_account_or_recipient(bot, known, arguments, expected):
    lines = json.loads(bot(*WHOLE, *arguments, "--format", "json").stdout)
    assert {line["account_id"] for line in lines} == expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--account", "Twin"), "2 accounts are called Twin. Which one?\n  Twin (T1): preview --account account:"),
        (("--account", "Nobody"), "No account called 'Nobody'."),
        (("--to", "2026-13-01"), "'2026-13-01' is not a day."),
        (("--to", "9999-12-31"), "'9999-12-31' is not a day."),
        (("--to", "2026-11-01"), "is before"),
        (("--now", "soon"), "'soon' is not an instant."),
        (("--now", "0001-01-01"), "'0001-01-01' is not an instant."),
        (("--policy", "none.toml"), "There is no policy file none.toml."),
    ],
)
def test_what_is_wrong_is_named(bot, known, arguments, words):
    done = bot(*WHOLE, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_the_table_groups_by_message_and_counts_messages_a_week(bot, known):
    shown = bot(*WHOLE).stdout
    assert "Mon 30 Nov 2026 09:00 +0000  ann@example.com\n    ebr_nudge  Acme Ünïted: 30 days before" in shown
    assert shown.splitlines()[-1].split() == ["ann@example.com", "2026-W49", "2", "6"]


def test_another_policy_is_rehearsed_beside_todays(bot, known):
    (known.folder / "other.toml").write_text('renewal_review_months = [3]\nmorning = "10:00"\n')
    done = bot(*WHOLE, "--policy", "other.toml")
    assert done.returncode == 0
    last = done.stdout.splitlines()[-1]
    assert last.split() == ["ann@example.com", "2", "->", "2", "6", "->", "3", "-3", "renewal_review"]
    as_json = bot(*WHOLE, "--policy", "other.toml", "--format", "json")
    assert {line["post_at"][11:16] for line in json.loads(as_json.stdout)} == {"10:00"}
    assert "-3 renewal_review" in as_json.stderr


def test_help_shows_examples(bot):
    for command in ("preview", "tick", "outbox"):
        assert f"Examples:\n  python bot.py {command}" in bot(command, "--help").stdout


def test_tick_plans_and_outbox_lists_what_the_preview_said(bot, known):
    previewed = json.loads(bot(*WHOLE, "--format", "json").stdout)
    for now in ("2026-11-29T00:00Z", "2026-11-30T09:00Z", "2026-12-01T09:00Z"):
        done = bot("tick", "--now", now)
        assert (done.returncode, done.stdout) == (0, "")
    rows = json.loads(bot("outbox", "list", "--state", "pending", "--format", "json").stdout)
    assert [list(row) for row in rows] == [[*FIELDS, "state", "error", "attempts", "slack_ts", "id"]] * len(rows)
    assert [{name: row[name] for name in FIELDS} for row in rows] == previewed
    assert {(row["state"], row["error"], row["attempts"], row["slack_ts"]) for row in rows} == {
        ("pending", None, 0, None)
    }
    every = json.loads(bot("outbox", "list", "--format", "json").stdout)
    assert {row["state"] for row in every} == {"pending", "cancelled"}  # the missed step is there too


def test_a_row_is_shown_cancelled_and_retried_by_number_or_key(bot, known):
    bot("tick", "--now", "2026-11-30T09:00Z")
    key = "renewal_review:1:2027-04-30:5"
    shown = json.loads(bot("outbox", "show", key).stdout)
    assert (shown["destination"], shown["payload"]) == ("person:1", {"owner": "person:1"})
    number = str(shown["id"])
    assert bot("outbox", "cancel", number, "--now", "2026-11-30T10:00Z").returncode == 0
    again = bot("outbox", "cancel", number)
    assert (again.returncode, "it can't become cancelled" in again.stderr) == (2, True)
    assert json.loads(bot("outbox", "show", key).stdout)["error"] == "cancelled by hand"
    assert bot("outbox", "retry", key, "--now", "2026-11-30T11:00Z").returncode == 0
    assert json.loads(bot("outbox", "show", key).stdout)["state"] == "pending"
    for number in ("9999", "9" * 20):
        unknown = bot("outbox", "show", number)
        assert (unknown.returncode, unknown.stdout) == (2, "")
    audit = Book(known.folder)
    found = [tuple(row) for row in audit.db.execute("SELECT action, at, source FROM audit ORDER BY id")]
    audit.close()
    assert found == [
        ("outbox.cancel", "2026-11-30T10:00:00Z", "terminal"),
        ("outbox.retry", "2026-11-30T11:00:00Z", "terminal"),
    ]


def test_what_waits_in_the_outbox_is_previewed_as_it_will_be_sent(bot, known):
    bot("tick", "--now", "2026-11-30T09:00Z")
    stored = Book(known.folder)
    stored.db.execute("UPDATE outbox SET state = 'sent' WHERE kind = 'monthly_plan'")
    stored.review(1, 5, "held")
    stored.insert("mutes", person_id=1, kind="ebr_nudge", muted_at=at("2026-11-30 09:30"))
    stored.close()
    lines = json.loads(bot(*WHOLE, "--now", "2026-11-30T11:00Z", "--format", "json").stdout)
    assert [(line["kind"], line["account_id"], line["post_at"][:16]) for line in lines] == [
        ("renewal_review", "T1", "2026-11-30T11:00"),
        ("renewal_review", "T2", "2026-11-30T11:00"),
        ("monthly_plan", None, "2026-12-01T09:00"),
    ]
