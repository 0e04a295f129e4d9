"""Columns that nobody maps: named, asked about, remembered; and a bare Owner, who may be the CSM or the AE."""

import csv
import io

import pytest

from handlers.importing.reading.headers import PLAIN
from storage import importing as imports
from storage.importing.record import KINDS


def remember(desk, **columns):
    with desk.unit() as unit:
        imports.remember_columns(unit, "accounts", columns)


@pytest.mark.parametrize("title", ["Owner", "Owner Email", "owner_name"])
def test_a_lone_owner_is_asked_about_and_not_read(desk, title):
    outcome = desk.take("accounts", f"name,{title}\nAcme,ann@x.com\n")
    (found,) = desk.export("accounts")
    assert (found["ae"], found["csm"]) == (None, None)
    assert outcome.warnings == [f"{title} may be the CSM or the AE, so it is left out until somebody says which."]
    assert outcome.unknown == (title,)


def test_an_owner_beside_the_csm_is_the_ae(desk):
    desk.take("accounts", "name,CSM,Owner\nAcme,ann@x.com,bob@x.com\n")
    (found,) = desk.export("accounts")
    assert (found["csm"], found["ae"]) == ("ann@x.com", "bob@x.com")


def test_an_owner_beside_the_ae_does_not_stop_the_file(desk):
    outcome = desk.take("accounts", "name,AE,Owner\nAcme,ann@x.com,bob@x.com\n")
    assert desk.export("accounts")[0]["ae"] == "ann@x.com"
    assert outcome.unknown == ("Owner",)


@pytest.mark.parametrize("field", ["csm", "ae"])
def test_the_policy_says_who_an_owner_is(desk, field):
    desk.policy(import_headers={field: ["Owner"]})
    outcome = desk.take("accounts", "name,Owner\nAcme,ann@x.com\n")
    assert desk.export("accounts")[0][field] == "ann@x.com"
    assert outcome.warnings == []


def test_what_was_decided_is_remembered_for_the_next_file_and_audited(desk):
    remember(desk, owner="csm", mood="health", shoe="")
    outcome = desk.take("accounts", "name,Owner,Mood,Shoe\nAcme,ann@x.com,red,44\n")
    (found,) = desk.export("accounts")
    assert (found["csm"], found["health"]) == ("ann@x.com", "red")
    assert outcome.unknown == ()
    assert outcome.warnings == ["Left out, as decided before: Shoe."]
    assert desk.row("SELECT subject FROM audit WHERE action = 'import.columns'") == {"subject": "imports:accounts"}


def test_what_was_decided_gives_way_to_a_column_that_says_it_itself_and_to_the_policy(desk):
    remember(desk, mood="health")
    desk.take("accounts", "name,Mood,Health\nAcme,red,green\n")
    assert desk.export("accounts")[0]["health"] == "green"
    desk.policy(import_headers={"region": ["Mood"]})
    desk.take("accounts", "name,Mood\nAcme,EMEA\n")
    assert desk.export("accounts")[0]["region"] == "EMEA"


def test_the_terminal_names_unknown_columns_and_says_how(desk):
    _, _, said = desk.run("import", "accounts", desk.file("name,Mood\nAcme,fine\n"))
    assert "Not known and left out: Mood." in said
    assert 'name it under [import_headers] of the policy, such as csm = ["Mood"]' in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_has_every_column_and_makes_no_database(desk, kind):
    status, out, _ = desk.run("import", kind, "--template")
    assert status == 0
    assert next(csv.reader(io.StringIO(out))) == list(PLAIN[kind])
    assert list(desk.folder.iterdir()) == []
