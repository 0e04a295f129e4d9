"""What is done of sources at night."""
