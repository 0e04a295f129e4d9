"""What is remembered: one SQLite file, and the records read from it. Imports no other room."""
