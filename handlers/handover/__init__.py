"""What people do to hand work over, for good or while they are away."""
