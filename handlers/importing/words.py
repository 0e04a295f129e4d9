"""What importing adds to the words of `/account`. Pure."""

from __future__ import annotations

from typing import Final

MORE: Final = {
    "/account": {
        "verbs": {"conflicts": "conflicts", "import": "import"},
        "help": [
            ("/account conflicts", "what a file and people said differently, decided one by one (managers)"),
            ("/account import", "import accounts, CTAs or people from a file (managers)"),
        ],
    }
}
"""Sub-commands of `/account`, with their help."""
