"""The operator's view of webhooks."""
