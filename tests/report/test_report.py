"""`report`: its numbers against an oracle that shares no code with it, its formats, its scopes."""

import argparse
import csv
import io
import json
from datetime import UTC, date, datetime

import pytest

from handlers.report import terminal as command
from handlers.terminal import Terminal
from handlers.terminal.settings import Settings
from storage.base.errors import UserError
from storage.base.quarters import Quarter
from storage.report import store as reports
from storage.report.tally import Scope
from tests.report import histories, oracle

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def report(capsys):
    """Run the command as the terminal does; its stdout."""

    def run(store, *words, now=NOW):
        terminal = Terminal(Settings(cta_bot_db=store.path), lambda: now)
        terminal._policy = store.policy
        parser = argparse.ArgumentParser()
        command.configure(parser)
        capsys.readouterr()
        assert command.run(parser.parse_args(words), terminal) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return run


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("start_month", "zone", "quarter"),
    [
        (1, "UTC", (2026, 4)),
        (1, "Asia/Tokyo", (2026, 3)),
        (2, "America/Los_Angeles", (2027, 4)),
        (2, "UTC", (2026, 4)),
        (10, "UTC", (2026, 1)),
    ],
)
def test_numbers_equal_the_oracle(make_store, report, seed, start_month, zone, quarter):
    store = make_store(timezone=zone, fiscal_year_start_month=start_month)
    boundaries = histories.quarter_boundaries(*oracle.quarter_days(*quarter, start_month))
    with store.write(NOW) as unit:
        rows, accounts = histories.write_history(unit, histories.seeded(seed), boundaries=boundaries)
    found = json.loads(report(store, "--quarter", "{}Q{}".format(*quarter), "--format", "json"))
    expected = oracle.report(rows, accounts, quarter, start_month, date(2026, 11, 21))
    assert list(found) == ["quarter", "from", "to", "playbooks", "reasons", "ebr_coverage"]
    assert oracle.in_one_order(found) == oracle.in_one_order(expected)
    assert sum(row["opened"] for row in found["playbooks"]) > 0


def test_today_is_the_day_in_the_policys_zone(make_store, report):
    # 20:00 in Honolulu on the 31st: the quarter is still running there, and over in Tokyo.
    now = datetime(2027, 1, 1, 6, tzinfo=UTC)
    for zone, today in (("Pacific/Honolulu", date(2026, 12, 31)), ("Asia/Tokyo", date(2027, 1, 1))):
        store = make_store(timezone=zone)
        last_days = [date(2026, 9, 29), date(2026, 9, 30), date(2026, 12, 30), date(2026, 12, 31)]
        with store.write(now) as unit:
            rows, accounts = histories.write_history(unit, histories.seeded(3), boundaries=last_days, today=today)
        found = json.loads(report(store, "--format", "json", "--quarter", "2026Q4", now=now))
        expected = oracle.report(rows, accounts, (2026, 4), 1, today)
        assert oracle.in_one_order(found) == oracle.in_one_order(expected)


def test_a_team_counts_what_its_people_own(make_store, report):
    store = make_store(teams={"South": {"members": ["csm2@example.com"]}})
    with store.write(NOW) as unit:
        rows, accounts = histories.write_history(unit, histories.seeded(5))
    # The policy's team goes before that of the people import.
    people = {"South": {2}, "AMER": {1, 4}, "EMEA": {3, 6}}
    for team, owners in people.items():
        mine = [row for row in rows if row["owner"] in {str(owner) for owner in owners}]
        found = json.loads(report(store, "--team", team.lower(), "--quarter", "2026Q3", "--format", "json"))
        expected = oracle.report(mine, accounts, (2026, 3), 1, NOW.date())
        for part in ("playbooks", "reasons"):
            assert oracle.in_one_order(found)[part] == oracle.in_one_order(expected)[part]


def test_a_use_case_alone(make_store, report):
    store = make_store()
    with store.write(NOW) as unit:
        rows, accounts = histories.write_history(unit, histories.seeded(6))
    found = json.loads(report(store, "--use-case", "devsecops", "--quarter", "2026Q3", "--format", "json"))
    expected = oracle.report(rows, accounts, (2026, 3), 1, NOW.date())
    assert {row["use_case"] for row in found["playbooks"]} == {"DevSecOps"}
    assert oracle.in_one_order(found)["playbooks"] == [
        row for row in oracle.in_one_order(expected)["playbooks"] if row["use_case"] == "DevSecOps"
    ]


@pytest.mark.parametrize("words", [("--team", "Nowhere"), ("--use-case", "Ci2"), ("--quarter", "Q5")])
def test_what_nobody_knows_is_refused_with_what_there_is(make_store, report, words):
    store = make_store()
    with pytest.raises(UserError) as refused:
        report(store, *words)
    assert words[1] in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize("words", [["2026Q3"], ["last", "quarter"], ["FY26-Q3"]])
def test_a_quarter_is_also_meant_by_itself_as_in_slack(make_store, report, words):
    store = make_store()
    assert report(store, *words) == report(store, "--quarter", "2026Q3")


@pytest.mark.parametrize(
    ("words", "hint"),
    [(["tieout", "file.csv"], "tie-out"), (["2026Q3", "--quarter", "2026Q4"], "2026Q4"), (["x"], "2026Q4")],
)
def test_what_is_no_quarter_is_refused_with_what_was_meant(make_store, report, words, hint):
    with pytest.raises(UserError) as refused:
        report(make_store(), *words)
    assert hint in refused.value.hint


def test_formats_say_the_same(make_store, report):
    store = make_store()
    with store.write(NOW) as unit:
        histories.write_history(unit, histories.seeded(1))
    data = json.loads(report(store, "--quarter", "2026Q3", "--format", "json"))
    rows = list(csv.DictReader(io.StringIO(report(store, "--quarter", "2026Q3", "--format", "csv"))))
    assert [
        {key: "" if value is None else str(value) for key, value in row.items()} for row in data["playbooks"]
    ] == rows
    table = report(store, "--quarter", "2026Q3")
    for row in data["playbooks"]:
        assert any(
            line.lower().startswith(row["motion"]) and f" {row['use_case']} " in line for line in table.splitlines()
        )


def test_the_order_of_rows_never_changes(make_store, report):
    store = make_store()
    with store.write(NOW) as unit:
        histories.write_history(unit, histories.seeded(2))
    first = report(store, "--format", "json")
    assert first == report(store, "--format", "json")
    motions = [row["motion"] for row in json.loads(first)["playbooks"]]
    assert motions == sorted(motions, reverse=True)


def test_an_empty_database_reads_well(make_store, report):
    store = make_store()
    assert json.loads(report(store, "--quarter", "2026Q4", "--format", "json")) == {
        "quarter": "2026Q4",
        "from": "2026-10-01",
        "to": "2026-12-31",
        "playbooks": [],
        "reasons": [],
        "ebr_coverage": {"held": 0, "accounts": 0},
    }
    table = report(store)
    assert "No playbook was opened or closed" in table
    assert "EBR coverage: n/a" in table


def test_the_table_says_which_days_are_compared(make_store, report):
    table = report(make_store(), "--quarter", "this quarter")
    assert "2026Q4: 2026-10-01 to 2026-12-31" in table
    assert "the same days of 2026Q3: 2026-07-01 to 2026-08-21" in table


@pytest.mark.of_a_file
@pytest.mark.parametrize("scope", [Scope(), Scope(use_case="CI", owners=(1, 2), region="EMEA")])
def test_counts_read_the_indexes_alone_and_sort_nothing(make_store, scope):
    db = make_store().connection()
    statements = []
    db.set_trace_callback(statements.append)
    reports.tally(db, Quarter(2026, 4).span, scope)
    db.set_trace_callback(None)
    (table,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'ctas'").fetchone()
    for statement, index in zip(statements, ("ctas_opened", "ctas_closed"), strict=True):
        plan = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert f"INDEX {index}" in plan[0]
        assert not any("TEMP B-TREE FOR GROUP BY" in step for step in plan)
        # The query plan calls no index on a generated column covering: so look whether a row of the table is read.
        program = list(db.execute(f"EXPLAIN {statement}"))
        (cursor,) = [step["p1"] for step in program if (step["opcode"], step["p2"]) == ("OpenRead", table)]
        assert not any(step["opcode"] == "Column" and step["p1"] == cursor for step in program)
