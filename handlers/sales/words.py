"""The grammar of the sales side: verbs of `/renewals` and `/success`. Pure."""

from __future__ import annotations

from typing import Final

MORE: Final = {
    "/renewals": {
        "areas": ("sales",),
        "verbs": {"discovery": "discovery", "strategy": "strategy", "package": "package"},
        "help": [
            (
                "/renewals discovery Acme",
                "a checklist for the AE, 150 days before the renewal: what they want, and what it may cost",
            ),
            ("/renewals strategy Acme", "the growth strategy, 120 days before: with CSM and SA"),
            ("/renewals package Acme", "the deal package, 75 days before: all that the champion presents"),
        ],
    },
    "/success": {
        "areas": ("sales",),
        "verbs": {
            "meeting": "meeting",
            "meetings": "meeting",
            "meet": "meeting",
            "reminders": "reminders",
            "remind": "reminders",
        },
        "help": [
            ("/success meeting [mine|team|all]", "account teams: who meets when, and with whom a meeting is due"),
            ("/success meeting @ae", "what you talk about: renewals, Expand CTAs, triage, seats"),
            ("/success meeting @ae [@sa] 3 Dec 15:00", "schedule it; all get the invitation with a calendar file"),
            ("/success meeting @ae held [3 Dec]", "it was held, and what comes next"),
            (
                "/success reminders daily|weekly|off",
                "have yourself reminded of what you look at; nobody sees what is done",
            ),
        ],
    },
}
LABELS: Final = {"discovery": "Discovery", "strategy": "Growth strategy", "package": "Deal package"}
"""What the buttons are called that open a checklist."""
