"""What customers use: figures of each instance and day, from files, and what follows from them."""
