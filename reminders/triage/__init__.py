"""When a triage wants an update, and who hears that an account is in trouble."""
