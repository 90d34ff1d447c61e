"""Hostile inputs by the thousand, and what became of them."""
