"""What is told to other systems, kept until it is."""
