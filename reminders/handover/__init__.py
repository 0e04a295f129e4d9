"""What is told of handing over."""
