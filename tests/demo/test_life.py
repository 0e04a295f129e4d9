"""The demo shows what areas bring: onboarding, a red account in triage, calls, an escalation, a review by half."""

from datetime import UTC, datetime

from handlers.demo import book
from handlers.demo.terminal import load_sample_world
from handlers.growth.figures import of_period as growth_figures
from handlers.survey.figures import of_period as survey_figures
from handlers.usage.figures import of_period as used_figures
from storage.account import health_history
from storage.account import store as accounts
from storage.base import people
from storage.base.areas import NAMES
from storage.base.policy import policy_from
from storage.base.switches import areas_on
from storage.escalation import store as escalations
from storage.onboarding import store as onboarding
from storage.plan import store as plan_store
from storage.review import store as reviews
from storage.triage import store as triages


def test_the_sample_world_has_a_red_account_in_triage_calls_and_an_escalation(make_world, sandbox, tmp_path):
    world = make_world()
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    terminal = world.terminal
    with load_sample_world(terminal, sandbox, book.book(now.date()), tmp_path / "demo.db") as sample:
        store = sample.terminal.store()
        db = store.connection()
        assert db.execute("SELECT count(*) FROM outbox WHERE kind = 'told'").fetchone()[0] == 0, (
            "nobody is told of a book that was empty"
        )
        assert areas_on(sample.terminal.policy) == frozenset(NAMES)
        (red,) = accounts.named(db, "Cedarline Foods")
        assert [one.health for one in health_history.of_account(db, red.id)] == ["red", "yellow", "green"]
        for_all = (now.date().replace(month=10, day=1), now.date(), now.date())
        grown = {one.what: one for one in growth_figures(db, sample.terminal.policy, *for_all)}
        assert grown["net retention"].n > 10
        used = {one.what: one.n for one in used_figures(db, sample.terminal.policy, *for_all)}
        assert used["accounts with usage"] >= 40
        answered = survey_figures(db, sample.terminal.policy, *for_all)
        assert {one.kind for one in answered} == {"nps", "csat"}
        assert all(one.answers >= one.least for one in answered)
        (acme,) = accounts.named(db, "Acme")
        of_old = onboarding.of_accounts(db, store.policy, [acme], now.date())[acme.id]
        assert [one.source for one in of_old.values() if one.reached_on] == ["entered"] * 3
        assert [row[0] for row in db.execute("SELECT state FROM plays ORDER BY id")] == ["kept", "running", "idea"]
        assert triages.current(db, red.id).impact == "churn"
        (bank,) = accounts.named(db, "Dunmore Bank")
        assert [one.severity for one in escalations.open_ones(db, [bank.id])] == ["high"]
        assert db.execute("SELECT count(*) FROM calls").fetchone()[0] >= 40
        in_onboarding = {
            one.name for one in onboarding.in_onboarding(db, store.policy, now.date(), "segment = 'enterprise'", ())
        }
        assert in_onboarding == {"Granite Mutual", "Zephyr Wind"}
        standing = onboarding.of_accounts(db, store.policy, accounts.named(db, "Zephyr Wind"), now.date())
        assert any(one.late(now.date()) for of_account in standing.values() for one in of_account.values())
        plans = {name: plan_store.standing_of(db, store.policy, accounts.named(db, name)[0], now.date())
                 for name in ("Acme", "Dunmore Bank", "Harbor Lines")}  # fmt: skip
        assert [one.qualified for one in plans.values()] == [True, False, False]
        assert [one.waits for one in plans.values()] == [False, True, False]
        priya = people.by_email(db, "priya@example.com")
        review = reviews.of_team(db, store.policy, priya, now.date())
        marks = [found.mark for section in review.sections for found in section.found]
        assert 0.3 < sum(mark is None for mark in marks) / len(marks) < 0.7
        assert [mark.note for mark in marks if mark and mark.waits] == ["what do they need from us this month?"]
        assert areas_on(policy_from({})) == frozenset()
        store.close()
