"""`report tie-out`: closed counts here and there, and every CTA that explains a difference."""

import json
import random
import re
from collections import Counter
from datetime import date, timedelta

import pytest

from reminders.report.tie_out import There, tie_out
from storage.playbook.record import is_reported
from storage.report.tie_out import Here
from tests.importing.conftest import desk  # noqa: F401 - a fixture

HEADER = "account,playbook,status,opened_on,closed_on,reason,external_id\n"
HERE = HEADER + (
    "Acme,Expand: CI,Closed success,2026-10-01,2026-10-20,,GS-1\n"
    "Beta,Expand: CI,Closed success,2026-10-01,2026-11-20,,\n"  # not sent yet
    "Acme,Expand: CD,New,2026-10-01,,,GS-3\n"  # closed there, open here
    "Beta,Enable: CI,Closed success,2026-08-01,2026-10-02,,GS-4\n"  # closed in September there
    "Acme,OLD Expand: CI,Closed success,2026-10-01,2026-10-20,,GS-5\n"
)
THERE = (
    "GSID,Account Name,Playbook Name,CTA Status,Created Date,Closed Date,CTA Category\n"
    "GS-1,Acme,Expand: CI,Closed Success,2026-10-01,2026-10-20,\n"
    "GS-3,Acme,Expand: CD,Closed No Success,2026-10-01,2026-10-30,\n"
    "GS-4,Beta,Enable: CI,Closed Success,2026-08-01,2026-09-30,\n"
    "GS-5,Acme,OLD Expand: CI,Closed Success,2026-10-01,2026-10-20,\n"
    "GS-6,Acme,,Closed Success,2026-10-01,2026-10-21,Risk\n"
    "GS-7,Gamma,Expand: CI,Closed Success,2026-10-01,2026-10-22,\n"
    "GS-8,Acme,Expand: SCM,Work in progress,2026-10-01,,\n"
)


@pytest.fixture
def filled(desk):  # noqa: F811 - the fixture
    desk.take("accounts", "name,crm_id\nAcme,001A\nBeta,001B\n")
    assert desk.take("ctas", HERE).counts["new"] == 5
    return desk


def test_each_difference_is_explained_by_its_ctas(filled):
    path = filled.file(THERE, "gainsight.csv")
    status, out, err = filled.run("report", "tie-out", path, "--quarter", "2026Q4", "--format", "json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert {(c["playbook"], c["here"], c["there"]) for c in found["counts"]} == {
        ("(no playbook)", 0, 1), ("Enable: CI", 1, 0), ("Expand: CD", 0, 1), ("Expand: CI", 2, 2), ("OLD Expand: CI", 0, 1),
    }  # fmt: skip
    assert [(one["why"], one["account"], one["playbook"]) for one in found["explained"]] == [
        ("OLD: in no report here", "Acme", "OLD Expand: CI"),
        ("closed on another day", "Beta", "Enable: CI"),
        ("closed there, open here", "Acme", "Expand: CD"),
        ("no playbook there", "Acme", "(no playbook)"),
        ("not known here", "Gamma", "Expand: CI"),
        ("not sent yet", "Beta", "Expand: CI"),
    ]


def test_for_people_it_is_a_table_with_the_ctas_below(filled):
    path = filled.file(THERE, "gainsight.csv")
    out = filled.run("report", "tie-out", path)[1]
    assert "Expand: CI      2026Q4         2      2           0" in out
    assert "  not sent yet: Beta, Expand: CI (here 2026-11-20; CTA 2)" in out
    assert not re.search("here not here|there not there", out)
    assert "Enable: CI      2026Q3         0      1          -1" in out  # the file has that quarter too
    before = filled.dump()
    assert filled.run("report", "tie-out", path, "--format", "csv")[1].startswith(
        "why,account,playbook,here,there,cta,line\n"
    )
    assert filled.dump() == before


def test_what_was_exported_to_it_ties_out(filled):
    out = filled.run("export", "changes", "--new", "--for", "gainsight")[1]
    path = filled.file("".join(line for line in out.splitlines(keepends=True) if "OLD" not in line), "gainsight.csv")
    assert "All is the same in both." in filled.run("report", "tie-out", path)[1]


def test_lines_that_cannot_be_read_are_named(filled):
    path = filled.file(
        "account,playbook,status,opened_on,closed_on\nAcme,Expand: CI,Gone,2026-10-01,2026-10-20\nAcme,Expand: CI,Closed success,2026-10-01,\n",
        "g.csv",
    )
    status, _, err = filled.run("report", "tie-out", path)
    assert status == 1
    assert "line 2 is left out: column status: 'Gone' is not a status" in err
    assert "line 3 is left out: closed, and no closing day." in err
    assert filled.run("report", "tie-out")[0] == 2
    assert filled.run("report", "something", path)[0] == 2
    assert filled.run("report", "tie-out", filled.folder / "none.csv")[0] == 2


@pytest.mark.parametrize("seed", range(20))
def test_every_difference_is_the_sum_of_what_is_named(seed):
    dice = random.Random(seed)
    playbooks = ["Expand: CI", "expand: ci", "Enable: CD", "OLD Expand: CI", "Risk"]
    here, there = [], []
    for n in range(60):
        opened = date(2026, 1, 1) + timedelta(days=dice.randrange(300))
        closed = opened + timedelta(days=dice.randrange(120)) if dice.random() < 0.7 else None
        playbook, account = dice.choice(playbooks), f"Account {dice.randrange(8)}"
        if dice.random() < 0.8:
            here.append(
                Here(
                    n,
                    account,
                    account.casefold(),
                    f"id{n}",
                    playbook,
                    opened,
                    closed,
                    closed is not None,
                    is_reported(playbook),
                    f"GS-{n}" if dice.random() < 0.5 else None,
                )
            )
        if dice.random() < 0.8:
            moved = closed and closed + timedelta(days=dice.choice([0, 0, 0, 40]))
            there.append(
                There(
                    n,
                    account,
                    dice.choice([playbook, playbook, playbook, ""]),
                    opened,
                    moved,
                    f"GS-{n}" if dice.random() < 0.5 else None,
                )
            )
    quarters = {"2026Q1", "2026Q2"} if seed % 2 else set()
    found = tie_out(here, there, 1, quarters)
    difference = Counter()
    for count in found.counts:
        difference[count.quarter] += count.here - count.there
    explained = Counter()
    for reason in found.reasons:
        for side, sign in ((reason.here, 1), (reason.there, -1)):
            if side[:1].isdigit():
                quarter = f"{side[:4]}Q{(int(side[5:7]) + 2) // 3}"
                counted = sign < 0 or (is_reported(reason.playbook) if reason.cta is not None else False)
                if counted and quarter in {count.quarter for count in found.counts}:
                    explained[quarter] += sign
    assert {q: d for q, d in difference.items() if d} == {q: d for q, d in explained.items() if d}
