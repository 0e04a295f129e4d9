"""The grammar of the sales side: verbs of `/renewals`. Pure."""

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
}
LABELS: Final = {"discovery": "Discovery", "strategy": "Growth strategy", "package": "Deal package"}
"""What the buttons are called that open a checklist."""
