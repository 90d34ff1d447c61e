"""Real code by the folder, read as users have it read, and what became of each file."""
