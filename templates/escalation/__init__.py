"""How escalations are shown."""
