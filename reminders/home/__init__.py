"""What Home tells by itself: a manager's week, and nudges."""
