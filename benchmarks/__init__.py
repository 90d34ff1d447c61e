"""Measurements of the linter on code that others wrote."""
