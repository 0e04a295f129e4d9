"""How success plans are kept."""
