"""A chat backend for several users at once: one WebSocket manager for each user, agents, tools and a hub."""

__version__ = "0.1.0"
