"""The demo shows what areas bring: a red account in triage with its trend, calls, and an escalation."""

from datetime import UTC, datetime

from handlers.demo import book
from handlers.demo.terminal import load_sample_world
from storage.account import health_history
from storage.account import store as accounts
from storage.base.switches import areas_on
from storage.escalation import store as escalations
from storage.triage import store as triages


def test_the_sample_world_has_a_red_account_in_triage_calls_and_an_escalation(make_world, sandbox, tmp_path):
    world = make_world()
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    terminal = world.terminal
    with load_sample_world(terminal, sandbox, book.book(now.date()), tmp_path / "demo.db") as sample:
        store = sample.terminal.store()
        db = store.connection()
        assert {"calls", "health", "escalations"} <= areas_on(sample.terminal.policy)
        (red,) = accounts.named(db, "Cedarline Foods")
        assert [one.health for one in health_history.of_account(db, red.id)] == ["red", "yellow", "green"]
        assert triages.current(db, red.id).impact == "churn"
        (bank,) = accounts.named(db, "Dunmore Bank")
        assert [one.severity for one in escalations.open_ones(db, [bank.id])] == ["high"]
        assert db.execute("SELECT count(*) FROM calls").fetchone()[0] >= 40
        store.close()
