"""The lines of an account's history are words: no name of an action, field or date as a machine keeps it."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from storage.account.taking_back import undos
from storage.base.change import Change
from templates.account.history_show import ACTIONS, change_line
from templates.cta.history_show import DONE

STORAGE = Path(__file__).parents[2] / "storage"
AUDITED = re.compile(r'audit\(\s*"(\w+\.\w+)",\s*f"(account|cta):')
LINES = [
    ("renewal.outlook", {}, {"outlook": "at_risk", "outlook_line": "sponsor left", "expected_cents": 8_000_050},
     "said what to expect of the renewal: outlook at risk, because sponsor left, expected ARR 80,000.50"),
    ("renewal.signing", {}, {"sign_by": "2026-12-18"}, "recorded that the renewal is in signature: by Fri 18 Dec"),
    ("renewal.later", {}, {"on": "2026-11-24"}, "wants to be asked later whether it renewed: tomorrow"),
    ("success.reached", {}, {"engaged_on": "2026-11-20"}, "recorded a milestone: engaged Fri 20 Nov"),
    ("success.started", {}, {"started_on": "2026-11-20", "started_known_at": "2026-11-23T10:00:00Z", "checklist": 7},
     "began its onboarding: started Fri 20 Nov"),
    ("success.adopted", {}, {"use_case": "CI", "adopted": "2026-11-12", "agreed_with": "their CTO", "agreed": 3},
     "recorded what it has adopted: use case CI, adopted Thu 12 Nov, agreed with their CTO"),
    ("account.back", {"churned_on": "2026-11-01"}, {"churned_on": None, "started_on": "2026-11-20", "back": 4},
     "recorded that it is back: churned none (was Sun 1 Nov), started Fri 20 Nov"),
    ("renewal.churned", {}, {"churned_on": "2026-11-20"}, "recorded that it churned: churned Fri 20 Nov"),
    ("renewal.churned", {}, {"churned_on": "2027-01-15"}, "recorded that it churned: leaves Fri 15 Jan 2027"),
    ("renewal.churned", {"churned_on": "2027-01-15"}, {"churned_on": "2026-12-15"},
     "recorded that it churned: leaves Tue 15 Dec (was Fri 15 Jan 2027)"),
    ("account.edit", {"auto_renews": 0}, {"auto_renews": 1}, "changed: renews by itself yes (was no)"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "before", "after", "said"), LINES)
def test_a_line_reads_as_people_write(action, before, after, said):
    change = Change(datetime(2026, 11, 23, 10, tzinfo=UTC), "Ann", action, before, after, "click", "account:7")
    line = str(change_line(change, 7, date(2026, 11, 23), "UTC", show_arr=True))
    assert line == f"today · Ann {said}"
    assert "ARR" not in change_line(change, 7, date(2026, 11, 23), "UTC", show_arr=False)


def test_everything_that_is_done_to_an_account_or_a_cta_has_words():
    found = {pair for path in STORAGE.rglob("*.py") for pair in AUDITED.findall(path.read_text())}
    assert len(found) > 12
    of_ctas = {action for action, noun in found if noun == "cta"}
    of_accounts = {action for action, _ in found} | set(undos()) | {f"{one.partition('.')[0]}.undo" for one in undos()}
    assert (of_accounts - set(ACTIONS), of_ctas - set(DONE)) == (set(), set())
