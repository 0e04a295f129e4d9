"""How work is handed to somebody else, and what is left by those who go."""
