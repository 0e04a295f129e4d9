"""What the engine of reminders is made of; it knows no noun: those hand in their kinds (reminders/<noun>/kinds.py)."""
