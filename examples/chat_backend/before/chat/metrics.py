"""Counters of the process; every ``MetricsHub()`` is the same object."""

from __future__ import annotations

import time
from collections import Counter


class MetricsHub:
    """Counts by name; there is one, however often it is asked for."""

    _instance: MetricsHub | None = None

    def __new__(cls) -> MetricsHub:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __init__(self) -> None:  # error: SST407
        self.started = time.monotonic()
        self.counts: Counter[str] = Counter()

    def count(self, name: str, amount: int = 1) -> None:
        """Add to the counter of that name."""
        self.counts[name] += amount

    def total(self, name: str) -> int:
        """Return what the counter of that name stands at."""
        return self.counts[name]

    def report(self) -> str:
        """Return all counters in one line."""
        counters = ", ".join(f"{name}={count}" for name, count in sorted(self.counts.items()))
        return f"{counters or 'nothing counted'} in {time.monotonic() - self.started:.1f} s"
