"""What managers do in their review, and CSMs with its questions."""
