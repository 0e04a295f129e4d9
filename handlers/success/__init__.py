"""What people do with the rest of the customer's life: `/success`, to which each area adds its verbs."""
