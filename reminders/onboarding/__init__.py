"""Onboarding: checklists that open in silence, nudges about target days, and who has no CSM."""
