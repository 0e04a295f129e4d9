"""What people do with answers to surveys."""
