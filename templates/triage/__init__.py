"""How accounts in trouble are shown."""
