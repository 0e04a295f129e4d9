"""Commands, clicks and forms about renewals and their reviews."""
