"""Parrots as plain records."""

from storage.base.exports import Export, as_is

_PARROTS = """
SELECT accounts.name AS account, parrots.name, feed_on FROM parrots JOIN accounts ON accounts.id = account_id
ORDER BY account_id
"""
EXPORTS = {"parrots": Export(_PARROTS, as_is)}
