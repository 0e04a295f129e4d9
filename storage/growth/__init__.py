"""How the ARR of accounts is kept, month by month."""
