"""What people do with renewals and their reviews."""
