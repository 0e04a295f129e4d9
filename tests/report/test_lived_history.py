"""The report against the oracle over a history that was lived: imported, opened, closed, reopened, withdrawn."""

import argparse
import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.importing.actions import import_file
from handlers.report import terminal as report_command
from handlers.terminal import Terminal, export
from handlers.terminal.settings import Settings
from storage.account import store as accounts
from storage.base.db import Store
from storage.base.errors import UserError
from storage.base.policy import policy_from
from storage.cta import life as cta_life
from storage.cta import store as ctas
from storage.cta.closing_checks import Closing
from storage.playbook.record import Playbook, PlaybookTask, motion_of, use_case_of
from tests.report import oracle

NAMES = ["Expand: CI", "Enable: CI", "Expand: Gold tier", "Enable: DevSecOps", "Expand: SCM"]
IMPORTED = [*NAMES, "Expand: CI OLD", "GOLD Enable: SCM", "Health check", "OLD Expand: CD", "enable agile planning"]
CATEGORIES = ["", "Expansion Stage Adoption", "Enablement Stage Adoption"]
OUTCOMES = ["Closed Success", "closed_no_success", "new"]

imports = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(IMPORTED),
        st.sampled_from(CATEGORIES),
        st.integers(0, 400),
        st.integers(0, 300),
        st.sampled_from(OUTCOMES),
    ),
    min_size=8,
    max_size=25,
    unique_by=lambda row: (row[0], row[1], row[3] + row[4]),
)
doings = st.lists(
    st.tuples(
        st.sampled_from(["open", "close", "close", "reopen", "withdraw"]),
        st.integers(0, 40),
        st.integers(0, 20),
        st.booleans(),
    ),
    min_size=15,
    max_size=40,
)


def printed(capsys, command, store, now, *words):
    terminal = Terminal(Settings(_env_file=None, cta_bot_db=store.path), lambda: now)
    terminal._policy = store.policy
    parser = argparse.ArgumentParser()
    command.configure(parser)
    capsys.readouterr()
    assert command.run(parser.parse_args(words), terminal) == 0
    return capsys.readouterr().out


def live(store, doings, at):
    """Carry out what may be carried out; time passes between one thing and the next."""
    for what, which, hours, won in doings:
        at += timedelta(hours=hours * 7)
        known = [row[0] for row in store.connection().execute("SELECT id FROM ctas ORDER BY id")]
        try:
            with store.write(at) as unit:
                if what == "open":
                    name = NAMES[which % len(NAMES)]
                    playbook = Playbook(
                        name,
                        1,
                        use_case_of(name, store.policy.use_cases),
                        motion_of(name),
                        "",
                        "",
                        (),
                        (PlaybookTask("A", 3),),
                    )
                    cta_life.open_cta(unit, account=accounts.get(unit.db, which % 4 + 1), playbook=playbook)
                elif known:
                    cta_id = known[which % len(known)]
                    if what == "close":
                        tasks = {task.position: "done" for task in ctas.tasks_of(unit.db, cta_id)}
                        closing = Closing("success") if won else Closing("no_success", reason="lack_of_budget")
                        cta_life.close(unit, ctas.get(unit.db, cta_id), closing, done=tasks)
                    elif what == "reopen":
                        cta_life.reopen(unit, cta_id)
                    else:
                        cta_life.withdraw(unit, cta_id)
        except UserError:
            continue
    return at


@pytest.mark.parametrize(("zone", "start_month"), [("UTC", 1), ("Pacific/Auckland", 2)])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(imports=imports, doings=doings)
def test_numbers_equal_the_oracle_over_the_export(zone, start_month, imports, doings, tmp_path_factory, capsys):
    store = Store(
        tmp_path_factory.mktemp("lived") / "bot.db",
        policy=policy_from({"timezone": zone, "fiscal_year_start_month": start_month}),
    )
    begun = datetime(2026, 9, 20, 20, tzinfo=UTC)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["account", "csm"])
    writer.writerows([f"Account {number}", f"csm{number}@example.com"] for number in range(4))
    import_file(store, "accounts", text.getvalue().encode(), "accounts.csv", now=begun)
    today = date(2026, 9, 20)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["account", "playbook", "category", "opened_on", "closed_on", "status", "reason"])
    for account, name, category, closed_ago, lasted, status in imports:
        closed = today - timedelta(closed_ago)
        is_open = status == "new"
        writer.writerow(
            [
                f"Account {account}",
                name,
                category,
                closed - timedelta(lasted),
                "" if is_open else closed,
                status,
                "Other" if status == "closed_no_success" else "",
            ]
        )
    import_file(store, "ctas", text.getvalue().encode(), "ctas.csv", now=begun, skip_rejected=True)
    now = live(store, doings, begun)
    rows = list(csv.DictReader(io.StringIO(printed(capsys, export, store, now, "ctas", "--format", "csv"))))
    for year, number in ((2026, 3), (2026, 4), (2027, 3), (2027, 4)):
        found = json.loads(
            printed(capsys, report_command, store, now, "--quarter", f"FY{year % 100}-Q{number}", "--format", "json")
        )
        expected = oracle.report(rows, [], (year, number), start_month, now.astimezone(ZoneInfo(zone)).date())
        for part in ("quarter", "from", "to", "playbooks", "reasons"):
            assert oracle.in_one_order(found)[part] == oracle.in_one_order(expected)[part]
    store.close()
