"""What handing over adds to the words of `/account`. Pure."""

from __future__ import annotations

from typing import Final

MORE: Final = {
    "/account": {
        "verbs": {"handover": "handover", "away": "away", "back": "back"},
        "help": [
            ("/account handover @ann @bo [some|all]", "accounts and open work move; both get a list (managers)"),
            ("/account away 15 Jan @bo", "your nudges go to @bo until then; back ends it"),
        ],
    }
}
"""Sub-commands of `/account`, with their help."""
