"""How escalations are kept."""
