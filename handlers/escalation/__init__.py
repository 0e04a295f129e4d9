"""What people do with escalations."""
