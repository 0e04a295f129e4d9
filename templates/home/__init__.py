"""How Home and My day look."""
