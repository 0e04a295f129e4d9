"""How EBRs are kept."""
