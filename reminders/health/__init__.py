"""The month's round through healths that were not said for long."""
