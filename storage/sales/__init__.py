"""The sales side: checklists of a renewal, meetings of an account team, and what people remind themselves of."""
