"""The ground of the customer's life: areas, stages and targets, and what hangs on an account beside its own fields."""
