"""The areas of which nothing is built yet, handed in: a policy that names them is read, and doctor says so."""

from __future__ import annotations

from storage.base.areas import Area

UNBUILT = ("plans", "surveys", "sales", "growth")
_OF_NOUNS = ("growth",)
"""Areas of which a noun has a part already, and their table."""
AREAS = dict.fromkeys((name for name in UNBUILT if name not in _OF_NOUNS), Area)
