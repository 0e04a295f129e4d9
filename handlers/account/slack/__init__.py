"""Commands, clicks and forms about accounts."""
