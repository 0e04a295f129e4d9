"""Frozen records, their transitions and the rules that need no database."""
