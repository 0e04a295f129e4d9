"""How calls with customers are kept."""
