"""A manager's review of their team's accounts, and what was asked in it."""
