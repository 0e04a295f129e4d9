"""Data that comes by itself: fetched or asked for, then imported as a file is."""
