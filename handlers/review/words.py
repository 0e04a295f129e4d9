"""What a manager's review adds to `/success`. Pure."""

from __future__ import annotations

from typing import Final

MORE: Final = {
    "/success": {
        "areas": ("review",),
        "verbs": {"review": "review"},
        "help": [
            ("/success review", "the month's review of your team: seen, ask, note (managers)"),
            ("/success review @ann", "the same of one CSM, for a talk with them; nothing is recorded (managers)"),
        ],
    }
}
