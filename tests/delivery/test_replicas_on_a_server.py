"""Two replicas on a PostgreSQL server that ends their connections, cuts their commits, or is started anew."""

from datetime import timedelta

import pytest

from reminders.engine.scheduler import Machine
from reminders.outbox.context import POINTS
from storage.base import postgres
from storage.base.address import Server
from storage.base.trouble import Unreachable
from tests import engines
from tests.delivery.conftest import RENDERER, Office
from tests.delivery.killing import calm, check, morning, process  # noqa: F401 - fixtures among them
from tests.delivery.replicas import team_of
from tests.delivery.test_machine import until
from tests.delivery.test_two_bots import opened, sent

pytestmark = pytest.mark.postgres
SHORT = {"claim.after_commit", "attempt.before_commit", "post.after", "sent.before_commit"}
ON_THE_WAY_BACK = {"lease.after_commit", "history.before", "history.after", "history.after_commit"}


@pytest.fixture
def database(tmp_path):
    """A database of the server, whatever the tests' engine; what is committed there survives the server's end."""
    name = f"r_{tmp_path.name.replace('-', '_').lower()}"[:60]
    engines.make(name)
    engines.admin(f"ALTER DATABASE {name} SET synchronous_commit = on")
    return engines.server(name)


@pytest.fixture
def team(process, calm, sandbox, database):  # noqa: F811 - the fixtures
    sandbox.reset()
    office = morning(sandbox, database)
    office.db.execute("SET application_name = 'onlooker'")  # the bots' connections are ended, not that of who looks on
    with team_of(process, office) as team:
        team.keys = calm[1]
        yield team
    office.store.close()


@pytest.mark.parametrize(
    "point", [point if point in SHORT else pytest.param(point, marks=pytest.mark.soak) for point in POINTS]
)
def test_connections_that_the_server_ends_at_a_point_lose_and_double_nothing(team, point):
    """Seen failing without a new connection for the next unit of work."""
    if point in ON_THE_WAY_BACK:
        team.start("b", kill_at=["post.after", 0])
        assert not team.at.pop("b").stops()
    team.start("a", sever_at=point)
    team.start("b", sever_at=point)
    keys = team.feed(3)
    team.comes_to_rest()
    team.end()
    check(team.office, team.keys | set(keys))


@pytest.mark.soak  # it waits for real seconds: a busy machine takes longer
@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 5))])
def test_commits_without_an_answer_lose_and_double_nothing(team, seed):
    """A third of all commits: of half of them the work is kept. Seen failing without the history's word."""
    for name in "ab":
        team.start(name, cuts=seed)
    keys = set()
    for _ in range(5):
        keys.update(team.feed(4))
        team.begins_to_send(0)
    team.comes_to_rest()
    team.end()
    check(team.office, team.keys | keys)


def test_a_command_whose_commit_was_cut_behind_the_server_is_answered_as_done_and_done_once(
    make_world, monkeypatch, database
):
    """Seen failing without its key looked for behind what failed: in `Store.write`, `_once` and `_carried_out`."""
    world = make_world(database)
    world.book("accounts", {"name": "Acme", "csm": "maya@example.com"})
    commit, cut = postgres.Session.commit, []

    def once(session):
        keyed = session.execute("SELECT count(*) FROM inbox WHERE key LIKE '%1.1.x%'").fetchone()[0]
        commit(session)
        if keyed and not cut:
            cut.append(True)
            session.close()
            raise Unreachable("The server does not answer.", "")

    monkeypatch.setattr(postgres.Session, "commit", once)
    first = sent(world, "/cta open Acme expand ci", 1)
    assert cut, "no commit was cut"
    assert first == sent(world, "/cta open Acme expand ci", 1)
    assert "Opened" in str(first)
    assert len(opened(world)) == 1
    world.slack.allow_messages()


def test_a_server_that_is_started_anew_loses_and_doubles_nothing(team):
    """Seen failing without a new connection for the next unit of work."""
    for name in "ab":
        team.start(name)
    until(team.sending)
    engines.restart()
    keys = team.feed(3)
    team.comes_to_rest()
    team.end()
    check(team.office, team.keys | set(keys))


def test_stopped_inside_a_unit_of_work_it_holds_up_nobody_for_long(team):
    """Seen failing without `idle_in_transaction_session_timeout`: nobody could write until it went on."""
    stopped = team.start("a", stop_at="claim.before_commit")
    assert stopped.stops()
    team.start("b")
    until(lambda: team.holder == "b")
    team.comes_to_rest()
    stopped.go_on()
    keys = team.feed(3)
    team.comes_to_rest()
    team.end()
    check(team.office, team.keys | set(keys))


def test_while_the_server_is_gone_clicks_are_told_and_what_was_done_before_is_there_after(make_world, database):
    """Seen failing with a server that is away taken for a bug of ours (`Unreachable` no FileTrouble)."""
    world = make_world(database)
    world.book("accounts", {"name": "Acme", "csm": "maya@example.com"}, {"name": "Hooli", "csm": "maya@example.com"})
    assert "Opened" in str(sent(world, "/cta open Acme expand ci", 1))
    engines.end(engines.socket())
    try:
        told = [str(sent(world, "/cta open Hooli expand ci", number)) for number in (2, 3)]
    finally:
        engines.start(engines.socket())
    assert all("can't be reached" in words for words in told)
    assert not any("E-" in words for words in told)
    assert "Opened" in str(sent(world, "/cta open Hooli expand ci", 2))
    assert len(opened(world)) == 2
    world.allow_messages()


@pytest.fixture
def pair(tmp_path):
    """A server of its own with a standby behind it, as a URL of both; and the folders of their sockets."""
    first = engines.new_server()
    engines.admin("ALTER SYSTEM SET synchronous_commit = on", at=Server(f"postgresql://bot@/postgres?host={first}"))
    engines.admin("CREATE DATABASE cta_bot", at=Server(f"postgresql://bot@/postgres?host={first}"))
    second = engines.new_server(copy_of=first)
    yield Server(f"postgresql://bot@/cta_bot?host={first},{second}&target_session_attrs=read-write"), first, second
    for folder in (second, first):
        engines.remove(folder)


def test_a_promoted_standby_that_lost_its_last_second_has_nothing_said_again_and_no_id_given_out_again(sandbox, pair):
    """Seen failing without the lineage: what it did not know of was posted again; and without the ids left behind."""
    url, first, second = pair
    standby = Server(f"postgresql://bot@/cta_bot?host={second}")
    sandbox.reset()
    office = Office(sandbox, url)
    machine = Machine(office.store, office.policy, office.sender(), RENDERER, lambda: office.now)
    machine.start()
    try:
        office.note("notice:1", to="C0000ACME", payload={"notice": "one", "n": 1})
        until(lambda: office.state("notice:1") == "sent")
        office.note("notice:2", to="C0000ACME", not_before=office.now + timedelta(minutes=1))
        asked = "SELECT 1 FROM outbox WHERE dedupe_key = 'notice:2'"
        until(lambda: engines.admin(asked, at=standby))
        # From here on it hears nothing more.
        engines.admin("ALTER SYSTEM SET primary_conninfo = ''", at=standby)
        engines.admin("SELECT pg_reload_conf()", at=standby)
        until(lambda: not engines.admin("SELECT 1 FROM pg_stat_wal_receiver", at=standby))
        office.later(minutes=1)
        machine.wake()
        until(lambda: office.state("notice:2") == "sent")
        lost = office.row(office.note("notice:3", to="C0000ACME", not_before=office.now + timedelta(days=1))).id
        engines.end(first)
        engines.promote(second)
        machine.wake()
        until(lambda: office.state("notice:2") == "sent", 60)
        assert office.keys() == ["notice:1", "notice:2"]
        again = office.note("notice:3", to="C0000ACME", not_before=office.now + timedelta(days=1))
        assert office.row(again).id > lost + 900_000
    finally:
        machine.stop()
        office.store.close()
