"""What is worked out of usage by itself."""
