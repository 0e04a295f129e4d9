"""What health adds to `/success`. Pure."""

from __future__ import annotations

from typing import Final

MORE: Final = {
    "/success": {
        "areas": ("health",),
        "verbs": {"health": "health"},
        "help": [("/success health [mine|team|all]", "whose health is to be said again; green ones in one click")],
    },
}
