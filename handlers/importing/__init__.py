"""What people do with imports."""
