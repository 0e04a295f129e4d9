"""What is told of an EBR that somebody else logged. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import maybe_day
from templates.account.told import name_of, with_line
from templates.blocks.mrkdwn import lived_day_words, mrkdwn
from templates.blocks.told import Said, show_button

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from storage.account.record import Account


def logged(account: Account, after: Mapping[str, Any], line: str, today: date, *, stands: bool) -> Said:
    """An EBR was held."""
    on = maybe_day(after.get("held_on"))
    words = mrkdwn("logged an EBR of {}{}", name_of(account), f", held {lived_day_words(on, today)}" if on else "")
    return Said(with_line(words, line), stands=stands, buttons=show_button("See it", "ebr.show", account.id))
