"""Plays as plain records."""

from __future__ import annotations

from storage.base.exports import Export, address_of, as_is

_PLAYS = f"""
SELECT plays.id AS id, reason, use_case, hypothesis, todo, impact, confidence, ease,
    impact * confidence * ease AS ice, state, starts_on, ends_on, line, result, {address_of("maker")} AS by, at
FROM plays
LEFT JOIN people AS maker ON maker.id = by_id
ORDER BY plays.id
"""

EXPORTS = {"plays": Export(_PLAYS, as_is)}
