"""Measures the linter and its peers on the same real packages in one run, and prints medians and ratios.

    python -m benchmarks.speed --corpus FOLDER --work FOLDER

The corpus has one unpacked package in each folder below it; of these the largest and the one in the middle
are copied. All that is installed, copied, generated and measured goes into the folder of the work.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any, Final

from benchmarks.speed.items import NAMES, Corpus, items
from benchmarks.speed.measuring import measure
from benchmarks.speed.programs import ROOT, install
from benchmarks.speed.report import as_values, chart, filled, table

_DOCS: Final = ROOT / "docs"


def main(arguments: list[str] | None = None) -> int:
    """Measure, or read what was measured before; then print it, and write the documentation if asked to."""
    options = _parser().parse_args(arguments)
    results = json.loads(options.render.read_text(encoding="utf-8")) if options.render else _measured(options)
    print(table(results))
    if options.write_docs:
        page = _DOCS / "performance.md"
        measured = f"![The median times as bars](performance.svg)\n\n{table(results)}"
        page.write_text(filled(page.read_text(encoding="utf-8"), measured), encoding="utf-8")
        (_DOCS / "performance.svg").write_text(chart(results), encoding="utf-8")
    return 1 if any(run["failure"] for item in results["items"] for run in item["runs"]) else 0


def _measured(options: argparse.Namespace) -> dict[str, Any]:
    """Return what was measured; it is also written into the folder of the work."""
    work = options.work.resolve()
    programs = install(work)
    chosen = list(items(options.only or NAMES, Corpus(options.corpus, work), programs, work, options.modules))
    taken = measure(chosen, options.rounds)
    results = {
        "machine": {
            "python": platform.python_version(),
            "system": platform.system(),
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            "versions": programs.versions(),
        },
        "rounds": options.rounds,
        "items": as_values(chosen, taken, work),
    }
    (work / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    (work / "performance.svg").write_text(chart(results), encoding="utf-8")
    return results


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.speed", description=(__doc__ or "").split("\n")[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--corpus", type=Path, help="the folder of unpacked packages")
    source.add_argument("--render", type=Path, metavar="JSON", help="show what was measured before")
    parser.add_argument("--work", type=Path, default=Path("speed-work"), help="default: speed-work")
    parser.add_argument("--rounds", type=int, default=5, help="default: 5, and one that isn't measured")
    parser.add_argument("--only", choices=NAMES, action="append", help="only this (may be repeated)")
    parser.add_argument(
        "--modules", type=int, nargs="*", default=[5000, 10000, 20000], help="sizes of generated projects"
    )
    parser.add_argument("--write-docs", action="store_true", help="fill docs/performance.md, draw its chart")
    return parser


if __name__ == "__main__":
    sys.exit(main())
