"""Writes a project of a given number of modules into a new folder.

    python -m benchmarks.generated_project FOLDER --modules 5000 --seed 1

The same seed makes the same project.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.generated_project.writing import generate


def main(arguments: list[str] | None = None) -> int:
    """Write the project, and tell how large it is; 2 when the folder is there already."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.generated_project", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--modules", type=int, default=5000, help="files of Python (default: 5000)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if options.folder.exists():
        print(f"{options.folder} is there already", file=sys.stderr)
        return 2
    lines = generate(options.folder, options.modules, options.seed)
    print(f"{options.modules} modules, {lines} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
