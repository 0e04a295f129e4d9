"""What people do: one listener module per noun."""
