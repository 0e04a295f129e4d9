"""What people do, from Slack and at the terminal: the door and the terminal, and a folder for each noun."""
