"""How the instances of a module come to be: everything that is asked of its constructors and factories."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.constructors import read_constructors
from ssot_lint.summary.creation_facts import CreationFacts, EagerDefault, GetOrCreate
from ssot_lint.summary.gaps import GapReader
from ssot_lint.summary.guard_calls import WordLines
from ssot_lint.summary.lock_regions import RegionReader, lock_helpers, lone_locks
from ssot_lint.summary.suspending import calm_functions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.summary.facts import FunctionFacts
    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.walker import ModuleWalker

_DEFAULT: Final = re.compile(r"\.get\([^;{}()]{1,80}(?:\([^()]*\))?,\s*(?:await\s+)?[A-Za-z_][\w.]*\(")
_SETDEFAULT: Final = ".setdefault("
"""Where a mapping may be asked with a default that is made on the spot."""


def read_creation(
    walker: ModuleWalker, functions: Sequence[FunctionFacts], text: str, positions: Positions
) -> CreationFacts:
    """Return all of it for one module; ``functions`` are the facts in the order of the records."""
    defaults = WordLines(text, {_SETDEFAULT, *(found[0] for found in _DEFAULT.finditer(text))})
    gets: list[GetOrCreate] = []
    eager: list[EagerDefault] = []
    for record, facts in zip(walker.functions, functions, strict=True):
        if any(fill.when_empty and fill.made for fill in facts.fills) or defaults.within(record.node):
            reader = GapReader(record, positions)
            reader.read()
            gets += reader.gets.values()
            eager += reader.eager.values()
    regions = RegionReader(gets, walker.functions)
    if gets:
        lines = WordLines(text, regions.words)
        for record in walker.functions:
            if lines.within(record.node):
                regions.read(record, positions)
    return CreationFacts(
        constructors=tuple(read_constructors(walker.functions, walker.instance_targets, positions)),
        eager=tuple(eager),
        gets=tuple(gets),
        calls=tuple(regions.calls),
        accesses=tuple(regions.accesses),
        lone_locks=tuple(lone_locks(walker, text)) if gets else (),
        lock_helpers=tuple(dict.fromkeys(lock_helpers(walker, text))),
        calm=tuple(calm_functions(walker.functions, text)),
    )
