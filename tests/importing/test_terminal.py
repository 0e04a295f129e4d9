"""`import` in the terminal: what it says, where, with which exit status, and what it leaves behind."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.account import store as accounts
from storage.base.dialect import LIKE_NAMES, names_like
from tests import engines

ROOT = Path(__file__).parents[2]
FIRST = "name,crm_id,arr,renewal_date\nAcme,001,100,2027-04-30\nGlobex,002,200,2027-05-31\nHooli,003,300,2027-06-30\n"
# A change, a conflict, an unchanged one, a new one, a missing one, a broken one.
SECOND = (
    "name,crm_id,arr,renewal_date\nAcme,001,110,2027-04-30\nGlobex,002,220,2027-05-31\n"
    "Initech,004,400,2027-07-31\nUmbrella,005,-1,2027-07-31\n"
)


def test_importing_says_what_was_done_on_stderr(desk):
    status, out, err = desk.run("import", "accounts", desk.file(FIRST, "crm.csv"))
    assert (status, out) == (0, "")
    assert err == (
        "crm.csv: 3 new, 0 changed, 0 unchanged, 0 conflicts, 0 missing, 0 rejected.\n"
        "Imported as number 1; `import undo 1` takes it back.\n"
    )


def test_a_dry_run_shows_the_whole_diff_and_changes_nothing(desk):
    desk.run("import", "accounts", desk.file(FIRST))
    with desk.unit() as unit:
        accounts.edit(unit, 2, {"arr_cents": 12300})
    before = desk.dump()
    status, out, err = desk.run("import", "accounts", desk.file(SECOND), "--dry-run")
    assert status == 1
    assert desk.dump() == before
    assert out.splitlines() == [
        "New: 1",
        "  Initech",
        "Changed: 1",
        "  Acme: arr 100.00 → 110.00",
        "Conflicts, kept as here until decided (/account conflicts): 1",
        "  Globex: arr is 123.00 here, 220.00 in the file",
        "Missing from the file, nothing happens to them: 1",
        "  Hooli",
        "Rejected: 1",
        "  line 5, column arr: '-1' is negative",
        "file.csv: 1 new, 1 changed, 0 unchanged, 1 conflict, 1 missing, 1 rejected.",
        "This was a dry run: nothing was changed.",
    ]
    assert err == f"The rejected lines are in {desk.folder / 'file.rejects.csv'}.\n"


def test_anything_rejected_gives_an_exit_status_and_a_file_of_the_lines_themselves(desk):
    text = 'name;arr\nAcme;5\n"Glo\nbex";no\nHooli;7;8\n'
    status, _, err = desk.run("import", "accounts", desk.file(text))
    assert status == 1
    assert "Nothing was imported. Mend the lines, or import the rest with --skip-rejected." in err
    rejects = desk.folder / "file.rejects.csv"
    assert rejects.read_text() == 'name;arr\n"Glo\nbex";no\nHooli;7;8\n'
    assert desk.export("accounts") == []
    status, _, err = desk.run("import", "accounts", desk.file(text), "--skip-rejected", "--rejects", desk.folder / "r")
    assert status == 1
    assert [a["name"] for a in desk.export("accounts")] == ["Acme"]
    mended = (desk.folder / "r").read_text().replace("no", "6").replace(";8", "")
    assert desk.run("import", "accounts", desk.file(mended))[0] == 0
    assert [a["name"] for a in desk.export("accounts")] == ["Acme", "Glo bex", "Hooli"]
    assert not rejects.exists()


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["accounts", "nowhere.csv"], "nowhere.csv can't be read: No such file"),
        (["accounts", "x.csv", "--now", "later"], "'later' is not an instant"),
        (["accounts", "x.csv", "--every", "often"], "--every often is not a span"),
        pytest.param(["undo"], "There is no database at", marks=pytest.mark.of_a_file),
        pytest.param(["undo"], "There is nothing of the bot in postgresql://", marks=pytest.mark.of_a_server),
    ],
)
def test_a_wrong_call_says_what_would_be_right(desk, argv, words):
    status, out, err = desk.run("import", *argv)
    assert (status, out) == (2, "")
    assert words in err


@pytest.mark.of_a_file
@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["nowhere.csv"], "Nothing was changed"),
        (["file.csv", "nowhere.csv"], "Nothing was changed"),
        (["--dry-run", "file.csv"], "nothing was changed"),
        (["nowhere.csv", "--dry-run"], "Nothing was changed"),
    ],
)
def test_what_changes_nothing_makes_no_database(desk, monkeypatch, argv, words):
    monkeypatch.chdir(desk.folder)
    database = desk.folder / "mistyped" / "bot.db"
    desk.terminal.settings = desk.terminal.settings.model_copy(update={"cta_bot_db": database})
    desk.file(FIRST)
    _, out, err = desk.run("import", "accounts", *argv)
    assert words in out + err
    assert not database.parent.exists()


@pytest.mark.parametrize("argv", [["accounts"], ["undo", "twelve"], ["undo", "9" * 20], ["invoices", "x.csv"], []])
def test_an_incomplete_call_shows_the_usage(desk, argv):
    with pytest.raises(SystemExit) as ended:
        desk.run("import", *argv)
    assert ended.value.code == 2


def test_options_may_stand_before_or_after(desk):
    path = desk.file(FIRST)
    for argv in (["--dry-run", "accounts", path], ["accounts", "--dry-run", path], ["accounts", path, "--dry-run"]):
        assert "This was a dry run" in desk.run("import", *argv)[1]
    assert desk.export("accounts") == []


def test_now_is_the_day_of_the_import(desk):
    path = desk.file("name,last_ebr\nAcme,2026-11-25\n")
    assert desk.run("import", "accounts", path)[0] == 1
    assert desk.run("import", "accounts", path, "--now", "2026-11-25T00:00Z")[0] == 0
    assert desk.row("SELECT known_at FROM accounts") == {"known_at": "2026-11-25T00:00:00Z"}


def test_undo_says_what_it_did_and_what_it_left(desk):
    desk.run("import", "accounts", desk.file(FIRST, "crm.csv"))
    with desk.unit() as unit:
        accounts.edit(unit, 2, {"arr_cents": 12300})
    status, _, err = desk.run("import", "undo", "1")
    assert status == 1
    assert err.splitlines() == [
        "Import 1 (accounts, crm.csv): 2 removed, 0 set back.",
        "Left as they are, since somebody has had a hand in them: 1",
        "  Globex",
    ]
    for again in (["undo", "1"], ["undo"]):
        status, _, err = desk.run("import", *again)
        assert status == 2
        assert (
            "Import 1 was taken back already. Left as they were, since somebody has had a hand in them: Globex." in err
        )


def start(folder, *argv, stderr=subprocess.PIPE):
    """The terminal in a process of its own."""
    code = (
        "from tests import engines; engines.use();"
        "import sys; from datetime import UTC, datetime; from handlers.terminal import Terminal;"
        "from handlers.importing import terminal as import_; import argparse;"
        "from handlers.terminal.settings import Settings; p = argparse.ArgumentParser(); import_.configure(p);"
        "sys.exit(import_.run(p.parse_args(sys.argv[1:]), Terminal(Settings(_env_file=None), lambda: datetime.now(UTC))))"
    )
    environment = {**os.environ, "CTA_BOT_DB": str(folder / "bot.db")}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, argv)],
        cwd=ROOT,
        env=environment,
        stderr=stderr,
        text=True,
    )


def until(said, seconds=30.0):
    end = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.01)


def test_every_imports_again_when_the_file_has_changed(desk):
    path = desk.file("name,arr\nAcme,5\n")
    with start(desk.folder, "--every", "1s", "accounts", path) as watching:
        try:
            until(lambda: desk.row("SELECT arr_cents FROM accounts") == {"arr_cents": 500})
            path.unlink()
            until(lambda: "can't be read" in watching.stderr.readline())
            path.write_text("name,arr\nAcme,6\n")
            until(lambda: desk.row("SELECT arr_cents FROM accounts") == {"arr_cents": 600})
            watching.send_signal(signal.SIGINT)
            assert watching.wait(30) == 0
            assert "Stopped watching." in watching.stderr.read()
        finally:
            watching.kill()


@pytest.mark.parametrize("written", [100_000, 2_000_000, 6_000_000])
def test_killed_in_the_middle_it_imported_nothing_or_everything(desk, written):
    count = 20_000
    path = desk.file("name,crm_id,arr\n" + "".join(f"Account {i},{i},{i}\n" for i in range(count)))
    assert desk.row("SELECT count(*) AS n FROM accounts") == {"n": 0}
    database = desk.folder / "bot.db"
    before = engines.logged(database)
    with start(desk.folder, "accounts", path) as importing:
        # Killed while it writes: the log has grown, the commit may or may not have come.
        until(lambda: engines.logged(database) > before + written or importing.poll() is not None)
        importing.kill()
    tables = ("accounts", "import_bases", "import_changes", "audit")
    counts = {table: desk.row(f"SELECT count(*) AS n FROM {table}")["n"] for table in tables}
    assert set(counts.values()) in ({0}, {count})
    matched = desk.row(f"SELECT count(*) AS n FROM {LIKE_NAMES}", names_like(["account"]))["n"]
    assert matched == counts["accounts"]
    desk.store.check()
    assert desk.run("import", "accounts", path)[0] == 0
    assert desk.row("SELECT count(*) AS n FROM accounts") == {"n": count}


@pytest.mark.parametrize(
    ("rejects", "words"),
    [("file.csv", "can't go where the file is"), ("nowhere/r.csv", "can't be written to")],
)
def test_a_wrong_place_for_rejected_lines_is_told_and_nothing_imported(desk, rejects, words):
    path = desk.file("name,arr\nAcme,5\nGlobex,no\n")
    status, _, err = desk.run("import", "accounts", path, "--skip-rejected", "--rejects", desk.folder / rejects)
    assert status == 2
    assert words in err
    assert path.read_text() == "name,arr\nAcme,5\nGlobex,no\n"
    assert desk.export("accounts") == []


def test_several_files_are_imported_in_turn(desk):
    first, second = desk.file(FIRST, "a.csv"), desk.file("name\nInitech\n", "b.csv")
    status, _, err = desk.run("import", "accounts", first, second)
    assert (status, len(desk.export("accounts"))) == (0, 4)
    assert "a.csv: 3 new" in err
    assert "b.csv: 1 new" in err
    assert desk.run("import", "accounts", first, second, "--rejects", "r.csv")[0] == 2


def test_a_second_account_of_a_name_is_warned_of(desk):
    desk.run("import", "accounts", desk.file(FIRST))
    _, _, err = desk.run("import", "accounts", desk.file("name,crm_id\nAcme,0010000000AAA\n"))
    assert "Note: line 2: a second account called Acme; CRM id 001 has one." in err


def test_a_progress_bar_shows_on_a_terminal_only(desk):
    master, slave = pty.openpty()
    path = desk.file("name\n" + "".join(f"Account {i}\n" for i in range(3000)))
    with start(desk.folder, "accounts", path, stderr=slave) as importing:
        os.close(slave)
        shown = b""
        try:
            while chunk := os.read(master, 65536):
                shown += chunk
        except OSError:  # Linux ends a terminal so
            pass
        assert importing.wait(30) == 0
    os.close(master)
    assert b"Reading file.csv" in shown
    assert b"3000 new" in shown


def test_while_somebody_else_writes_an_import_asks_for_patience_and_an_export_works(desk):
    path = desk.file(FIRST)
    desk.run("import", "accounts", path)
    with desk.unit() as unit:
        unit.db.execute("UPDATE accounts SET region = 'EMEA'")
        path.write_text(SECOND)
        status, _, err = desk.run("import", "accounts", path, "--skip-rejected")
        assert (status, err) == (
            2,
            "The database is busy with something larger. Try again in a moment; nothing was changed.\n",
        )
        status, out, _ = desk.run("export", "accounts")
        assert (status, len(out.splitlines())) == (0, 4)
    assert desk.run("import", "accounts", path, "--skip-rejected")[0] == 1
    assert len(desk.export("accounts")) == 4
