"""What falls due: pure rules, then the planner, delivery and the scheduler that run them."""
