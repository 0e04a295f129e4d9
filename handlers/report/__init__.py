"""What people do with reports and summaries."""
