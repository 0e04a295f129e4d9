"""What falls due, one module per noun: facts, the policy and `now` in, due items out. Pure.

`items.py` holds what they share: when a step is posted, and that only the latest one is.
"""
