"""Commands, clicks and forms about CTAs."""
