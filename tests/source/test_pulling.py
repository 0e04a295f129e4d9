"""What a pull does: the import that files have, of what changed; what is missing; how it stands, and who is told."""

import os
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.importing import actions as importing
from storage.account import store as accounts
from storage.base.errors import UserError
from storage.base.outside import Source
from storage.base.policy import policy_from
from storage.source.record import SourceState

ACME, BETA, CETA = "Acme,1,1000,maya@example.com", "Beta,2,2000,maya@example.com", "Ceta,3,3000,"


def test_only_what_changed_is_read_again(filled):
    filled.crm(ACME, BETA)
    assert filled.counts() == {"new": 2}
    assert filled.counts() == {"unchanged": 2}
    imports = filled.row("SELECT count(*) AS n FROM imports")
    assert imports == {"n": 1}  # nothing changed: no import is listed
    filled.crm(ACME, BETA.replace("2000", "2500"), CETA)
    assert filled.counts() == {"new": 1, "changed": 1, "unchanged": 1}
    assert filled.row("SELECT count(*) AS n FROM import_changes WHERE import_id = 2") == {"n": 2}


def test_a_pull_counts_what_it_did_where_a_file_brought_some_of_it_meanwhile(filled, monkeypatch):
    """Seen failing: all three were new, as they were when the source was read."""
    write = importing._write_in_parts

    def brought_meanwhile(*arguments, **named):
        filled.take("accounts", f"name,crm_id,arr,csm\n{ACME}\n{BETA.replace('2000', '2500')}\n")
        return write(*arguments, **named)

    monkeypatch.setattr(importing, "_write_in_parts", brought_meanwhile)
    filled.crm(ACME, BETA, CETA)
    assert filled.counts() == {"new": 1, "changed": 1, "unchanged": 1}
    assert {name: n for name, n in filled.state().counts.items() if n} == {"new": 1, "changed": 1, "unchanged": 1}
    assert filled.row("SELECT counts FROM imports WHERE id = 2")["counts"].startswith('{"new":1,"changed":1,')


def test_a_pull_merges_as_a_file_does(filled):
    filled.crm(ACME)
    filled.counts()
    with filled.unit() as unit:
        unit.db.execute("UPDATE accounts SET arr_cents = 150000")
    filled.crm(ACME.replace("1000", "1200"))
    assert filled.counts() == {"conflicts": 1}
    assert filled.row("SELECT arr_cents FROM accounts") == {"arr_cents": 150000}
    assert filled.state().counts["conflicts"] == 1


def test_a_pull_is_taken_back_and_stays_so_until_the_source_says_something_else(filled):
    filled.crm(ACME)
    filled.counts()
    filled.crm(ACME.replace("1000", "1200"))
    filled.counts()
    assert filled.run("import", "undo")[0] == 0
    assert filled.counts() == {"unchanged": 1}
    assert filled.row("SELECT arr_cents FROM accounts") == {"arr_cents": 100000}
    assert filled.counts(again=True) == {"changed": 1}


def test_a_dry_run_changes_nothing(filled):
    filled.crm(ACME)
    filled.counts()
    filled.crm(ACME.replace("1000", "1200"), BETA)
    before = filled.dump()
    status, out, _ = filled.run("pull", "--dry-run")
    assert status == 0
    assert "New: 1\n  Beta" in out
    assert "Acme: arr 1000.00 → 1200.00" in out
    assert filled.dump() == before


@pytest.mark.parametrize(
    "change",
    [
        {"mapping": {"csm": "Success Owner"}},
        {"what": "accounts", "schedule": "hourly"},
    ],
)
def test_what_changes_how_it_is_read_has_all_read_anew(filled, change):
    filled.crm("Acme,1,maya@example.com", header="name,crm_id,Success Owner")
    filled.counts()
    filled.set(**change)
    pulled = filled.pull().outcome
    assert ("csm" in (pulled.changed[0].after if pulled.changed else {})) == ("mapping" in change)


def test_columns_that_change_places_are_seen(filled):
    filled.crm("Acme,1,2", header="name,crm_id,ebr_cadence_months")
    filled.counts()
    filled.crm("Acme,1,2", header="name,crm_id,arr")
    assert filled.counts() == {"changed": 1}
    assert filled.row("SELECT arr_cents FROM accounts") == {"arr_cents": 200}


def test_missing_accounts_are_kept_and_counted_at_every_pull(filled):
    filled.crm(ACME, BETA)
    filled.counts()
    filled.crm(ACME)
    assert filled.counts() == {"unchanged": 1, "missing": 1}
    assert filled.counts() == {"unchanged": 1, "missing": 1}
    assert filled.names() == ["Acme", "Beta"]
    filled.crm(ACME, BETA)
    assert filled.counts() == {"unchanged": 2}


def test_missing_accounts_are_archived_and_come_back_with_the_source(filled):
    filled.set(missing="archive")
    filled.crm(ACME, BETA)
    with filled.unit() as unit:
        accounts.add(unit, "Ours", {})
    filled.counts()
    filled.crm(ACME)
    assert list(filled.pull().archived) == ["Beta"]
    assert filled.names() == ["Acme", "Ours"]  # what the source never had is none of its business
    assert filled.row("SELECT action, source FROM audit WHERE action LIKE '%archive'") == {
        "action": "account.archive",
        "source": "import",
    }
    assert list(filled.pull().archived) == []
    filled.crm(ACME, BETA)
    assert list(filled.pull().back) == ["Beta"]
    assert filled.names() == ["Acme", "Beta", "Ours"]


def test_what_a_person_archived_stays_archived(filled):
    filled.set(missing="archive")
    filled.crm(ACME, BETA)
    filled.counts()
    with filled.unit() as unit:
        accounts.archive(unit, 2)
    filled.crm(ACME)
    assert list(filled.pull().archived) == []
    filled.crm(ACME, BETA)
    assert list(filled.pull().back) == []
    assert filled.names() == ["Acme"]


def test_undo_brings_back_what_a_pull_archived(filled):
    filled.set(missing="archive")
    filled.crm(ACME, BETA)
    filled.counts()
    filled.crm(ACME)
    filled.pull()
    assert filled.run("import", "undo")[0] == 0
    assert filled.names() == ["Acme", "Beta"]


def test_a_source_that_lost_much_of_what_it_had_archives_nothing(filled):
    filled.set(missing="archive")
    filled.crm(*(f"Account {n},{n},1000," for n in range(100, 140)))
    filled.counts()
    before = filled.names()
    filled.crm("Account 100,100,1000,", "New one,7,5,")
    with pytest.raises(UserError, match="lacks 39 accounts"):
        filled.pull()
    assert filled.names() == before
    assert filled.state().failed


def test_rows_that_cannot_be_read_are_left_out_and_tried_again(filled):
    filled.crm(ACME, BETA, "Delta,4,1000,Somebody Unknown")
    status, _, err = filled.run("pull")
    assert status == 1
    assert "line 4, column csm" in err
    assert filled.names() == ["Acme", "Beta"]
    with filled.unit() as unit:
        unit.db.execute(
            "INSERT INTO people(email, name, updated_at) VALUES ('su@example.com', 'Somebody Unknown', '2026-01-01T00:00:00Z')"
        )
    assert filled.counts() == {"new": 1, "unchanged": 2}


def test_when_most_cannot_be_read_nothing_is_changed(filled):
    filled.crm(ACME, BETA)
    filled.counts()
    filled.crm("Acme,1,1200,", "Beta,2,lots,", "Ceta,3,many,")
    before = filled.names(), filled.row("SELECT arr_cents FROM accounts WHERE id = 1")
    with pytest.raises(UserError, match="2 of 3 rows can't be read; line 3, column arr"):
        filled.pull()
    assert (filled.names(), filled.row("SELECT arr_cents FROM accounts WHERE id = 1")) == before


def test_people_and_ctas_come_too(filled):
    filled.file("email,name\nmaya@example.com,Maya\n", "people.csv")
    filled.file("account,playbook,status,opened_on\nAcme,Expand: CI,New,2026-11-02\n", "ctas.csv")
    filled.crm(ACME)
    of = {
        what: {"name": what, "kind": "file", "what": what, "path": str(filled.folder / f"{what}.csv")}
        for what in ("people", "ctas")
    }
    filled.set(
        sources=[
            of["people"],
            {**of["people"], "name": "crm", "what": "accounts", "path": str(filled.folder / "crm.csv")},
            of["ctas"],
        ]
    )
    assert filled.run("pull")[0] == 0
    assert [one["playbook"] for one in filled.export("ctas")] == ["Expand: CI"]
    assert filled.counts(name="ctas") == {"unchanged": 1}
    assert filled.counts(name="people") == {"unchanged": 1}


def test_the_terminal_names_the_sources_that_there_are(filled):
    filled.crm(ACME)
    assert "There is no source nope.\nThere are: crm." in filled.run("pull", "nope")[2].replace(
        "nope. There", "nope.\nThere"
    )
    filled.set(sources=[])
    assert "names no sources" in filled.run("pull")[2]


@pytest.fixture
def go_on(desk):
    def move(**span):
        desk.now += timedelta(**span)

    return move


def test_daily_is_of_the_policys_day_and_hourly_of_the_hour(filled, go_on):
    filled.crm(ACME)
    filled.look()
    go_on(hours=20)  # 05:00: not yet
    filled.look()
    assert filled.state().tried_at < filled.now
    go_on(hours=1)
    filled.look()
    assert filled.state().tried_at == filled.now
    filled.set(schedule="hourly")
    go_on(minutes=59)
    filled.look()
    assert filled.state().tried_at < filled.now
    go_on(minutes=1)
    filled.look()
    assert filled.state().tried_at == filled.now
    filled.set(schedule="")
    go_on(days=3)
    filled.look()
    assert filled.state().tried_at < filled.now
    assert filled.told() == []


@pytest.mark.parametrize("ahead", [timedelta(days=365), timedelta(hours=20), timedelta(minutes=3)])
def test_a_pull_while_the_clock_stood_ahead_puts_off_none(ahead):
    """Seen failing by less than two days: the pull of the next morning was left out."""
    rule, now = Source(name="crm", kind="file", what="accounts", path="crm.csv"), datetime(2026, 11, 30, 9, tzinfo=UTC)
    state = SourceState("crm", now, tried_at=now - timedelta(hours=1), well_at=now)
    assert not state.is_due(rule, now, "UTC")
    assert replace(state, tried_at=now + ahead).is_due(rule, now, "UTC")


def test_a_source_that_fails_is_told_once_tried_again_and_told_once_when_well(filled, go_on):
    path = filled.crm(ACME)
    filled.look()
    path.unlink()
    for _ in range(6):
        go_on(hours=24)
        filled.look()
    (told,) = filled.told()
    assert told.startswith("Source crm: ")
    assert "can't be read" in told
    filled.crm(ACME, BETA)
    go_on(minutes=14)
    filled.look()
    assert filled.state().failed
    go_on(minutes=2)
    filled.look()
    assert filled.told()[1:] == ["Source crm is well again: 1 new."]


@pytest.mark.parametrize("was", ["new", "well", "failed"])
def test_a_pull_that_the_bots_own_stop_ends_is_no_failure_and_begins_anew_at_its_next_start(filled, go_on, was):
    """Seen failing: doctor said that the source has failed, and it was left alone for a quarter of an hour."""
    path = filled.crm(ACME)
    if was == "failed":
        path.unlink()
    if was != "new":
        filled.look()
        go_on(hours=24)
    filled.crm(ACME, BETA)
    before = filled.state()
    with pytest.raises(UserError, match="is being stopped"):
        filled.pull(halted=lambda: True)
    assert filled.state() == before
    filled.look()
    assert filled.names() == ["Acme", "Beta"]


def test_a_source_that_is_old_is_told_once_though_nothing_failed(filled, go_on):
    filled.crm(ACME)
    filled.look()
    filled.halted = True  # as if no pull ended
    filled.look()
    filled.halted = False
    go_on(hours=49)
    with filled.unit() as unit:  # somebody else is pulling all the time
        unit.db.execute("UPDATE sources SET state = 'running', tried_at = ?", (unit.at,))
    for _ in range(3):
        filled.look()
    assert filled.told() == ["Source crm: its data is of 21 Nov 09:00, older than twice its schedule."]
    go_on(minutes=20)
    filled.look()
    assert filled.told()[1:] == ["Source crm is well again: nothing changed."]


@pytest.mark.of_a_file  # doctor, which the desk asks, looks at the file
def test_doctor_says_how_old_each_source_is_and_what_is_wrong(filled, go_on):
    filled.crm(ACME)
    filled.look()
    assert "ok    source crm today 09:00 (1 new)" in filled.run("doctor", "--offline")[1]
    (filled.folder / "crm.csv").unlink()
    go_on(days=1)
    filled.look()
    status, out, _ = filled.run("doctor", "--offline")
    assert status == 1
    assert "FAIL  source crm has failed, its data is of" in out
    filled.set(sources=[{"name": "w", "kind": "sql", "what": "ctas", "url_env": "W_URL", "query": "q.sql"}])
    assert "FAIL  source w: W_URL is not set" in filled.run("doctor", "--offline")[1]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"schedule": "every monday"}, "hourly"),
        ({"kind": "sql"}, "sql needs url_env"),
        ({"path": ""}, "one of path and url_env"),
        ({"path": "http://example.com/a.csv"}, "https"),
        ({"what": "ctas", "missing": "archive"}, "accounts alone"),
        ({"colour": "red"}, "Keys are: name, kind, what"),
        ({"name": "a b"}, "name"),
    ],
)
def test_a_faulty_source_is_named_with_what_would_be_right(keys, words):
    rule = {"name": "crm", "kind": "file", "what": "accounts", "path": "crm.csv"}
    with pytest.raises(UserError, match=words):
        policy_from({"sources": [rule | keys]})
    with pytest.raises(UserError, match="crm stands there twice"):
        policy_from({"sources": [rule, rule]})


@pytest.mark.parametrize(
    "keys", [{"url_env": "postgresql://me:hunter2@db/x", "path": ""}, {"path": "https://me:hunter2@example.com/a"}]
)
def test_a_secret_in_the_policy_is_refused_and_not_repeated(keys):
    rule = {"name": "crm", "kind": "file", "what": "accounts", "path": "crm.csv"}
    with pytest.raises(UserError) as refused:
        policy_from({"sources": [rule | keys]})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("kind", ["file", "sql"])
def test_a_disk_that_is_full_where_it_is_brought_to_is_said_in_words(filled, site, monkeypatch, tmp_path, kind):
    """Seen failing with a traceback in the log, and a fault of the bot's told to operations."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "pulled").symlink_to("/dev/full")
    monkeypatch.setattr("tempfile.TemporaryDirectory", lambda **_: nullcontext(str(tmp_path / "full")))
    site.says("/crm.csv", "name,crm_id\nAcme,1\n")
    if kind == "file":
        filled.set(path=f"{site.url}/crm.csv")
    else:
        (tmp_path / "empty.db").touch()
        filled.set(kind="sql", path="", url_env="DWH", query=str(filled.file("SELECT 'Acme' AS name", "q.sql")))
        filled.secrets = {"DWH": f"sqlite:///{tmp_path / 'empty.db'}"}
    with pytest.raises(UserError, match="No space left"):
        filled.pull()
    assert "No space left" in str(filled.told())


@pytest.mark.of_a_file  # doctor, which the desk asks, looks at the file
def test_a_file_that_nobody_writes_any_more_is_told_as_old_once_however_lately_it_was_pulled(filled):
    path = filled.crm("Acme,1,1000,")
    written = filled.now - timedelta(days=6)
    os.utime(path, (written.timestamp(), written.timestamp()))
    filled.look()
    assert filled.told() == []
    for _ in range(3):
        filled.desk.now += timedelta(days=1)
        filled.look()
    assert len(filled.told()) == 1
    assert "nobody has written its file since 15 Nov" in filled.told()[0]
    _, out, _ = filled.run("doctor", "--offline")
    assert "FAIL  source crm is old, its data is of" in out
    path = filled.crm("Acme,1,2000,")
    os.utime(path, (filled.now.timestamp(), filled.now.timestamp()))
    filled.desk.now += timedelta(days=1)
    filled.look()
    assert len(filled.told()) == 2
    assert "well again" in filled.told()[1]


def test_the_date_of_an_address_counts_likewise(filled, site):
    site.says("/crm.csv", "name,crm_id\nAcme,1\n", ETag='"1"', Last_Modified="Wed, 01 Jul 2026 09:00:00 GMT")
    filled.set(path=f"{site.url}/crm.csv")
    filled.look()
    assert "nobody has written its file since 01 Jul" in filled.told()[0]
    filled.desk.now += timedelta(days=1)
    filled.look()
    assert len(filled.told()) == 1


def test_usage_and_arr_come_by_themselves_too_and_only_what_changed_is_read(filled, monkeypatch):
    """A row known by its digest is not read; a day that a source has no more stays, and is not missing."""
    from handlers.importing.reading.rows import Rows

    filled.take("accounts", "name,crm_id\nAcme,A1\nGlobex,G1\n")
    usage = [f"{name},2026-{month:02d}-28,{month * 10}" for name in ("Acme", "G1") for month in range(1, 10)]
    arr = [f"{name},2026-{month:02d}-28,{month * 1000}" for name in ("Acme", "G1") for month in range(1, 10)]
    monkeypatch.setattr("handlers.importing.actions.BATCH", 4)
    monkeypatch.setattr("storage.usage.loader.AT_ONCE", 1)
    read = []
    real = Rows._read
    monkeypatch.setattr(Rows, "_read", lambda self, record: read.append(record.line) or real(self, record))
    for what, header, rows, table in (
        ("usage", "account,as_of,licences_bought", usage, "usage_figures"),
        ("arr", "account,as_of,arr", arr, "arr_snapshots"),
    ):
        filled.set(what=what)
        filled.crm(*rows, header=header)
        assert filled.counts() == {"new": 18}
        read.clear()
        assert filled.counts() == {"unchanged": 18}
        assert read == []
        filled.crm(*rows[1:-1], rows[-1] + "7", "Acme,2026-10-28,5", "Nobody,2026-10-28,5", header=header)
        assert filled.counts() == {"new": 1, "changed": 1, "unchanged": 16, "rejected": 1}
        assert len(read) == 3
        assert filled.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 19
        assert filled.db.execute("SELECT count(*) FROM source_rows").fetchone()[0] == 18
        assert filled.run("import", "undo")[0] == 0
        assert filled.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 18
        filled.db.execute("DELETE FROM source_rows")
    assert filled.db.execute("SELECT count(*) FROM usage_changed").fetchone()[0] == 0
