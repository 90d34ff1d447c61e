"""Time, processor time and memory of the linter and of its peers, on the same code in one run."""
