"""Crafted entries of a cache: well-formed, sealed, and absurd."""
