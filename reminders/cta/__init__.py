"""CTA news and deferred CTAs: when they are due, and the kinds handed in."""
