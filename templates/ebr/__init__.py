"""How EBRs look."""
