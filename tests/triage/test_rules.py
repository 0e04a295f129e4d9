"""When an update is due, and what becomes of an account over a random history, against the rules written twice."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.account import store as accounts
from storage.base.db import Store
from storage.base.errors import UserError
from storage.base.policy import policy_from
from storage.health.settings import HealthArea
from storage.renewal import outcomes
from storage.triage import store as triages
from storage.triage.record import OPEN, regular_due, update_due
from tests import engines
from tests.triage import oracle

FIRST = date(2026, 11, 2)
POLICY = policy_from({"health": {"enabled": True}})


@pytest.mark.parametrize(("day", "colour", "due"), [
    (date(2026, 11, 6), "red", date(2026, 11, 10)),
    (date(2026, 11, 7), "red", date(2026, 11, 17)),
    (date(2026, 11, 6), "yellow", date(2026, 12, 1)),
    (date(2026, 11, 7), "yellow", date(2026, 12, 8)),
])  # fmt: skip
def test_the_examples_of_the_rules(day, colour, due):
    assert regular_due(day, colour, HealthArea()) == due
    assert oracle.due(day, colour) == due


@given(day=st.dates(date(2026, 1, 1), date(2028, 1, 1)), colour=st.sampled_from(["red", "yellow"]))
def test_it_is_due_as_the_rules_written_twice_say(day, colour):
    assert regular_due(day, colour, HealthArea()) == oracle.due(day, colour)


STEPS = st.one_of(
    st.tuples(st.just("health"), st.sampled_from(["red", "yellow", "green"])),
    st.tuples(st.just("needs_triage"), st.none()),
    st.tuples(st.just("update"), st.sampled_from(["red", "yellow", "green"])),
    st.tuples(st.just("will_churn"), st.none()),
    st.tuples(st.just("renewed"), st.sampled_from(["less", "as much"])),
)


def carry_out(unit, account_id, what, more):
    """One step of a history; what can't be done at that time is refused and changes nothing."""
    found = triages.current(unit.db, account_id)
    if what == "health":
        accounts.edit(unit, account_id, {"health": more}, "account.health")
    elif what == "needs_triage":
        triages.open_yellow(unit, account_id, {})
    elif what == "renewed":
        account = accounts.get(unit.db, account_id)
        less = {"arr_cents": account.arr_cents - 1, "reason": "price"} if more == "less" else {}
        outcomes.renew(unit, account_id, account.renewal_on + timedelta(days=365), **less)
    elif found and what == "update":
        triages.update(unit, found.id, more, "so so", helped="we talked")
    elif found and what == "will_churn":
        triages.will_churn(unit, found.id, "they merged")


def test_a_random_history_ends_where_the_rules_written_twice_say(tmp_path):
    store, numbers = Store(engines.ready(tmp_path / "bot.db"), policy=POLICY), count(1)
    with store.write(datetime.combine(FIRST, time(9), UTC)) as unit:
        unit.db.execute("INSERT INTO people(id, name, email, updated_at) VALUES (1, 'Maya', 'm@example.com', '')")

    @settings(max_examples=60)
    @given(steps=st.lists(st.tuples(st.integers(0, 20), STEPS), max_size=12))
    def lives(steps):
        day, lived = FIRST, []
        with store.write(datetime.combine(day, time(9), UTC)) as unit:
            fields = {"csm_id": 1, "arr_cents": 10_000, "renewal_on": "2027-01-31"}
            account_id = accounts.add(unit, f"Acme {next(numbers)}", fields).id
        for gap, (what, more) in steps:
            day += timedelta(days=gap)
            with store.write(datetime.combine(day, time(10), UTC)) as unit:
                yellow = accounts.get(unit.db, account_id).health == "yellow"
                if what == "needs_triage" and not yellow:
                    continue  # [Needs triage] stands on yellow ones only
                with suppress(UserError):
                    carry_out(unit, account_id, what, more)
            lived.append((day, what, more))
        state, colour, due, ends = oracle.lived(lived)
        db = store.connection()
        found = triages.current(db, account_id)
        assert (found is None) == (state == "normal")
        if found:
            assert (found.state == OPEN) == (state == "triage")
            assert found.colour == colour
            assert update_due(found, HealthArea()) == due
        outcomes_ = [one.outcome for one in reversed(triages.of_accounts(db, [account_id])) if one.outcome]
        assert outcomes_ == ends

    lives()
    store.close()
