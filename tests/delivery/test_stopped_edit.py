"""A process that is stopped right before an edit, overtaken, and goes on puts no older facts over newer ones."""

import re

from storage.cta import work as cta_work
from tests.delivery.killing import process  # noqa: F401 - a fixture

ACME = "C0000ACME"
SPANS = [1, 2, 1]
"""Seconds of settling, of a claim and of a turn."""


def test_an_edit_stopped_and_overtaken_puts_nothing_old_over_what_is_new(process, office):  # noqa: F811 - the fixture
    """Seen failing without the last look in `Posting._update`: the card ended with the older day."""
    account = office.account("Acme", csm="maya", channel=ACME)
    cta = office.open_cta(account)
    office.deliver()
    old, new = cta.due_on.replace(year=cta.due_on.year + 1), cta.due_on.replace(year=cta.due_on.year + 2)
    with office.write() as unit:
        cta_work.move_due(unit, cta.id, old)
    order = {"stop_at": "attempt.after_commit", "due_moves": [cta.id, new.isoformat()], "spans": SPANS}
    assert process.run(office, mode="machine", at_least=3.5, seconds=25, **order), "it was not stopped"
    for _ in range(3):
        office.later(seconds=95)
        office.deliver()
    shown = office.sandbox.log.entries("updated")[-1]["text"]
    assert re.search(r" · due \w+ \d+ \w+ (\d{4}) · ", shown)[1] == str(new.year)
    assert office.posted("acme") == [[f"card:{cta.id}"]]
    assert {state for key, state in office.states().items() if key.startswith("card:")} == {"sent"}
