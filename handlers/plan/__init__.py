"""What people do with success plans."""
