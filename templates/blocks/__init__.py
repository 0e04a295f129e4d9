"""What several nouns show, and how templates become messages."""
