"""How calls are shown."""
