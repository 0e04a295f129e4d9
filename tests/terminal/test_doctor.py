"""`doctor`: what is set up wrong, each with its fix; and what a start says in words rather than with a traceback."""

import json
import os
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers.terminal import VERSION, arguments, choices_in_words, doctor
from storage.base.clock import SharedClock
from storage.base.errors import UserError
from storage.base.permissions import Rights
from storage.base.person import Person
from storage.base.policy import policy_from
from tests import engines

ROOT = Path(__file__).parents[2]


def bot(*argv, cwd, python=sys.executable, **env):
    clean = {"PATH": os.environ["PATH"], "HOME": str(cwd), **env}
    return subprocess.run(
        [python, str(ROOT / "bot.py"), *argv],
        cwd=cwd,
        env=clean,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.of_a_file
def test_a_fresh_database_is_well_and_says_what_it_lacks(desk):
    desk.run("migrate")
    status, out, _ = desk.run("doctor", "--offline")
    assert status == 0
    for lacking in (
        "no people yet",
        "no accounts yet",
        "no managers: workspace owners and admins count",
        "no weekly summary",
    ):
        assert f"note: {lacking}" in out


@pytest.mark.of_a_file
def test_doctor_says_whose_turn_it_is_and_until_when(desk):
    """Seen failing without the line in `_database`."""
    desk.run("migrate")
    assert "plans and delivers" not in desk.run("doctor", "--offline")[1]
    desk.db.execute(
        "INSERT INTO leases(name, holder, term, until) VALUES ('delivery', 'mars/7/1/x', 1, unixepoch() + 60)"
    )
    _, out, _ = desk.run("doctor", "--offline")
    assert re.search(
        r"process 7 on mars plans and delivers: its turn is until \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ, term 1", out
    )


@pytest.mark.of_a_file
@pytest.mark.parametrize(("off", "words"), [(3600, "3600 s ahead of"), (-60, "60 s behind"), (1, None)])
def test_doctor_says_how_far_this_machines_clock_is_off_the_databases(desk, off, words):
    """Seen failing without the words in `_database`; and with a clock that nobody asks for."""
    desk.run("migrate")
    desk.terminal.clock = SharedClock(lambda: datetime.now(UTC) + timedelta(seconds=off))
    status, out, _ = desk.run("doctor", "--offline")
    assert status == bool(words)
    if words:
        assert f"this machine's clock is {words} the database's, which counts: set it right" in out
    else:
        assert "machine's clock" not in out
    assert abs(desk.terminal.clock() - datetime.now(UTC)) < timedelta(seconds=30), "the database's time counts"


@pytest.mark.of_a_file
def test_doctor_leaves_an_older_schema_as_it_is(desk):
    desk.run("migrate")
    desk.db.execute("PRAGMA user_version = 1")
    status, out, _ = desk.run("doctor", "--offline")
    assert status == 1
    assert "python bot.py migrate" in out
    assert desk.db.execute("PRAGMA user_version").fetchone()[0] == 1


@pytest.mark.of_a_file
def test_doctor_names_what_others_may_read(desk, monkeypatch):
    monkeypatch.chdir(desk.folder)
    desk.run("migrate")
    (desk.folder / "bot.db").chmod(0o644)
    desk.file("SLACK_BOT_TOKEN=x", ".env").chmod(0o640)
    _, out, _ = desk.run("doctor", "--offline")
    assert "FAIL  .env can be read by others on this machine: chmod 600 .env" in out
    assert f"chmod 600 {desk.folder / 'bot.db'}" in out


@pytest.mark.of_a_file
@pytest.mark.parametrize("state", ["missing", "older", "damaged"])
def test_doctor_looks_at_who_may_read_whatever_the_database_is(desk, monkeypatch, state):
    monkeypatch.chdir(desk.folder)
    desk.file("SLACK_BOT_TOKEN=x", ".env").chmod(0o640)
    if state == "older":
        desk.run("migrate")
        desk.db.execute("PRAGMA user_version = 1")
    elif state == "damaged":
        desk.file("surely no database\n" * 99, "bot.db")
    _, out, _ = desk.run("doctor", "--offline")
    assert "FAIL  .env can be read by others on this machine: chmod 600 .env" in out


@pytest.mark.of_a_file
def test_doctor_notices_a_file_that_can_not_be_written(desk):
    desk.run("migrate")
    desk.db.execute("BEGIN IMMEDIATE")
    status, out, _ = desk.run("doctor", "--offline")
    desk.db.execute("ROLLBACK")
    assert status == 1
    assert "busy" in out


@pytest.mark.of_a_file
@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ('timezon = "UTC"', "timezon: no such key"),
        ("morning = 9", 'morning: text is needed, in quotes: "text" (found 9).'),
        (
            'managers = "ann@example.com"',
            """managers: a list is needed, such as ["one", "two"] (found 'ann@example.com').""",
        ),
        ('[calls]\nenabled = "maybe"', "calls.enabled: true or false is needed (found 'maybe')."),
        ('cta_idle_days = "x"', "cta_idle_days: a whole number is needed (found 'x')."),
        ('[[summaries]]\nname = "w"', "summaries.0.channel: it is missing."),
    ],
)
def test_a_faulty_policy_is_said_once_and_hides_no_database(tmp_path, policy, words):
    """Seen failing: said again as a fault of the database, in a library's words ("a valid tuple")."""
    (tmp_path / "policy.toml").write_text("")
    assert bot("migrate", cwd=tmp_path).returncode == 0
    (tmp_path / "policy.toml").write_text(policy)
    said = bot("doctor", "--offline", cwd=tmp_path).stdout
    assert (said.count("policy.toml: "), words in said) == (1, True), said
    assert "ok    database cta-bot.db: quick_check says ok" in said


@pytest.mark.parametrize("command", [("report",), ("doctor", "--offline")])
def test_a_policy_that_is_named_and_not_there_is_an_error(tmp_path, command):
    done = bot(*command, cwd=tmp_path, CTA_BOT_POLICY="nowhere.toml")
    assert done.returncode != 0
    assert "There is no policy at nowhere.toml. CTA_BOT_POLICY says where it is." in done.stdout + done.stderr


@pytest.mark.parametrize(
    "command", [("report",), ("export", "ctas"), ("migrate",), ("manifest",), ("doctor", "--offline")]
)
def test_templates_that_are_named_and_not_there_are_an_error_of_every_command(tmp_path, command):
    bot("migrate", cwd=tmp_path)
    done = bot(*command, cwd=tmp_path, CTA_BOT_TEMPLATES="nowhere")
    assert done.returncode != 0
    assert (done.stdout + done.stderr).count("There is no folder nowhere. CTA_BOT_TEMPLATES says where it is.") == 1


@pytest.mark.parametrize("option", ["run --http", "run --health", "demo --port"])
def test_a_port_that_there_is_not_is_refused_in_words(option, capsys):
    for port in ("70000", "-1", "x", "9" * 40):
        with pytest.raises(SystemExit):
            arguments([*option.split(), port] if port != "-1" else [*option.split()[:1], f"{option.split()[1]}=-1"])
        assert f"'{port}' is no port" in capsys.readouterr().err


def test_an_empty_setting_means_the_default(tmp_path):
    done = bot("migrate", cwd=tmp_path, CTA_BOT_POLICY="", CTA_BOT_DB="", CTA_BOT_TEMPLATES="")
    assert (done.returncode, (tmp_path / "cta-bot.db").exists()) == (0, True), done.stderr


def test_a_policy_that_is_not_named_may_be_missing(tmp_path):
    assert bot("migrate", cwd=tmp_path).returncode == 0


def test_without_its_packages_it_says_what_to_run(tmp_path):
    # A Python of the same version that sees the standard library alone.
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "bot.py"), "manifest"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "run `make setup` first" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("version", [(3, 9, 18), (3, 10, 13)])
def test_an_older_python_is_told_which_is_needed(tmp_path, version):
    # What an older Python lacks by then is of no account: it is asked first.
    asked = f"import sys; sys.version_info = {version}; sys.argv = ['bot.py', 'manifest']; "
    run = f"import runpy; runpy.run_path({str(ROOT / 'bot.py')!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", asked + run], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Python 3.11 or newer is needed, and this is ")


def test_a_mistyped_command_is_offered_right(tmp_path):
    done = bot("exprot", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "There is no command 'exprot'. Did you mean export or report?\n")
    with pytest.raises(UserError, match="There are: run, demo, manifest"):
        arguments(["xyzzy"])


def test_what_may_have_been_meant_is_said_once():
    choices = [("ebr log Acme", "ebr log Acme"), ("Acme", "ebr account:1"), ("In Slack", "/ebr Acme")]
    assert choices_in_words(UserError("No.", choices=choices)) == ["  ebr log Acme", "  Acme: ebr account:1"]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ("outbox lst", "There is no argument 'lst' in `bot.py outbox`. Did you mean list?"),
        ("export acounts", "There is no argument 'acounts' in `bot.py export`. Did you mean accounts"),
        ("import accunts x.csv", "There is no argument 'accunts' in `bot.py import`. Did you mean accounts"),
        ("outbox list --state pendng", "There is no --state 'pendng' in `bot.py outbox list`. Did you mean pending"),
        ("export xyzzy", "There are: accounts, "),
    ],
)
def test_a_mistyped_word_of_a_command_is_offered_right(argv, words):
    with pytest.raises(UserError) as found:
        arguments(argv.split())
    assert words in str(found.value)


def test_the_version_is_that_of_the_package(tmp_path):
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
    assert f"CTA Bot {VERSION}, Python 3." in bot("--version", cwd=tmp_path).stdout


def test_a_full_disk_is_named(tmp_path):
    from sqlite_utils.utils import sqlite3

    from storage.base.trouble import in_words

    assert "The disk of x.db is full." in str(
        in_words(sqlite3.OperationalError("database or disk is full"), Path("x.db"))
    )


def test_a_templates_folder_that_is_not_there_is_an_error(tmp_path):
    from templates.blocks.render import Renderer

    with pytest.raises(UserError, match="There is no folder"):
        Renderer(tmp_path / "nowhere")


def test_a_faulty_template_of_the_team_is_named_at_the_start_and_by_doctor(tmp_path):
    from templates.blocks.render import Renderer

    (tmp_path / "cta").mkdir()
    (tmp_path / "cta/card.json.j2").write_text("{% if %}")
    faults = Renderer(tmp_path).faults()
    assert len(faults) == 1
    assert "cta/card.json.j2" in faults[0]
    (tmp_path / "cta/card.json.j2").write_text(os.linesep)
    assert Renderer(tmp_path).faults() == []


OWNER = Person(1, "o@example.com", "U1", "Olga", runs_workspace=True)


@pytest.mark.parametrize(
    ("policy", "nobody_named", "manager"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"managers": ["m@example.com"]}, False, False),
        ({"managers": ["o@example.com"]}, False, True),
    ],
)
def test_who_runs_the_workspace_leads_until_somebody_is_named(policy, nobody_named, manager):
    rights = Rights(OWNER, policy_from(policy), nobody_named=lambda: nobody_named)
    assert rights.manager is manager
    assert not Rights(Person(2, None, "U2", "Max"), policy_from(policy), nobody_named=lambda: nobody_named).manager


def test_an_admin_of_a_fresh_workspace_may_import_and_others_hear_who_may(slack, make_world):
    admin = next(p for p in slack.sandbox.workspace.people.values() if p.admin)
    other = next(
        p
        for p in slack.sandbox.workspace.people.values()
        if not (p.admin or p.guest or p.bot_id or p.deleted or p.stranger)
    )
    make_world()
    assert "Only managers" in (said := slack.as_(other.id).command("/account import", channel="dm").text)
    assert "its keys managers and teams" in said
    assert "until then owners and admins of the workspace are managers" in said
    assert slack.as_(admin.id).command("/account import", channel="dm").modal is not None


def test_data_of_the_manifest_is_json(tmp_path):
    assert json.loads(bot("manifest", cwd=tmp_path).stdout)["settings"]


@pytest.mark.parametrize(
    ("fault", "said", "unsaid"),
    [
        ("no_scopes", "note: Slack did not say which scopes the token has", "missing scopes"),
        ("", "all scopes of the manifest are granted", "did not say"),
    ],
)
def test_scopes_that_slack_does_not_say_are_not_missing(slack, make_world, fault, said, unsaid):
    terminal = make_world().terminal
    if fault:
        slack.faults.add(fault, "auth.test")
    found = list(doctor._slack(terminal))
    assert (True, said) in found
    assert not any(unsaid in words for _, words in found)


@pytest.mark.postgres
def test_doctor_says_of_a_server_that_it_answers_and_who_makes_its_backups(tmp_path):
    engines.make("doctored")
    server = engines.server("doctored")
    said = bot("doctor", "--offline", cwd=tmp_path, CTA_BOT_DB=server.url).stdout
    assert "it answers, and can be written" in said
    assert "use pg_dump" in said
    away = bot("doctor", "--offline", cwd=tmp_path, CTA_BOT_DB=f"postgresql://bot@/doctored?host={tmp_path}")
    assert away.returncode == 1
    assert "can't be reached" in away.stdout
    assert "Traceback" not in away.stderr
