"""Money as it is kept: whole cents, never a float."""

from __future__ import annotations


def cents_text(cents: int) -> str:
    """Cents as currency units with two decimals: `1234.50`."""
    return f"{cents // 100}.{cents % 100:02d}"
