"""Forms and messages that stand open while their account goes to the archive: nothing is promised of it any more."""

import pytest

from tests.may.asking import click, form, said

ACCOUNT, ENDED = {"account": "{acme}"}, {"account": "{acme}:2027-04-30"}
DELAYED = {"milestone": "onboarded", "expected_on": "2027-01-09", "caused_by": "us", "reason": "capacity"}
BEGUN = [
    said("", "/renewals renewed Acme 30 Apr 2028"),
    form("", "renewal.renewed", ENDED, {"next_renewal_on": "2028-04-30"}),
    click("", "renewal.by_itself", "{acme}:2027-04-30"),
    said("", "/ebr cadence Acme 6"),
    form("", "ebr.cadence", ACCOUNT, {"months": "6"}),
    said("", "/success delay Acme onboard until 9 Jan customer unresponsive"),
    form("", "onboarding.delay", ACCOUNT, DELAYED),
    click("", "escalation.reopen", "{ended_escalation}"),
    click("", "escalation.more", "reopen:{ended_escalation}"),
]
"""What would have it reminded of from now on."""


@pytest.mark.of_a_file
@pytest.mark.parametrize("why", ["", "growth.left"])
def test_what_begins_something_is_refused_of_an_account_in_the_archive(everything, why):
    everything.ask("priya", form("", "account.archive", ACCOUNT))
    if why:
        assert "left" in everything.ask("priya", click("", why, "{acme}"))
    before, wrong = everything.state(), []
    for row in BEGUN:
        heard = everything.ask("priya", row)
        wrong += [] if "Acme is archived." in heard else [f"{row}: {heard[:200]}"]
    assert not wrong, "\n".join(wrong)
    assert everything.state() == before
