"""The sales side: the month's round of an account team's meetings, and what people remind themselves of."""
