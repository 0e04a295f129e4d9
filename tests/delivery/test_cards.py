"""Cards: posted once, edited in place from then on, in order, and never where another company looks."""

import pytest

from storage.cta import work as cta_work

ACME = "C0000ACME"


@pytest.fixture
def card(office):
    """A CTA whose card stands in its account's channel."""
    account = office.account(csm="maya", channel=ACME)
    cta = office.open_cta(account)
    office.deliver()
    assert office.posted("acme") == [[f"card:{cta.id}"]]
    return cta


def note(office, cta, text):
    with office.write() as unit:
        return cta_work.add_note(unit, cta.id, text)


def snooze_until(office, cta, day):
    with office.write() as unit:
        return cta_work.move_due(unit, cta.id, day)


def edits(office):
    return office.sandbox.log.entries("updated")


def test_a_card_is_immediate_day_and_night(office):
    account = office.account(csm="maya", channel=ACME)
    office.later(hours=17)
    office.open_cta(account)
    assert office.deliver().sent == 1


def test_several_changes_are_one_edit(office, card):
    day = card.due_on
    for _ in range(3):
        day = day.replace(year=day.year + 1)
        office.later(seconds=1)
        snooze_until(office, card, day)
    office.deliver()
    (edit,) = edits(office)
    assert edit["ts"] == office.row(f"card:{card.id}").slack_ts
    assert str(day.year) in edit["text"] or str(day.year) in str(
        office.sandbox.workspace.channels[ACME].messages[-1].body
    )
    assert {state for key, state in office.states().items() if key.startswith("card:")} == {"sent"}


def test_edits_wait_until_the_card_stands(office):
    account = office.account(csm="maya", channel=ACME)
    cta = office.open_cta(account)
    office.sandbox.faults.add("reset", "chat.postMessage", takes_effect=True)
    office.deliver()
    assert office.state(f"card:{cta.id}") == "unknown"
    snooze_until(office, cta, cta.due_on.replace(year=cta.due_on.year + 1))
    office.deliver()
    assert edits(office) == []
    office.later(seconds=31)
    office.deliver()
    office.deliver()
    assert len(edits(office)) == 1
    assert office.keys() == [f"card:{cta.id}"]


@pytest.mark.parametrize("takes_effect", [True, False])
def test_an_unanswered_edit_is_simply_made_again(office, card, takes_effect):
    office.sandbox.faults.add("reset", "chat.update", takes_effect=takes_effect)
    changed = snooze_until(office, card, card.due_on.replace(year=card.due_on.year + 1))
    office.deliver()
    assert office.state(f"card:{card.id}:{changed.version}") == "pending"
    office.later(seconds=10)
    office.deliver()
    assert office.state(f"card:{card.id}:{changed.version}") == "sent"
    assert office.posted("acme") == [[f"card:{card.id}"]]


def test_the_last_edit_shows_the_last_facts_whatever_failed_before(office, card):
    office.sandbox.faults.add("server_error", "chat.update", takes_effect=False)
    first = card.due_on.replace(year=card.due_on.year + 1)
    snooze_until(office, card, first)
    office.deliver()
    last = first.replace(year=first.year + 1)
    snooze_until(office, card, last)
    office.later(seconds=10)
    office.deliver()
    body = str(office.sandbox.workspace.channels[ACME].messages[-1].body)
    assert str(last.year) in body
    assert len(edits(office)) == 1


def test_a_card_that_is_gone_is_let_go(office, card):
    channel = office.sandbox.workspace.channels[ACME]
    office.sandbox.workspace.delete(channel.messages[-1])
    changed = note(office, card, "met the new CTO")
    office.deliver()
    assert office.row(f"card:{card.id}:{changed.version}").error == "the card is gone"
    assert office.posted("acme") == [[f"card:{card.id}"]]


def test_no_edit_in_a_channel_that_another_company_sees(office, card):
    office.sandbox.workspace.channels[ACME].shared = True
    changed = note(office, card, "met the new CTO")
    office.deliver()
    assert edits(office) == []
    assert office.state(f"card:{card.id}:{changed.version}") == "blocked"


def test_when_the_channel_is_ours_again_the_card_catches_up(office, card):
    office.sandbox.workspace.channels[ACME].shared = True
    changed = note(office, card, "met the new CTO")
    office.deliver()
    office.sandbox.workspace.channels[ACME].shared = False
    office.deliver()
    assert office.state(f"card:{card.id}:{changed.version}") == "sent"
    assert len(edits(office)) == 1


def test_an_internal_cta_has_no_card(office):
    account = office.account(csm="maya", channel=ACME)
    office.open_cta(account, success_plan="internal")
    office.deliver()
    assert office.posted() == []


def test_a_card_is_taken_away_when_its_cta_becomes_internal_and_comes_back(office, card):
    owner = office.person("maya")

    def edit(plan):
        with office.write() as unit:
            cta_work.edit(unit, card.id, owner_id=owner.id, due_on=None, priority="high", success_plan=plan)
        office.deliver()

    edit("internal")
    assert len(office.sandbox.log.entries("deleted", channel=ACME)) == 1
    edit("roi")
    assert len(office.sandbox.workspace.channels[ACME].messages) == 2  # the seed's own, and the card


def test_a_card_that_can_not_be_posted_goes_to_the_owner(office):
    account = office.account(csm="maya", channel=ACME)
    office.sandbox.workspace.channels[ACME].archived = True
    cta = office.open_cta(account)
    office.deliver()
    assert office.state(f"card:{cta.id}") == "blocked"
    assert office.states()[f"card:{cta.id}:maya@example.com"] == "sent"
