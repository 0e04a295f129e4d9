"""How health is shown: its age, its trend, and the month's round."""
