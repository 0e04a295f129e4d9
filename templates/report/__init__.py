"""How reports and summaries look."""
