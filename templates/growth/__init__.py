"""What people read of growth."""
