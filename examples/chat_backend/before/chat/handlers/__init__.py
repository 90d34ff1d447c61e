"""What happens when users come, talk and go, and when operators look in."""
