"""What people do with Home and My day."""
