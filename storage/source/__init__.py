"""How sources are remembered: the last run of each, and what it brought."""
