"""Tools that users and agents may call."""
