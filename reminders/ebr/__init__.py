"""EBR nudges: when they are due, and the kinds handed in."""
