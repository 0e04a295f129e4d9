"""The nouns of the house, in order: one may use those before it, each handed in under this name in every room."""

NOUNS = ("people", "account", "playbook", "cta", "renewal", "ebr", "report", "home", "importing")
