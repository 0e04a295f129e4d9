"""What comes by itself of surveys: the round, and negative answers."""
