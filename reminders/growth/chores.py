"""What is kept of growth now and then: every account's ARR at the month's end."""

from __future__ import annotations

from storage.growth.store import keep_month_end

NIGHTLY = (keep_month_end,)
