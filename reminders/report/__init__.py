"""The weekly summary: when it is due, and the kind handed in."""
