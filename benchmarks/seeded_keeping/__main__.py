"""Plants instance state on classes, kept defaults and modules' objects, and prints how many are found.

    python -m benchmarks.seeded_keeping FOLDER --seed 1

FOLDER holds one package in each folder below it. The same seed plants the same leaks.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.seeded_keeping.planting import plant_and_check
from benchmarks.seeded_recall.table import render

if TYPE_CHECKING:
    from benchmarks.seeded_recall.running import Outcome


def main(arguments: list[str] | None = None) -> int:
    """Plant, check, and print; 1 when less than the wanted share is found."""
    options = _parser().parse_args(arguments)
    folders = [options.folder / name for name in options.packages] or sorted(
        folder for folder in options.folder.iterdir() if folder.is_dir()
    )
    Random(options.seed).shuffle(folders)
    outcomes: list[Outcome] = []
    used = []
    for folder in folders:
        if len(outcomes) >= options.plants:
            break
        if sum(path.stat().st_size for path in folder.rglob("*.py")) > options.largest * 1000:
            continue
        before = len(outcomes)
        wanted = min(options.each, options.plants - before)
        outcomes += plant_and_check(folder, wanted, before + 1, options.seed)
        if len(outcomes) > before:
            used.append(folder.name)
        print(f"{folder.name}: {len(outcomes)} planted so far", file=sys.stderr)
    print(render(outcomes, used, show_missed=options.show_missed))
    share = sum(outcome.is_found for outcome in outcomes) / max(len(outcomes), 1)
    return 0 if share >= options.share else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.seeded_keeping", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plants", type=int, default=400, help="leaks in all (default: 400)")
    parser.add_argument("--each", type=int, default=20, help="leaks in each package (default: 20)")
    parser.add_argument("--packages", nargs="*", default=[], help="only these folders")
    parser.add_argument(
        "--largest", type=int, default=3000, help="kB of Python a package may have (default: 3000)"
    )
    parser.add_argument("--share", type=float, default=0.95, help="the share to be found (default: 0.95)")
    parser.add_argument("--show-missed", action="store_true", help="print the text around each missed one")
    return parser


if __name__ == "__main__":
    sys.exit(main())
