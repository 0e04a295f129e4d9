"""The bot in a browser, with a sample book."""
