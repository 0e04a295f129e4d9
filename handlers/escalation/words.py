"""What escalations add to `/success`. Pure."""

from __future__ import annotations

from typing import Final

MORE: Final = {
    "/success": {
        "areas": ("escalations",),
        "verbs": {"escalate": "escalate", "escalation": "escalations", "escalations": "escalations"},
        "help": [
            (
                "/success escalate Acme high the build is down",
                "open an escalation; the form asks for its exit criteria",
            ),
            ("/success escalations [mine|team|all]", "those open, and when each wants an update"),
        ],
    }
}
