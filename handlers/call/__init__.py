"""What people do with calls."""
