"""What people do with EBRs."""
