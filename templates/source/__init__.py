"""How sources are shown."""
