"""How the first weeks of a customer are kept: milestones, delays, and figures of them."""
