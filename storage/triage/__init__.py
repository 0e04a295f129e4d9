"""How accounts in trouble are kept."""
