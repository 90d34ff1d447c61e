"""Has the program read real code with all rules, as its users do, and tells what failed.

    python -m benchmarks.real_inputs FOLDER... [--way check] [--every 1] [--patch]

Nothing is written into the folders: what is checked is a copy, in which each file that this Python can read
has a finding of known kind at its end. So a file that was passed over in silence is noticed. With
``--way fix`` the copy is mended, and has to be valid still; ``--patch`` has another copy mended by what
``--diff`` writes.

It is the Python that runs this which reads the code; its own library is ``sysconfig.get_path("stdlib")``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.real_inputs.running import Verdict, check, fix


def main(arguments: list[str] | None = None) -> int:
    """Run over each folder, and print; 1 when something failed."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.real_inputs", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--way", choices=("check", "fix"), default="check")
    parser.add_argument("--every", type=int, default=1, help="plant in each so many files; 0: none (1)")
    parser.add_argument("--patch", action="store_true", help="with --way fix: hold --diff against it")
    options = parser.parse_args(arguments)
    failed = False
    for folder in options.folders:
        if options.way == "fix":
            verdict = fix(folder.resolve(), every=options.every, patch=options.patch)
        else:
            verdict = check(folder.resolve(), every=options.every)
        print(f"{folder}: {render(verdict)}", flush=True)
        failed |= bool(verdict.faults)
    return 1 if failed else 0


def render(verdict: Verdict) -> str:
    """Return the figures on one line, and what is wrong below."""
    figures = [f"{count} {name}" for name, count in verdict.items()]
    figures.append(f"{verdict.seconds:.0f} s of CPU time, {verdict.megabytes:.0f} MB")
    figures.append(f"slowest {verdict.slowest[0]:.1f} s ({verdict.slowest[1]})")
    figures.append(f"{len(verdict.faults)} faults")
    return "\n  ".join((", ".join(figures), *verdict.faults))


if __name__ == "__main__":
    sys.exit(main())
