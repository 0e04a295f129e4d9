"""`export changes`: what changed, in Gainsight's columns and labels, read back without a change."""

import csv
import io
from datetime import timedelta

import pytest

from storage.cta import life, work
from tests.importing.conftest import desk  # noqa: F401 - a fixture

CTAS = """account,playbook,status,opened_on,closed_on,reason,external_id,owner,note,category,due_on
Acme,Expand: CI,Closed no success,2026-09-02,2026-10-09,lack_of_budget,GS-1,maya@example.com,Not this year,ROI,
Acme,Expand: CD,New,2026-10-02,,,GS-2,,,,2026-12-18
001B,Enable: SCM,Work in progress,2026-10-02,,,,,,,
001C,OLD Expand: CI,Closed success,2026-01-02,2026-02-02,,,,,,
"""
COLUMNS = "CTA ID,Account Name,Account External ID,Playbook Name,Owner Email,Status,Closed Reason,Created Date,Closed Date,Due Date,CTA Category,Comments,CTA Bot ID"


@pytest.fixture
def filled(desk):  # noqa: F811 - the fixture
    desk.take("accounts", "name,crm_id,csm\nAcme,001A,maya@example.com\nTwin,001B,\nTwin,001C,\n")
    assert desk.take("ctas", CTAS).counts["new"] == 4
    return desk


def rows(desk, *options):  # noqa: F811 - likewise
    status, out, err = desk.run("export", "changes", "--for", "gainsight", *options)
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == COLUMNS
    return list(csv.DictReader(io.StringIO(out))), out


def test_columns_and_labels_are_gainsights(filled):
    found, _ = rows(filled, "--since", "2026-11-01")
    assert found[0] | {"Comments": "Not this year"} == {
        "CTA ID": "GS-1", "Account Name": "Acme", "Account External ID": "001A", "Playbook Name": "Expand: CI",
        "Owner Email": "maya@example.com", "Status": "Closed No Success", "Closed Reason": "Lack of budget",
        "Created Date": "2026-09-02", "Closed Date": "2026-10-09", "Due Date": "", "CTA Category": "ROI",
        "Comments": "Not this year", "CTA Bot ID": found[0]["CTA Bot ID"],
    }  # fmt: skip
    assert {row["Account Name"] for row in found} == {"Acme", "001B", "001C"}  # of two of one name the CRM id tells


def test_it_is_read_back_without_a_change(filled):
    with filled.unit() as unit:
        number = unit.db.execute("SELECT id FROM ctas WHERE external_id = 'GS-2'").fetchone()[0]
        life.withdraw(unit, number)
        other = unit.db.execute("SELECT id FROM ctas WHERE playbook = 'Enable: SCM'").fetchone()[0]
        work.add_note(unit, other, "=1+1 said the CTO")
    _, out = rows(filled, "--since", "2026-11-01")
    before = filled.export("ctas")
    outcome = filled.take("ctas", out)
    assert {name: count for name, count in outcome.counts.items() if count} == {"unchanged": 4}
    assert (outcome.warnings, outcome.unknown) == ([], ())
    assert filled.export("ctas") == before


def test_new_is_what_changed_since_the_last_time(filled):
    assert len(rows(filled, "--new")[0]) == 4
    assert rows(filled, "--new")[0] == []
    filled.now += timedelta(days=1)
    with filled.unit() as unit:
        number = unit.db.execute("SELECT id FROM ctas WHERE external_id = 'GS-2'").fetchone()[0]
        work.add_note(unit, number, "called")
    assert [row["CTA ID"] for row in rows(filled, "--since", "2026-11-22")[0]] == ["GS-2"]
    assert [row["Comments"] for row in rows(filled, "--new")[0]] == ["called"]
    assert rows(filled, "--new")[0] == []


def test_what_could_not_be_written_is_new_still(filled, monkeypatch):
    class Full(io.StringIO):
        def write(self, _text):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("sys.stdout", Full())
    from handlers.terminal import arguments

    args = arguments(["export", "changes", "--new", "--for", "gainsight"])
    with pytest.raises(OSError, match="No space"):
        args.command(args, filled.terminal)
    monkeypatch.undo()
    assert len(rows(filled, "--new")[0]) == 4


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--new"],
        ["--for", "gainsight"],
        ["--for", "gainsight", "--new", "--since", "2026-11-01"],
        ["--for", "gainsight", "--since", "soon"],
    ],
)
def test_half_an_order_is_asked_about(filled, options):
    assert filled.run("export", "changes", *options)[0] == 2
    assert filled.run("export", "ctas", "--new")[0] == 2
