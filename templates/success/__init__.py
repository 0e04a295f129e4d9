"""What people read of the rest of the customer's life."""
