"""The month's round of accounts that nobody has talked to for long."""
