"""How people's words are read: pure grammars, dates and imports."""
