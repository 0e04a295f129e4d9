"""What Slack shows: JSON templates by noun, and the catalogue of playbooks."""
