"""How a manager's review is shown, and what is asked in it."""
