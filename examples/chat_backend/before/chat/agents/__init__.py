"""Agents that answer users, with the models behind them."""
