"""`import usage`: a merge of its own, rejected lines, a dry run, and taken back."""

import pytest

from tests.importing.conftest import desk  # noqa: F401 - a fixture

HEADER = "account,as_of,instance,tier,licences_bought,licences_activated,active_users,use_cases,users CI,ci_builds\n"


@pytest.fixture
def filled(desk):  # noqa: F811 - the fixture
    desk.take("accounts", "name,crm_id\nAcme,A1\nGlobex,G1\n")
    return desk


def rows(desk):  # noqa: F811
    return [
        tuple(row)
        for row in desk.db.execute(
            "SELECT name, as_of, instance, licences_bought, licences_activated, users_1, measure_1 FROM usage_figures"
            " JOIN accounts ON accounts.id = account_id ORDER BY usage_figures.id"
        )
    ]


def test_filled_cells_win_and_each_import_takes_back_its_own(filled):
    first = filled.take(
        "usage", HEADER + "Acme,2026-10-31,,premium,100,40,30,ci; scm,20,400.5\nG1,2026-10-31,,,10,,,,,\n"
    )
    assert (first.counts["new"], first.rejected) == (2, [])
    assert rows(filled) == [
        ("Acme", "2026-10-31", "", 100, 40, 20, 400.5),
        ("Globex", "2026-10-31", "", 10, None, None, None),
    ]
    again = filled.take("usage", HEADER + "Acme,2026-10-31,,premium,100,40,30,SCM;CI,20,400.5\n")
    assert (again.counts["unchanged"], again.import_id) == (1, None)
    second = filled.take("usage", HEADER + "Acme,2026-10-31,,,,45,,,,\nacme,2026-11-20,two,,5,,,,,\n")
    assert [(c.title, c.before, c.after) for c in second.changed] == [
        ("Acme, 2026-10-31", {"licences_activated": 40}, {"licences_activated": 45})
    ]
    assert rows(filled)[0] == ("Acme", "2026-10-31", "", 100, 45, 20, 400.5)
    status, _, said = filled.run("import", "undo", str(first.import_id))
    assert (status, len(rows(filled))) == (1, 2)
    assert "Acme, 2026-10-31" in said
    status, _, said = filled.run("import", "undo", str(second.import_id))
    assert "1 removed, 1 set back" in said
    assert rows(filled) == [("Acme", "2026-10-31", "", 100, 40, 20, 400.5)]


def test_lines_that_can_not_be_meant_are_rejected_and_the_rest_waits_for_a_word(filled):
    content = HEADER + (
        "Acme,2026-10-31,,,1,,,,,\n"
        "Acme,,,,1,,,,,\n"
        "Acme,2026-11-22,,,1,,,,,\n"
        "Nobody,2026-10-31,,,1,,,,,\n"
        "Acme,2026-09-30,,,1,,,Dancing,,\n"
        "acme,2026-10-31,,,2,,,,,\n"
        "Acme,2026-08-31,,,-1,,,,,\n"
        ",2026-08-31,,,1,,,,,\n"
    )
    found = filled.take("usage", content)
    assert found.counts["rejected"] == 7
    assert [(one.line, one.column) for one in found.rejected] == [
        (3, "as_of"), (4, "as_of"), (5, "account"), (6, "use_cases"), (7, ""), (8, "licences_bought"), (9, "account"),
    ]  # fmt: skip
    assert rows(filled) == []
    assert filled.take("usage", content, skip_rejected=True).counts["new"] == 1


def test_a_dry_run_says_what_would_come_and_changes_nothing(filled):
    file = filled.file(HEADER + "Acme,2026-10-31,,premium,100,40,30,,20,\n", "usage.csv")
    status, out, _ = filled.run("import", "usage", str(file), "--dry-run")
    assert (status, rows(filled)) == (0, [])
    assert "Acme, 2026-10-31" in out
    assert "1 new" in out


def test_the_template_has_a_column_for_each_use_case_and_measure(filled):
    _, out, _ = filled.run("import", "usage", "--template")
    columns = out.strip().split(",")
    assert {"account", "as_of", "users CI", "users Agile planning", "ci_builds", "pipelines", "scans"} <= set(columns)
    exported = filled.take("usage", out + "Acme,2026-10-31" + "," * (len(columns) - 2) + "\n")
    assert exported.counts["new"] == 1
