"""How CTAs look."""
