"""How the catalogue of playbooks look."""
