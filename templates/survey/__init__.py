"""How answers and rounds look."""
