"""When an escalation wants an update, and who hears that none came."""
