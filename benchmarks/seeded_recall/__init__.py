"""Seeded recall: plants violations into copies of real packages, and counts how many the linter finds."""
