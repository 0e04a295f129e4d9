"""What onboarding adds to an account's card and brief: the day of it, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.onboarding.brief import OnboardingPart
from storage.success.record import ONBOARDING
from templates.account.parts import Part
from templates.onboarding.show import summary_line

if TYPE_CHECKING:
    from datetime import date

    from storage.account.brief import Brief


def _standing(brief: Brief, today: date) -> str | None:
    part = brief.part(OnboardingPart)
    if part.life is None or not brief.account.active or part.stage(today) != ONBOARDING:
        return None
    return summary_line(part.life, part.standings, today)


PART = Part(standing=_standing, known=_standing)
