"""How renewals and their reviews look."""
