"""What no form offers is refused as elsewhere, whoever sends it; what stands is not changed."""

from datetime import timedelta

import pytest

from storage.account import store as accounts
from storage.base import people
from storage.base.errors import UserError
from storage.cta import life as cta_life
from storage.cta import store as ctas
from storage.cta import tasks
from storage.cta import work as cta_work
from storage.cta.closing_checks import Closing
from tests.cta.conftest import NOW


@pytest.fixture
def cta(stored):
    with stored.unit() as unit:
        return cta_life.open_cta(unit, account=stored.account(), playbook=stored.playbook(), due_on=None)


@pytest.fixture
def guest(stored):
    with stored.unit() as unit:
        return people.from_slack(
            unit, slack_id="U0GUEST", email="guest@example.com", name="Guest", zone=None, guest=True
        )


SETTINGS = {"owner_id": None, "due_on": None, "priority": "high", "success_plan": "roi"}


@pytest.mark.parametrize("forged", [{"priority": "urgent!!"}, {"priority": ""}, {"success_plan": "secret"}])
def test_a_choice_that_no_form_offers(stored, cta, forged):
    with pytest.raises(UserError, match="Pick one of"), stored.unit() as unit:
        cta_work.edit(unit, cta.id, **{**SETTINGS, **forged})
    with pytest.raises(UserError, match="Pick one of"), stored.unit() as unit:
        cta_life.open_cta(unit, account=stored.account("Globex"), playbook=stored.playbook(), **forged)
    assert ctas.get(stored.db, cta.id).priority == "medium"


def test_a_guest_owns_no_cta_and_has_no_task(stored, cta, guest):
    task = {"title": "Demo", "due_on": None, "assignee_id": guest.id}
    for work in (
        lambda unit: tasks.add(unit, cta.id, **task),
        lambda unit: tasks.edit(unit, cta.id, 1, **task, state="open", skip_reason=None),
        lambda unit: cta_work.assign(unit, cta.id, guest.id),
        lambda unit: cta_life.open_cta(
            unit, account=stored.account("Globex"), playbook=stored.playbook(), owner_id=guest.id
        ),
    ):
        with pytest.raises(UserError, match="Guest can't"), stored.unit() as unit:
            work(unit)
    assert all(task.assignee_id is None for task in ctas.tasks_of(stored.db, cta.id))


@pytest.mark.parametrize(
    "fields",
    [
        {"last_ebr_on": "2031-01-01"},
        {"customer_since": "2031-01-01"},
        {"renewal_on": "0001-01-01"},
        {"renewal_on": "9999-12-31"},
    ],
)
def test_a_day_that_can_not_be(stored, fields):
    with pytest.raises(UserError), stored.unit() as unit:
        accounts.edit(unit, stored.account().id, fields)
    with pytest.raises(UserError), stored.unit() as unit:
        accounts.add(unit, "New", fields)


def test_open_again_as_it_was_keeps_its_snooze(stored, cta):
    until = NOW.date() + timedelta(days=20)
    with stored.unit() as unit:
        cta_work.snooze(unit, cta.id, until)
    before = ctas.get(stored.db, cta.id)
    with stored.unit() as unit:
        cta_life.close(unit, before, Closing("success"))
    with stored.unit() as unit:
        cta_life.reopen(unit, cta.id)
    assert ctas.get(stored.db, cta.id).snoozed_until == until
    with stored.unit() as unit:
        cta_life.close(unit, ctas.get(stored.db, cta.id), Closing("success"))
    with stored.unit(now=NOW + timedelta(days=30)) as unit:
        cta_life.reopen(unit, cta.id)
    assert ctas.get(stored.db, cta.id).snoozed_until is None  # that day has passed
