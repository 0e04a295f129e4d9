"""What is kept of growth by itself."""
