"""Commands, clicks and forms of the sales side."""
