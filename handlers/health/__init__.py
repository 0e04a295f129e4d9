"""What people do with the health of their accounts beside setting it."""
