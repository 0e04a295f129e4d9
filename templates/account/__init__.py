"""How accounts look."""
