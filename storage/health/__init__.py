"""How the health of accounts is kept fresh."""
