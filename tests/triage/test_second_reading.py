"""What becomes of an account in trouble over a random history with escalations, against a second reading of the rules."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from hypothesis import example, given, settings
from hypothesis import strategies as st

from storage.account import health_history
from storage.account import store as accounts
from storage.base.db import Store
from storage.base.errors import UserError
from storage.base.policy import policy_from
from storage.escalation import store as escalations
from storage.renewal import outcomes
from storage.triage import store as triages
from storage.triage.record import OPEN
from tests import engines
from tests.triage.second_reading import Case

FIRST = date(2026, 11, 2)
POLICY = policy_from({"health": {"enabled": True}, "escalations": {"enabled": True}})
COLOURS = st.sampled_from(["red", "yellow", "green"])
STEPS = st.one_of(
    st.tuples(st.just("health"), COLOURS, st.booleans()),
    st.tuples(st.just("file"), COLOURS),
    st.tuples(st.just("escalate"), st.booleans()),
    st.tuples(st.just("close"), st.integers(0, 2), COLOURS),
    st.tuples(st.just("reopen"), st.integers(0, 2)),
    st.tuples(st.just("will_churn"), st.sampled_from(["they merged", ""])),
    st.tuples(st.just("renewed"), st.sampled_from([-1, 0, 1, None])),
    st.tuples(st.just("churned")),
)


class Told:
    """The same history told to the bot and to the reading of the rules."""

    def __init__(self, unit, account_id, case):
        self.unit, self.account_id, self.case = unit, account_id, case
        self.triage = triages.current(unit.db, account_id)
        self.account = accounts.get(unit.db, account_id)
        self.escalations = sorted(escalations.of_accounts(unit.db, [account_id]), key=lambda one: one.id)

    def health(self, colour, needs_triage):
        needs_triage = needs_triage and colour == "yellow"
        if needs_triage and self.triage and self.triage.state == OPEN:
            triages.update(self.unit, self.triage.id, colour, "so so")
        else:
            accounts.edit(self.unit, self.account_id, {"health": colour}, "account.health")
            if needs_triage and self.triage is None:
                triages.open_yellow(self.unit, self.account_id, {})
        if needs_triage or (colour, self.unit.today) != (self.account.health, self.account.health_on):
            self.case.health(colour, needs_triage=needs_triage)  # said again on its day it is no setting

    def file(self, colour):
        """A value that is as it was sets nothing."""
        if colour != self.account.health:
            accounts.write(
                self.unit,
                self.account_id,
                {"health": colour, "health_on": self.unit.today.isoformat()},
                source=health_history.IMPORT,
            )
            self.case.health(colour)

    def escalate(self, red):
        made = escalations.open_(self.unit, self.account_id, "high", "it works", red=red)
        if red:
            self.case.health("red")
        self.case.escalate(made.id)

    def close(self, which, colour):
        one = self.escalations[which]
        last = [other.id for other in self.escalations if other.is_open] == [one.id]
        escalations.close(self.unit, one.id, "positive", criteria_met=True, health=colour if last else None)
        self.case.close(one.id, colour if last else None)

    def reopen(self, which):
        escalations.reopen(self.unit, self.escalations[which].id)
        self.case.escalate(self.escalations[which].id)

    def will_churn(self, line):
        triages.will_churn(self.unit, self.triage.id, line)
        self.case.will_churn(by_manager=True, line=line)

    def renewed(self, more):
        arr, until = self.account.arr_cents, self.account.renewal_on + timedelta(days=365)
        new = None if more is None else arr + more
        outcomes.renew(self.unit, self.account_id, until, arr_cents=new, reason="price" if more == -1 else None)
        self.case.renewed(arr, new)

    def churned(self):
        outcomes.churn(self.unit, self.account_id, reason="price")
        self.case.churned()


def test_a_random_history_with_escalations(tmp_path):
    store = Store(engines.ready(tmp_path / "bot.db"), policy=POLICY)
    numbers = count(1)
    with store.write(datetime.combine(FIRST, time(9), UTC)) as unit:
        unit.db.execute("INSERT INTO people(id, name, email, updated_at) VALUES (1, 'Maya', 'm@example.com', '')")

    @settings(max_examples=120)
    @given(steps=st.lists(st.tuples(st.sampled_from([0, 0, 1, 13, 14, 15]), STEPS), max_size=12))
    @example(steps=[(0, ("escalate", True)), (0, ("health", "green", False)), (0, ("close", 0, "green"))])
    @example(steps=[(0, ("health", "yellow", True)), (0, ("health", "yellow", False))])
    def lived(steps):
        day, case = FIRST, Case()
        with store.write(datetime.combine(day, time(9), UTC)) as unit:
            fields = {"csm_id": 1, "arr_cents": 10_000, "renewal_on": "2027-09-30"}
            account_id = accounts.add(unit, f"Acme {next(numbers)}", fields).id
        for number, (gap, (what, *more)) in enumerate(steps):
            day += timedelta(days=gap)
            at = datetime.combine(day, time(10, number), UTC)
            with suppress(UserError, IndexError, AttributeError), store.write(at) as unit:
                getattr(Told(unit, account_id, case), what)(*more)
            assert (what, more, state_of(store.connection(), account_id)) == (what, more, case.state)
            if what == "churned":
                break
        told = reversed(triages.of_accounts(store.connection(), [account_id]))
        assert [one.outcome for one in told if one.outcome] == case.ended

    lived()
    store.close()


def state_of(db, account_id):
    if (found := triages.current(db, account_id)) is None:
        return "normal"
    if found.state == OPEN:
        return "escalated" if escalations.open_ones(db, [account_id]) else "triage"
    return found.state


def test_an_escalation_of_an_area_that_is_off_again_keeps_no_triage_from_its_end(tmp_path):
    """Nobody could close it any more."""
    store = Store(engines.ready(tmp_path / "bot.db"), policy=POLICY)
    morning = datetime.combine(FIRST, time(9), UTC)
    with store.write(morning) as unit:
        ids = [accounts.add(unit, name, {}).id for name in ("Acme", "Globex", "Hooli")]
        for account_id in ids:
            escalations.open_(unit, account_id, "high", "it works", red=True)
    store.policy = policy_from({"health": {"enabled": True}})
    with store.write(morning + timedelta(days=1)) as unit:
        by_word, by_update, lost = ids
        accounts.edit(unit, by_word, {"health": "green"}, "account.health")
        triages.update(unit, triages.current(unit.db, by_update).id, "green", "all well", helped="a fix")
        triages.will_churn(unit, triages.current(unit.db, lost).id, "they merged")
    assert [state_of(store.connection(), account_id) for account_id in ids] == ["normal", "normal", "will_churn"]
    store.close()
