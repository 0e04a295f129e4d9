"""How renewals and their reviews are kept."""
