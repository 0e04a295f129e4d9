"""How Home and My day are kept."""
