"""One package: a copy, what is planted in it, its fixes, and what is wrong with them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from benchmarks.fixes_on_real_code.comparison import Lines, changed_lines, faults, new_imports, resolves
from benchmarks.seeded_leaks.classes import read_classes
from benchmarks.seeded_leaks.planting import Leaks
from benchmarks.seeded_recall.packages import read_package
from benchmarks.seeded_recall.planters import PLANTERS
from benchmarks.seeded_recall.running import FEWEST_MODULES, Wave
from ssot_lint.fixes import FIXERS
from ssot_lint.model import Confidence
from ssot_lint.session import check, fix, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ssot_lint.model import Finding
    from ssot_lint.session import FixResult

_STORIES: Final = ("SST203", "SST204", "SST205", "SST206", "SST207")
_REASON: Final = re.compile(r"not by --fix: (.*)\)$")


@dataclass
class Tally:
    """What came of the fixes of some packages."""

    fixed: Counter[str] = field(default_factory=Counter)
    """By code, and whether the fix is safe."""
    withheld: Counter[tuple[str, str]] = field(default_factory=Counter)
    worded: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What a reader has to do, by code and reason."""
    failures: list[str] = field(default_factory=list)
    files: int = 0
    compared: int = 0
    """Changed files whose lines could be held against those of the edits."""
    lines: int = 0
    changed: int = 0

    def add(self, other: Tally) -> None:
        """Add what came of other packages."""
        self.fixed += other.fixed
        self.withheld += other.withheld
        self.worded += other.worded
        self.failures += other.failures
        self.files += other.files
        self.compared += other.compared
        self.lines += other.lines
        self.changed += other.changed


def fix_and_compare(root: Path, *, seed: int | None, each: int) -> Tally:
    """Make the fixes in a copy of a package, the safe ones and then the others, and hold it against before.

    With a ``seed``, ``each`` findings of each kind are planted first.
    """
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / root.name
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("*.pyc", "pyproject.toml"))
        configuration = plant(root, copy, seed, each) if seed is not None else None
        options = _options(copy, configuration)
        found: Sequence[Finding] = check(["."], **options).findings
        for unsafe in (False, True):
            found = _fix(copy, options, found, tally, unsafe=unsafe)
    return tally


def plant(root: Path, copy: Path, seed: int, each: int) -> Path | None:
    """Plant findings that fixes are for, and return the configuration they need."""
    random = Random(f"{seed} {root.name}")
    configuration = None
    package = read_package(root)
    if len(package.modules) >= FEWEST_MODULES:
        wave = Wave(package, copy, random, 1)
        for planter in PLANTERS * each:
            if planter.code in FIXERS:
                wave.add(planter)
        configuration = wave.write(copy)
    modules, homes = read_classes(copy)
    if len(homes) >= 3 and len(modules) >= 3:
        leaks = Leaks(root.name, copy, random, 1001)
        for _ in range(each):
            leaks.add(homes, modules)
            for code in _STORIES:
                leaks.add_story(code, modules)
        for path, text in leaks.draft.texts.items():
            (copy / path).write_text(text, encoding="utf-8")
    return configuration


def _fix(
    copy: Path, options: Mapping[str, Any], known: Sequence[Finding], tally: Tally, *, unsafe: bool
) -> Sequence[Finding]:
    """Make the fixes of some known findings, hold the files against before, and return what is left."""
    before = {path: path.read_bytes() for path in sorted(copy.rglob("*.py"))}
    made = fix(["."], **options, unsafe=unsafe)
    tally.failures += [f"{copy.name}: {problem}" for problem in made.result.problems]
    tally.failures += [f"{copy.name}: {path}: {reason}" for path, reason in write(made.changes)]
    _count(made, tally, unsafe=unsafe)
    changed = {copy / change.path for change in made.changes}
    for path, data in before.items():
        if path in changed:
            _compare(copy, path, data, _touched(made, path.relative_to(copy).as_posix(), known), tally)
        elif path.read_bytes() != data:
            tally.failures.append(f"{copy.name}: {path.relative_to(copy)}: changed, but not reported")
    again = fix(["."], **options, unsafe=unsafe)
    if again.changes or again.fixed:
        tally.failures.append(f"{copy.name}: not at rest: {[c.path for c in again.changes]}")
    if again.result.findings != made.result.findings:
        tally.failures.append(
            f"{copy.name}: what is reported after the fixes isn't what is found in the files"
        )
    return again.result.findings


def _options(copy: Path, configuration: Path | None) -> Mapping[str, Any]:
    return {
        "overrides": {"min_confidence": Confidence.LOW, "check_tests": True},
        "config_file": configuration,
        "isolated": configuration is None,
        "cwd": copy,
    }


def _touched(made: FixResult, path: str, known: Sequence[Finding]) -> list[Lines] | None:
    """Return the old lines that the edits in a file are in; None when a later round made some of them."""
    mine = [finding for finding in made.fixed if finding.location.path == path]
    if any(finding not in known for finding in mine):
        return None
    spans = [edit.span for finding in mine if finding.fix is not None for edit in finding.fix.edits]
    return [Lines(span.line, span.end_line) for span in spans]


def _compare(copy: Path, path: Path, before: bytes, touched: list[Lines] | None, tally: Tally) -> None:
    after = path.read_bytes()
    place = f"{copy.name}: {path.relative_to(copy)}"
    tally.files += 1
    tally.compared += touched is not None
    tally.lines += before.count(b"\n")
    tally.changed += len(changed_lines(before, after))
    tally.failures += [f"{place}: {fault}" for fault in faults(before, after, touched)]
    for wanted in sorted(new_imports(before, after)):
        if not resolves(wanted, path, copy):
            tally.failures.append(f"{place}: leads nowhere: from {wanted.module} import {wanted.name}")


def _count(made: FixResult, tally: Tally, *, unsafe: bool) -> None:
    tally.fixed.update(f"{finding.code} {'unsafe' if unsafe else 'safe'}" for finding in made.fixed)
    tally.withheld.update((finding.code, reason) for finding, reason in made.withheld)
    if unsafe:
        for finding in made.result.findings:
            reason = _REASON.search(finding.suggestions[0].title) if finding.suggestions else None
            if finding.code in FIXERS and reason is not None:
                tally.worded[finding.code, re.sub(r"\b[\w.]*[._]\w+\b|\bline \d+", "...", reason[1])] += 1
