"""What the template of the note about an EBR's cadence needs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.ebr.due import cadence_in_words
from templates.blocks.mrkdwn import mrkdwn
from templates.blocks.notice import by_words

if TYPE_CHECKING:
    from storage.account.record import Account
    from storage.base.person import Person


def cadence(account: Account, months: int, agreed_by: str, by: Person | None) -> dict[str, Any]:
    """AE and manager are told that an account has its EBR oftener."""
    return {
        "said": mrkdwn("*{}* has its EBR {} from now on", account.name, cadence_in_words(months)),
        "why": mrkdwn("Agreed by {}; set by {}.", agreed_by, by_words(by)),
        "id": account.id,
    }
