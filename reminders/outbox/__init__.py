"""How rows of the outbox get to Slack: claimed, posted once, and what became of them."""
