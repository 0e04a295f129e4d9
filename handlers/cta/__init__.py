"""What people do with CTAs."""
