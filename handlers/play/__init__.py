"""What people do with plays."""
