"""Runs other linters on the example, and counts which of the lines they report that have a finding of ours.

    python -m benchmarks.peers_on_example

Programs that aren't on the PATH are left out: ruff, flake8 with flake8-bugbear, pylint, Fixit, semgrep,
ast-grep. The first three run with their checks that come nearest to ours. The others have none, but take
rules: those beside this module name the example's managed classes, and the files of their factories, in which
construction is right.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent
EXAMPLE: Final = HERE.parent.parent / "examples" / "chat_backend"
FACTORIES: Final = tuple(
    f"chat/{name}.py" for name in ("db", "hub", "history", "limits", "presence", "sessions", "ws/factory")
)
FIXIT: Final = '[tool.fixit]\nroot = true\nenable = [".fixit_rules"]\ndisable = ["fixit.rules"]\n'


class Peer(NamedTuple):
    """A program with its checks, and what a line of its report looks like."""

    command: tuple[str, ...]
    pattern: str = r"^(?:\./)?(?P<path>chat/\S+?):(?P<line>\d+)"
    without_factories: bool = False
    """Whether its reports in the files of the factories are dropped; it can't be told so itself."""


PEERS: Final = (
    Peer(
        (
            *("ruff", "check", "--isolated", "--no-cache", "--preview", "--output-format", "concise"),
            *("--select", "RUF012,B006,SLF001,PLC2701", "."),
        )
    ),
    Peer(("flake8", "--isolated", "--select", "B006", ".")),
    Peer(
        (
            *("pylint", "--disable=all", "--load-plugins=pylint.extensions.private_import"),
            *("--enable=W0102,W0212,C2701", "chat"),
        )
    ),
    Peer(("fixit", "lint", "chat"), r"^(?P<path>chat/\S+?)@(?P<line>\d+)", without_factories=True),
    Peer(
        (
            *("semgrep", "scan", "--config", str(HERE / "semgrep.yml"), "--metrics", "off", "--quiet"),
            *("--disable-version-check", "--emacs", "."),
        )
    ),
    Peer(("ast-grep", "scan", "--rule", str(HERE / "ast_grep.yml"), "--report-style", "short", ".")),
)


def findings(folder: Path) -> dict[tuple[str, int], list[str]]:
    """Return the codes of our findings by path and line, as comments in the example tell them."""
    found: dict[tuple[str, int], list[str]] = {}
    for file in sorted(folder.rglob("*.py")):
        for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1):
            if marked := re.search(r"# error: (.*)", line):
                path = file.relative_to(folder).as_posix()
                found[path, number] = re.findall(r"SST\d{3}", marked[1])
    return found


def reported(peer: Peer, folder: Path) -> set[tuple[str, int]]:
    """Return paths and lines of what a program reports in a copy of the example."""
    done = subprocess.run(peer.command, cwd=folder, capture_output=True, text=True, check=False)
    places = {
        (found["path"], int(found["line"])) for found in re.finditer(peer.pattern, done.stdout, re.MULTILINE)
    }
    assert places or done.returncode == 0, f"{peer.command[0]}: {done.stdout}{done.stderr}"
    if not peer.without_factories:
        return places
    return {
        place for place in places if not place[0].startswith(tuple(f"chat/{name}.py" for name in FACTORIES))
    }


def version(program: str) -> str:
    """Return what a program says of its version."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return str(re.findall(r"\d+\.\d+[\d.]*", done.stdout)[0])


def main() -> int:
    """Print a row for each program; 1 when there is none."""
    programs = [peer for peer in PEERS if shutil.which(peer.command[0])]
    print("| program | lines with findings | of which codes | other lines | lines in `after` |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for side in ("before", "after"):
            ignored = shutil.ignore_patterns(".*_cache", "__pycache__")
            folder = Path(shutil.copytree(EXAMPLE / side, Path(name) / side, ignore=ignored))
            shutil.copy(HERE / "fixit_rules.py", folder)
            (folder / "pyproject.toml").write_text(FIXIT, encoding="utf-8")
        ours = findings(EXAMPLE / "before")
        for peer in programs:
            before, after = (reported(peer, Path(name) / side) for side in ("before", "after"))
            codes = Counter(code for place in before & ours.keys() for code in ours[place])
            told = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
            shown = f"{peer.command[0]} {version(peer.command[0])}"
            rest = len(before - ours.keys())
            print(
                f"| {shown} | {len(before & ours.keys())} of {len(ours)} | {told} | {rest} | {len(after)} |"
            )
    return 0 if programs else 1


if __name__ == "__main__":
    sys.exit(main())
