"""What people read of onboarding."""
