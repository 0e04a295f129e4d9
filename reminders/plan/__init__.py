"""The quarter's round through success plans, and the manager's question about submitted ones."""
