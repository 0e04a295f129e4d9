"""What is told of what somebody else decided about a renewal. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.base.moments import maybe_day
from templates.account.told import name_of, outlook_words, with_line
from templates.blocks.mrkdwn import day_words, mrkdwn
from templates.blocks.told import Said, show_button

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from storage.account.record import Account


def renewed(account: Account, after: Mapping[str, Any], line: str, today: date) -> Said:
    """It renewed, until when."""
    on = maybe_day(after.get("renewal_on"))
    words = mrkdwn("recorded that {} renewed", name_of(account))
    words = mrkdwn("{} until {}", words, day_words(on, today)) if on else words
    return Said(
        with_line(words, line), stands=account.renewal_on == on and account.churned_on is None, buttons=_show(account)
    )


def churned(account: Account, line: str) -> Said:
    """It does not renew."""
    words = mrkdwn("recorded that {} churned", name_of(account))
    return Said(with_line(words, line), stands=account.churned_on is not None, buttons=_show(account))


def outlook(account: Account, after: Mapping[str, Any], line: str) -> Said:
    """Somebody said what they expect of its renewal."""
    words = mrkdwn("set the outlook of {}: {}", name_of(account), outlook_words(after.get("outlook")))
    return Said(with_line(words, line), stands=account.outlook == after.get("outlook"), buttons=_show(account))


def _show(account: Account) -> Any:
    return show_button("See it", "renewal.show", account.id)
