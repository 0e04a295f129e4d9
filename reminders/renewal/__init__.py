"""Renewal reviews and the monthly plan: when they are due, and the kinds handed in."""
