"""How accounts are kept."""
