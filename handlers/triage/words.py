"""What triages add to `/success`. Pure."""

from __future__ import annotations

from typing import Final

MORE: Final = {
    "/success": {
        "areas": ("health",),
        "verbs": {"triage": "triage", "update": "update", "will-churn": "will_churn", "willchurn": "will_churn"},
        "help": [
            ("/success triage [mine|team|all]", "accounts in trouble, and when each wants an update"),
            ("/success triage Acme", "say what it is about; a yellow one goes into triage"),
            ("/success update Acme", "its update: colour, progress, next step; green ends it"),
            ("/success will-churn Acme they merged", "nobody expects to keep it, and what would have (managers)"),
        ],
    }
}
