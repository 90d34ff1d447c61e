"""Plants violations of SST203, SST204 and SST205 into a copy of a package, and runs the linter over it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from benchmarks.seeded_keeping.shapes import DEFAULTS, FILLS, SHAPES, TABLES, Shape
from benchmarks.seeded_leaks.classes import HomeClass, insert_in_class, read_classes
from benchmarks.seeded_recall.draft import Draft, Misfit
from benchmarks.seeded_recall.running import Outcome, Plant
from ssot_lint.model import Confidence
from ssot_lint.session import check_opened, open_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.seeded_recall.packages import Module

_WORDS: Final = (
    "items",
    "entries",
    "fields",
    "rows",
    "events",
    "owner",
    "target",
    "options",
    "headers",
    "data",
)
_TRIES: Final = 10


class Planting:
    """One copy of a package with the violations in it."""

    def __init__(self, package: str, copy: Path, random: Random, first_number: int) -> None:
        self._package = package
        self._random = random
        self._number = first_number
        self.draft = Draft(copy)
        self.plants: list[Plant] = []

    def add(self, homes: Sequence[HomeClass], modules: Sequence[Module]) -> bool:
        """Plant one violation, and tell whether there was a way."""
        for _ in range(_TRIES):
            draft = self.draft.copy()
            home = self._random.choice(homes)
            other = self._random.choice([m for m in modules if m.name != home.module.name])
            code = self._random.choice(sorted(SHAPES))
            try:
                self._plant(self._random.choice(SHAPES[code]), home, other)
            except Misfit:
                self.draft = draft
                continue
            return True
        return False

    def _plant(self, shape: Shape, home: HomeClass, other: Module) -> None:
        random, draft, number = self._random, self.draft, self._number + len(self.plants)
        constructor = next((m for m in home.methods if m.name == "__init__"), None)
        others = [m for m in home.methods if m is not constructor and not m.name.startswith("__")]
        if not others or (shape.in_constructor and constructor is None):
            raise Misfit(shape.name)
        method = random.choice(others)
        kind, value = random.choice(TABLES if shape.top or shape.other_top else DEFAULTS)
        words = {
            "a": f"{random.choice(_WORDS)}_{number}",
            "n": str(number),
            "h": f"planted_{number}",
            "C": home.name,
            "s": method.instance,
            "i": constructor.instance if constructor else "self",
            "v": method.given,
            "m": random.choice(others).name,
            "mark": f"# planted: {number}",
            "other": f"module_{number}",
        }
        is_new = "{change}" in shape.block + shape.in_class
        given = f"value_{number}" if is_new else method.given
        change = random.choice(FILLS[kind]).format(r=shape.holder.format(**words), v=given)
        if any(f" {operator} " in change for operator in ("+=", "|=")) and "inner" in shape.name:
            raise Misfit(change)

        def made(text: str) -> str:
            return text.replace("VALUE", value).format(**words, change=change)

        path = home.module.path
        if shape.in_class:
            insert_in_class(draft, path, home.name, made(shape.in_class))
        if shape.in_method:
            draft.insert_in(path, f"{home.name}.{method.name}", made(shape.in_method))
        if shape.in_constructor:
            draft.insert_in(path, f"{home.name}.__init__", made(shape.in_constructor))
        if shape.block:
            draft.insert_block(other.path, made(shape.block), random)
            draft.insert_import(other.path, f"from {home.module.name} import {home.name}")
        if shape.top:
            draft.insert_import(path, made(shape.top))
        if shape.other_top:
            draft.insert_import(other.path, made(shape.other_top))
            draft.insert_import(path, f"import {other.name} as {words['other']}")
        marked = other.path if "{mark}" in shape.block else path
        symbol = f"{home.module.name}.{home.name}"
        spelling = f"{shape.name} of {value}: {change}" if "{change}" in "".join(shape) else shape.name
        self.plants.append(
            Plant(number, shape.code, self._package, marked, spelling, symbol, is_planted_class=False)
        )


def plant_and_check(root: Path, wanted: int, first_number: int, seed: int) -> Iterator[Outcome]:
    """Yield what becomes of the violations that are planted into one package."""
    random = Random(f"{seed} {root.name}")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / root.name
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("*.pyc", "pyproject.toml"))
        modules, homes = read_classes(copy)
        if len(homes) < 3 or len(modules) < 3:
            return
        planting = Planting(root.name, copy, random, first_number)
        while len(planting.plants) < wanted and planting.add(homes, modules):
            pass
        for path, text in planting.draft.texts.items():
            (copy / path).write_text(text, encoding="utf-8")
        yield from _outcomes(planting, copy)


def _outcomes(planting: Planting, copy: Path) -> Iterator[Outcome]:
    overrides = {"min_confidence": Confidence.LOW, "select": tuple(SHAPES)}
    paths = sorted({plant.path for plant in planting.plants})
    result = check_opened(open_project(paths, overrides=overrides, isolated=True, cwd=copy))
    for problem in result.problems:
        raise RuntimeError(problem)
    for plant in planting.plants:
        lines = planting.draft.texts[plant.path].split("\n")
        line = next(i for i, each in enumerate(lines, 1) if each.endswith(f"# planted: {plant.number}"))
        found = [
            finding
            for finding in result.findings
            if (finding.code, finding.location.path, finding.location.span.line)
            == (plant.code, plant.path, line)
        ]
        confidence = max((finding.confidence for finding in found), default=None)
        excerpt = "\n".join(lines[max(0, line - 3) : line + 3])
        cause = f"low: {found[0].message.rpartition('(')[2]}" if found else f"not seen: {plant.spelling}"
        yield Outcome(plant, confidence, cause, excerpt)
