"""Cycles of every kind of relation end, with the same findings whatever comes first, and the right ones."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest
from cycles import CYCLES
from projects_in_memory import files_in
from small_project import FILES, VIOLATION, write

from benchmarks.same_findings import EVERYTHING
from ssot_lint import Confidence, check
from ssot_lint.session import fix
from ssot_lint.session import write as write_fixed

if TYPE_CHECKING:
    from pathlib import Path

    from ssot_lint import CheckResult

Places = set[tuple[str, int, str]]

ROLES: Final = ("m1", "m2", "m3")
NAMES: Final = ("aaa", "mmm", "zzz")
"""The modules of a cycle are read in the order of their names: each of them comes first once."""
ROLE: Final = re.compile(r"\bm[123]\b")
ERROR: Final = re.compile(r"# error: (\S+)")
OF_MANAGER: Final = {VIOLATION, ("app/ws.py", 1, "SST408")}


def named(text: str, names: tuple[str, ...]) -> str:
    """Return a text in which the modules have other names."""
    return ROLE.sub(lambda match: names[ROLES.index(match[0])], text)


def expected(files: dict[str, str]) -> Places:
    return OF_MANAGER | {
        (path, number, code)
        for path, text in files.items()
        for number, line in enumerate(text.split("\n"), start=1)
        for code in ERROR.findall(line)
    }


def places(result: CheckResult) -> Places:
    assert not result.problems
    return {(f.location.path, f.location.span.line, f.code) for f in result.findings}


@pytest.mark.parametrize("case", CYCLES.values(), ids=CYCLES)
def test_a_cycle_ends_with_what_is_right_whichever_module_comes_first(case: str, tmp_path: Path) -> None:
    used = len(set(ROLE.findall(case)))
    for turn in range(used):
        names = NAMES[turn:used] + NAMES[:turn]
        files = files_in(named(case, names))
        folder = write(tmp_path / str(turn), {**FILES, **files})
        for cache in (folder / "cache", folder / "cache") if turn == 0 else (False,):
            assert places(check(["app"], cwd=folder, overrides=EVERYTHING, cache=cache)) == expected(files)


def together(folder: Path) -> Path:
    """Write all cycles into one project, each as a package of its own."""
    files = {"pyproject.toml": "[tool.ssot-lint]\n"}
    for number, case in enumerate(CYCLES.values()):
        for path, text in {**FILES, **files_in(case)}.items():
            if path.startswith("app/"):
                package = f"app{number}"
                files[package + path[3:]] = re.sub(r"\bapp\b", package, text)
    return write(folder, files)


def test_all_cycles_in_one_project_give_the_same_under_any_hash_seed(tmp_path: Path) -> None:
    together(tmp_path)
    command = [sys.executable, "-m", "ssot_lint", "check", ".", "--output-format", "json", "--no-cache"]
    command += ["--min-confidence", "low", "--select", "SST,SST408,SST409"]
    ran = [
        subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=False,
        )
        for seed in ("0", "1", "2")
    ]
    assert {(each.returncode, each.stderr) for each in ran} == {(1, ran[0].stderr)}
    assert "Traceback" not in ran[0].stderr
    assert len({each.stdout for each in ran}) == 1
    assert ran[0].stdout.count('"SST101"') > len(CYCLES)


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_fixes_of_cycles_end_and_leave_nothing_to_be_fixed(tmp_path: Path, unsafe: bool) -> None:
    together(tmp_path)
    overrides = {**EVERYTHING, "min_confidence": Confidence.LOW}
    before = places(check(["."], cwd=tmp_path, overrides=overrides))
    result = fix(["."], cwd=tmp_path, overrides=overrides, unsafe=unsafe)
    assert result.changes
    assert not write_fixed(result.changes)
    after = places(check(["."], cwd=tmp_path, overrides=overrides))
    assert {code for _, _, code in after} <= {code for _, _, code in before}
    assert not fix(["."], cwd=tmp_path, overrides=overrides, unsafe=unsafe).changes
