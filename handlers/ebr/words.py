"""The grammar of `/ebr`, and of `python bot.py ebr`. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from handlers.door.words import Asked, by_verb
from storage.base.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.door.words import Word

PLACE: Final = 40
COMMAND: Final = "/ebr"
SAID: Final = ("ebr log Acme 12 Nov", "Executive Business Reviews; also schedule, brief, cadence")
COMMAND_HELP: Final = [
    ("/ebr [mine|team|all]", "EBRs that are overdue, due or scheduled, and accounts with no EBR date"),
    ("/ebr @maya", "a colleague's; everybody may look"),
    ("/ebr Acme", "one account's EBRs"),
    ("/ebr log Acme 12 Nov their CIO came", "an EBR was held on that day; what came out of it"),
    ("/ebr brief Acme", "what to know of it before one: open, closed and why, what was held"),
    ("/ebr schedule Acme 3 Dec 15:00", "pick its date; no nudges until then"),
    ("/ebr cancel Acme", "call the scheduled one off; nudges follow its due date again"),
    ("/ebr cadence Acme 3 agreed Ann, Bo", "every three months, and who agreed; AE and manager are told"),
    ("/ebr cadence Acme default", "back to the rhythm of its segment"),
    ("/ebr undo Acme", "take back the last EBR logged, or the last cadence set"),
    ("/ebr coverage", "who had an EBR in the last twelve months"),
    ("/ebr help", "this list"),
]

VERBS: Final = {
    "mine": "list",
    "my": "list",
    "team": "list",
    "all": "list",
    "due": "list",
    "overdue": "list",
    "late": "list",
    "list": "list",
    "account": "show",
    "show": "show",
    "brief": "brief",
    "log": "log",
    "held": "log",
    "schedule": "schedule",
    "book": "schedule",
    "plan": "schedule",
    "cancel": "cancel",
    "undo": "undo",
    "cadence": "cadence",
    "coverage": "coverage",
    "help": "help",
    "?": "help",
}
_MONTHS = re.compile(r"(\d{1,3})(?:m|months?)?")


def parse(text: str) -> Asked:
    """The verb and what follows it, as for `/renewals`."""
    return by_verb(text, VERBS)


def parse_cadence(words: Sequence[Word]) -> tuple[int | None, str]:
    """Months and who agreed: `3 agreed Ann, Bo`, `6 months`, `default` (None); raises UserError for another text."""
    typed = [word.text for word in words]
    if not typed:
        raise UserError("How often?", "Give the months between EBRs: /ebr cadence Acme 6", field="months")
    first = typed[0].casefold()
    found = _MONTHS.fullmatch(first)
    if found is None and first not in ("default", "none"):
        raise UserError(f"'{typed[0]}' is no number of months.", "For example: /ebr cadence Acme 6", field="months")
    rest = typed[1:]
    while rest and rest[0].casefold().strip(",:") in ("months", "month", "agreed", "by", "with", "and"):
        rest = rest[1:]
    return (int(found[1]) if found else None), " ".join(rest)
