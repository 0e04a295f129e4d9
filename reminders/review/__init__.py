"""The month's call to a manager's review, and the questions that come of it."""
