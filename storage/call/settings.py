"""The area of calls, handed in: its table of the policy."""

from __future__ import annotations

from storage.base.areas import Area, Days


class CallArea(Area):
    """After how many days without a call an account in onboarding is late, and whether a round tells of late ones.

    After onboarding the segment's `call_days` hold.
    """

    onboarding_days: Days = 10
    nudge: bool = False


AREAS = {"calls": CallArea}
