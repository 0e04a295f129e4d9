"""Plays: what is tried against a reason for which customers say no."""
