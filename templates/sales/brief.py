"""What the sales side adds to an account's brief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.sales.brief import SalesPart
from templates.account.parts import Part
from templates.sales.show import answer_line

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief
    from templates.blocks.mrkdwn import Mrkdwn


def _found_out(brief: Brief, today: date) -> list[Mrkdwn]:
    part: SalesPart | None = brief.parts.get(SalesPart)
    return [answer_line(one, today) for one in part.answers] if part else []


PART = Part(found_out=_found_out)
