"""How handing over looks."""
