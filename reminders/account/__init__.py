"""Accounts as what reminders hang on."""
