"""What is done before each plan: first days are worked out anew where figures, a start or the rules changed."""

from __future__ import annotations

from storage.usage.first_days import keep_changed

FIRST = (keep_changed,)
