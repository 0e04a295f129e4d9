"""What the bot answers to the rules of onboarding, health, triage, calls and escalations: plain values in, plain values out.

For oracles that are written from the rules' text alone (tests/*/oracle.py, tests/onboarding/test_second_opinion.py): one
more of them needs nothing of the bot but these. Days are `date`, of a policy as it is when nobody changes it.
"""

from datetime import timedelta

from storage.account.record import Account
from storage.base.business_days import business_days_of
from storage.base.policy import Policy
from storage.call.record import days_allowed, late_since
from storage.call.settings import CallArea
from storage.escalation.record import due_on
from storage.escalation.settings import EscalationArea
from storage.health.record import freshness, is_asked
from storage.health.settings import HealthArea
from storage.onboarding.record import standings
from storage.onboarding.settings import Onboarding
from storage.success.record import Life, stage
from storage.triage.record import regular_due

POLICY = Policy()


def _life(started, reached, *, by_hand=False, churned=False, will_churn=None, adopted=None):
    return Life(
        account_id=1,
        started_on=started,
        by_hand=by_hand,
        churned=churned,
        territory=None,
        tier=None,
        intent=(),
        original_licences=None,
        entered=reached,
        derived={},
        adopted_on=adopted,
        adopted_source="",
        will_churn_on=will_churn,
        call_days=None,
    )


def stage_of(started, today, reached=None, **more):
    """`churned`, `will_churn`, `onboarding`, `adoption`, `growth` or None; `reached` has a day by milestone."""
    return stage(_life(started, reached or {}, **more), today, POLICY.settings(Onboarding).window_days)


def targets(started, segment="enterprise"):
    """The target day of each milestone that has one."""
    found = standings(_life(started, {}), segment, {}, POLICY)
    return {name: one.target_on for name, one in found.items() if one.target_on}


def nudge_days(started, segment="enterprise"):
    """By milestone the days on which its nudges are due, and the business days on which they are posted."""
    steps, business = POLICY.settings(Onboarding).steps_days, business_days_of(POLICY)
    due = {name: [day - timedelta(days=step) for step in steps] for name, day in targets(started, segment).items()}
    return {name: [(day, business.next_from(day)) for day in days] for name, days in due.items()}


def health_is(health, health_on, today, months):
    """`fresh`, `stale` or `unknown`."""
    account = Account(*(None,) * 27)
    object.__setattr__(account, "health", health)
    object.__setattr__(account, "health_on", health_on)
    return freshness(account, today, months, POLICY.settings(HealthArea))


def health_round_asks(health, health_on, day, months):
    """Whether the round of a day's month asks for it, on that day."""
    return is_asked(health, health_on, day, months)


def triage_due(last_on, colour):
    """When the next update of a triage is due."""
    return regular_due(last_on, colour, POLICY.settings(HealthArea))


def escalation_due(last_on, severity, state="open"):
    """When the next update of an escalation is due."""
    return due_on(last_on, severity, state, POLICY.settings(EscalationArea), business_days_of(POLICY))


def call_is_late(last_on, started, today, own, segment_days, *, in_onboarding):
    """Whether a call is late: `own` days of the account, those of its segment (None: no target)."""
    allowed = days_allowed(own, segment_days, POLICY.settings(CallArea).onboarding_days, in_onboarding=in_onboarding)
    return late_since(last_on, started, today, allowed) is not None
