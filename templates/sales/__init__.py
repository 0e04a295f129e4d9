"""How the sales side is shown."""
