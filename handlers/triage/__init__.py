"""What people do with accounts in trouble."""
