"""How the catalogue of playbooks are kept."""
