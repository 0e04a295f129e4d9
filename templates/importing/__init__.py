"""How imports look."""
