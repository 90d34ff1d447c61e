"""Plants violations into copies of unpacked packages, and prints how many of them the linter finds.

    python -m benchmarks.seeded_recall FOLDER --seed 1

FOLDER holds one package in each folder below it. The same seed plants the same violations.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from random import Random

from benchmarks.seeded_recall.packages import read_package
from benchmarks.seeded_recall.planters import PLANTERS
from benchmarks.seeded_recall.running import FEWEST_MODULES, Outcome, plant_and_check
from benchmarks.seeded_recall.table import render


def main(arguments: list[str] | None = None) -> int:
    """Plant, check, and print; 1 when less than the wanted share is found."""
    options = _parser().parse_args(arguments)
    folders = [options.folder / name for name in options.packages] or sorted(
        folder for folder in options.folder.iterdir() if folder.is_dir()
    )
    Random(options.seed).shuffle(folders)
    codes = {planter.code for planter in PLANTERS}
    counts: Counter[str] = Counter()
    outcomes: list[Outcome] = []
    used = []
    for folder in folders:
        if all(counts[code] >= options.plants for code in codes):
            break
        if sum(path.stat().st_size for path in folder.rglob("*.py")) > options.largest * 1000:
            continue
        package = read_package(folder)
        if len(package.modules) < FEWEST_MODULES:
            continue
        used.append(package.name)
        outcomes += plant_and_check(
            package,
            counts,
            wanted=options.plants,
            waves=options.waves,
            each=options.each,
            seed=options.seed,
        )
        print(
            f"{package.name}: {len(package.subjects)} managed classes, {len(outcomes)} planted so far",
            file=sys.stderr,
        )
    print(render(outcomes, used, show_missed=options.show_missed))
    share = sum(outcome.is_found for outcome in outcomes) / max(len(outcomes), 1)
    return 0 if share >= options.share else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.seeded_recall", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plants", type=int, default=40, help="violations of each code (default: 40)")
    parser.add_argument("--waves", type=int, default=2, help="copies of each package (default: 2)")
    parser.add_argument("--each", type=int, default=2, help="violations of each kind in a copy (default: 2)")
    parser.add_argument("--packages", nargs="*", default=[], help="only these folders")
    parser.add_argument(
        "--largest", type=int, default=3000, help="kB of Python a package may have (default: 3000)"
    )
    parser.add_argument("--share", type=float, default=0.95, help="the share to be found (default: 0.95)")
    parser.add_argument("--show-missed", action="store_true", help="print the text around each missed one")
    return parser


if __name__ == "__main__":
    sys.exit(main())
