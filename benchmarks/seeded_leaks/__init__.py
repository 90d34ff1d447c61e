"""Seeded recall of leaks: class attributes that instances share and change, planted into real classes."""
