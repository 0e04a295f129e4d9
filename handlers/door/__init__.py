"""The door: who is there, what they mean, and how they are answered. It knows no noun."""
