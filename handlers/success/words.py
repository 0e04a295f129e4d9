"""The grammar of `/success`; each area adds its own verbs (`MORE` of its `words.py`). Pure."""

from __future__ import annotations

from typing import Final

from storage.base.areas import NAMES

PLACE: Final = 60
COMMAND: Final = "/success"
AREAS: Final = NAMES
SAID: Final = ("success Acme", "the customer's life: what of yours is late, and a page for each account")
COMMAND_HELP: Final = [
    ("/success [mine|team|all]", "what is late"),
    ("/success Acme", "one account's page"),
    ("/success help", "this list"),
]
VERBS: Final = {
    "mine": "list",
    "my": "list",
    "team": "list",
    "all": "list",
    "late": "list",
    "list": "list",
    "show": "show",
    "help": "help",
    "?": "help",
}
MORE: Final = {
    "/account": {
        "verbs": {"success": "success"},
        "help": [("/account success …", "all that /success does, until Slack knows that command")],
        "seen": NAMES,
    }
}
