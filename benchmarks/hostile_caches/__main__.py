"""Tries crafted entries of a cache on all that reads one, and writes down what failed.

    python -m benchmarks.hostile_caches [--inputs 10000] [--seed 1] [--failures FILE]

Each input has a seed of its own, by which it is made again: ``--only SEED``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.hostile_caches.driving import drive


def main(arguments: list[str] | None = None) -> int:
    """Try, and print the figures; 1 when something failed."""
    parser = argparse.ArgumentParser("python -m benchmarks.hostile_caches")
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1, help="that of the first input (1)")
    parser.add_argument("--only", type=int, help="try this one alone")
    parser.add_argument("--failures", type=Path, help="a file for what failed")
    options = parser.parse_args(arguments)
    seeds = range(options.seed, options.seed + options.inputs) if options.only is None else [options.only]
    figures, failures = drive(seeds)
    told = "\n".join(f"--only {seed}\n{reason}" for seed, reason in failures)
    if options.failures is not None:
        options.failures.write_text(told, encoding="utf-8", errors="backslashreplace")
    elif options.only is not None:
        print(told)
    print("\n".join(f"{count:8} {name}" for name, count in sorted(figures.items())))
    print(f"{len(failures):8} failures")
    for seed, reason in failures[:100]:
        print(f"{seed}: {reason.strip().rpartition(chr(10))[2][:300]!r}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
