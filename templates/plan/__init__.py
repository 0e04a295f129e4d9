"""How success plans are shown."""
