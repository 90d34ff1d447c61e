"""Makes the fixes in copies of packages, and checks by other means what became of the files.

    python -m benchmarks.fixes_on_real_code FOLDER... [--seed 1]

Each FOLDER is an unpacked package; nothing is written into it. With a seed, findings are planted first: the
same seed plants the same ones.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.fixes_on_real_code.running import Tally, fix_and_compare


def main(arguments: list[str] | None = None) -> int:
    """Fix, compare, and print; 1 when something went wrong."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.fixes_on_real_code", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--seed", type=int, help="plant findings first (default: as the package is)")
    parser.add_argument("--each", type=int, default=4, help="of each kind in a package (default: 4)")
    options = parser.parse_args(arguments)
    total = Tally()
    for folder in options.folders:
        begin = time.process_time()
        tally = fix_and_compare(folder, seed=options.seed, each=options.each)
        total.add(tally)
        print(
            f"{folder.name}: {tally.fixed.total()} fixed in {tally.files} files, "
            f"{tally.withheld.total()} withheld, {len(tally.failures)} failures, "
            f"{time.process_time() - begin:.0f} s of CPU time",
            file=sys.stderr,
        )
    print(render(total, len(options.folders)))
    return 1 if total.failures else 0


def render(tally: Tally, packages: int) -> str:
    """Return the table."""
    lines = [
        f"{packages} packages; {tally.files} times a file was changed",
        f"{tally.changed} of {tally.lines} lines in them ({100 * tally.changed / max(tally.lines, 1):.2f} %)",
        f"{tally.compared} times these lines were held against those of the edits",
        "",
        f"Fixed: {tally.fixed.total()}",
        *(f"{count:5} {name}" for name, count in sorted(tally.fixed.items())),
        "",
        f"Withheld: {tally.withheld.total()}",
        *(f"{count:5} {code} {reason}" for (code, reason), count in sorted(tally.withheld.items())),
        "",
        f"In words only, by reason: {tally.worded.total()}",
        *(f"{count:5} {code} {reason}" for (code, reason), count in sorted(tally.worded.items())),
        "",
        f"Failures: {len(tally.failures)}",
        *tally.failures,
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
