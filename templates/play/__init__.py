"""What people read of plays."""
