"""What people do in onboarding: `/success onboarding|reached|intent|delay`."""
