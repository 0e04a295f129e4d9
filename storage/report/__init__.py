"""How reports and summaries are kept."""
