"""`python bot.py renewals|ebr …`: the same grammar, from the terminal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOW = "2026-11-20T09:00Z"
BOOK = """name,crm_id,csm,ae,sa,renewal_date,customer_since
Acme,A1,maya@example.com,alex@example.com,omar@example.com,2027-04-30,2024-05-01
Acme Labs,A2,maya@example.com,,,2027-03-31,2025-12-30
"""


@pytest.fixture
def bot(tmp_path):
    def run(*words, status=0):
        environment = {
            "PATH": "/usr/bin:/bin",
            "CTA_BOT_DB": str(tmp_path / "bot.db"),
            "CTA_BOT_POLICY": str(tmp_path / "policy.toml"),
            "PYTHONIOENCODING": "ascii",
        }
        done = subprocess.run(
            [sys.executable, str(ROOT / "bot.py"), *words],
            capture_output=True,
            encoding="utf-8",
            env=environment,
            cwd=tmp_path,
            timeout=60,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done

    (tmp_path / "policy.toml").touch()
    (tmp_path / "book.csv").write_text(BOOK)
    run("import", "accounts", "book.csv", "--now", NOW)
    return run


def reviews(bot, name="Acme"):
    return {row["months"]: row for row in json.loads(bot("renewals", name, "--format", "json", "--now", NOW).stdout)}


def test_what_was_done_is_taken_back(bot):
    bot("renewals", "skip", "Acme", "no", "need", "--now", NOW)
    assert "Acme: 5-month review not skipped after all." in bot("renewals", "undo", "Acme", "--now", NOW).stderr
    assert reviews(bot)[5]["state"] == "to schedule"
    bot("ebr", "schedule", "Acme", "3", "Dec", "15:00", "--now", NOW)
    assert "Acme: EBR of 2026-12-03 called off." in bot("ebr", "cancel", "Acme", "--now", NOW).stderr
    assert "No EBR of Acme is scheduled." in bot("ebr", "cancel", "Acme", "--now", NOW, status=2).stderr


def test_a_review_is_scheduled_held_and_skipped(bot):
    done = bot("renewals", "schedule", "Acme", "3", "Dec", "15:00", "--as", "maya@example.com", "--now", NOW)
    assert done.stdout == ""
    assert "Acme: 5-month review scheduled for 2026-12-03T15:00:00+00:00." in done.stderr
    assert reviews(bot)[5]["state"] == "scheduled"
    bot("renewals", "held", "Acme Labs", "12 Nov", "--health", "green", "--outlook", "renew", "--now", NOW)
    assert (reviews(bot, "Acme Labs")[5]["held_on"], reviews(bot, "Acme Labs")[5]["outlook"]) == ("2026-11-12", "renew")
    bot("renewals", "skip", "Acme", "no", "need", "--months", "3", "--now", NOW)
    assert reviews(bot)[3]["state"] == "skipped"


def test_renewed_and_churned(bot):
    bot("renewals", "renewed", "Acme", "30", "Apr", "2028", "--now", NOW)
    assert reviews(bot)[5]["renewal_on"] == "2028-04-30"
    bot("renewals", "churned", "Acme", "price", "--now", NOW)
    listed = json.loads(bot("renewals", "list", "--format", "json", "--now", NOW).stdout)
    assert {row["account"] for row in listed} == {"Acme Labs"}


def test_ebrs(bot):
    bot("ebr", "log", "Acme", "12", "Nov", "--now", NOW)
    bot("ebr", "schedule", "Acme Labs", "3 Dec 15:00", "--now", NOW)
    bot("ebr", "cadence", "Acme", "3", "agreed", "Ann", "--now", NOW)
    # An EBR every three months is due half of that ahead, and not before.
    then = {when: json.loads(bot("ebr", "--format", "json", "--now", when).stdout) for when in (NOW, "2027-01-15")}
    assert [row["account"] for row in then[NOW]] == ["Acme Labs"]
    rows = {row["account"]: row for row in then["2027-01-15"]}
    assert rows["Acme"]["due_on"] == "2027-02-12"
    assert rows["Acme Labs"]["scheduled_on"] == "2026-12-03"
    assert json.loads(bot("ebr", "coverage", "--format", "json", "--now", NOW).stdout) == [{"held": 1, "accounts": 2}]
    assert bot("ebr", "coverage", "--now", NOW).stdout.split() == ["Held", "Accounts", "─" * 14, "1", "2"]


@pytest.mark.parametrize(("words", "said"), [
    (("renewals", "held", "Nope"), "No account called 'Nope'."),
    (("renewals", "skip", "Acme"), "Why is the review skipped?"),
    (("renewals", "held", "Acme", "--months", "4"), "Acme has no 4-month review. It has: 5, 3."),
    (("renewals", "schedule", "Acme", "3 Dec 15:00", "--as", "who@example.com"), "Nobody here has the address who@example.com."),
    (("ebr", "cadence", "Acme", "3"), "Who agreed to it?"),
])  # fmt: skip
def test_a_refusal_is_an_exit_status_and_clear_words(bot, words, said):
    refused = bot(*words, "--now", NOW, status=2)
    assert said in refused.stderr
    assert refused.stdout == ""


def test_lists_for_people_are_tables_in_80_columns(bot):
    for words in (["renewals"], ["ebr"], ["renewals", "Acme"]):
        lines = bot(*words, "--now", NOW).stdout.splitlines()
        assert lines[0].startswith("Account")
        assert set(lines[1]) == {"─"}
        assert all(len(line) <= 80 and ": " not in line for line in lines)


def ebrs(bot, name):
    rows = json.loads(bot("ebr", name, "--format", "json", "--now", NOW).stdout)
    return [(row["state"], row["on"]) for row in rows]


def test_an_account_that_exists_says_what_is_to_come_though_nothing_is_recorded(bot):
    assert ebrs(bot, "Acme") == [("none on record", None)]
    assert ebrs(bot, "Acme Labs") == [("overdue", "2026-06-30")]
    bot("ebr", "schedule", "Acme", "3", "Dec", "15:00", "--now", NOW)
    assert ebrs(bot, "Acme") == [("scheduled", "2026-12-03")]


def test_of_one_that_leaves_nothing_is_to_come(bot):
    bot("ebr", "schedule", "Acme", "3", "Dec", "15:00", "--now", NOW)
    bot("ebr", "log", "Acme", "12", "Nov", "--now", NOW)
    bot("renewals", "skip", "Acme", "no", "need", "--now", NOW)
    bot("renewals", "churned", "Acme", "price", "--now", NOW)
    assert ebrs(bot, "Acme") == [("held", "2026-11-12"), ("none to come", None)]
    rows = json.loads(bot("renewals", "Acme", "--format", "json", "--now", NOW).stdout)
    assert [row["state"] for row in rows] == ["skipped", "none to come"]
    for words in ("ebr schedule Acme 3 Dec 15:00", "ebr cadence Acme 6", "renewals ask Acme", "renewals skip Acme no"):
        assert "Acme was recorded as churned." in bot(*words.split(), "--now", NOW, status=2).stderr
    bot("renewals", "undo", "Acme", "--now", NOW)
    assert [row["state"] for row in reviews(bot).values()] == ["skipped", "to schedule"]


def test_what_needs_slack_says_so(bot):
    assert "'brief' needs Slack." in bot("ebr", "brief", "Acme", "--now", NOW, status=2).stderr
