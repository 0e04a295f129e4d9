"""How CTAs are kept."""
