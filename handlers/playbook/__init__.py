"""What people do with playbooks."""
