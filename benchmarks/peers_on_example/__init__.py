"""What other linters say of the example: their nearest checks, and rules written for its managed classes."""
