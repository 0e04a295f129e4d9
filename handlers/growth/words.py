"""What growth adds to `/playbooks` and `/account`. Pure."""

from __future__ import annotations

from typing import Final

MORE: Final = {
    "/playbooks": {
        "areas": ("growth",),
        "verbs": {"growth": "growth"},
        "help": [("/playbooks growth 2026Q4", "net and gross retention, what moved ARR, and the renewal rate")],
    },
    "/account": {
        "areas": ("growth",),
        "verbs": {"returned": "returned", "return": "returned"},
        "help": [
            ("/account returned Acme 3 Nov", "a customer that left is back: a new start; what was lost stays lost")
        ],
    },
}
