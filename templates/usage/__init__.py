"""What people read of usage."""
