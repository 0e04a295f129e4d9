"""Forms and clicks about handing over."""
