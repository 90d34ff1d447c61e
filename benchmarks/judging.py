"""What must be true of a run of the program, whatever code it was given."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Final

ALL_RULES: Final = ("--min-confidence", "low", "--select", "SST,SST408,SST409", "--check-tests")
"""Asks for all that the program may say of sources."""
NO_TREE: Final = re.compile(r": LibCST can't read this file: ")
"""How the program names valid Python that LibCST has no tree for."""
ERROR: Final = "ssot-lint: error: "


def is_valid(data: bytes) -> bool:
    """Whether the interpreter that runs this takes a file for Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError):
            return False
    return True


def faults_of_run(status: int, errors: str) -> list[str]:
    """Return what is wrong with how a run ended: it may name what LibCST can't read, and nothing else."""
    problems = [line for line in errors.splitlines() if line.startswith(ERROR)]
    faults = [line for line in problems if not NO_TREE.search(line)]
    if "Traceback" in errors:
        faults.append(errors)
    if status not in (0, 1, 2) or (status == 2) != bool(problems):
        faults.append(f"status {status}: {errors[-2_000:]}")
    return faults
