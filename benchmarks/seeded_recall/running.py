"""Plants in waves: a copy of a package, violations far apart in it, one run over what changed."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.seeded_recall.draft import Draft, Misfit
from benchmarks.seeded_recall.homes import HOMES, plant_home, stem_of, subject_of
from benchmarks.seeded_recall.planters import PLANTERS
from benchmarks.seeded_recall.scene import Scene
from ssot_lint.model import Confidence
from ssot_lint.session import check_opened, open_project

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence

    from benchmarks.seeded_recall.packages import Module, Package, Subject
    from benchmarks.seeded_recall.planters import Planter
    from ssot_lint.session import CheckResult, LinkedProject

TRIES: Final = 12
FEWEST_MODULES: Final = 8


class Plant(NamedTuple):
    """A violation that was planted."""

    number: int
    code: str
    package: str
    path: str
    spelling: str
    symbol: str
    is_planted_class: bool


class Outcome(NamedTuple):
    """What became of a plant."""

    plant: Plant
    confidence: Confidence | None
    """How sure the linter is of its finding; None without one."""
    cause: str = ""
    excerpt: str = ""

    @property
    def is_found(self) -> bool:
        """Whether the finding is there, and shown at ``medium``."""
        return self.confidence is not None and self.confidence >= Confidence.MEDIUM


class Wave:
    """One copy of a package with the violations in it."""

    def __init__(self, package: Package, copy: Path, random: Random, first_number: int) -> None:
        self._package = package
        self._modules = {module.name: module for module in package.modules}
        self._random = random
        self._number = first_number
        self._used: set[str] = set()
        self._declarations: list[str] = []
        self.draft = Draft(copy)
        self.plants: list[Plant] = []

    def add(self, planter: Planter) -> bool:
        """Plant one violation, and tell whether there was a way."""
        for _ in range(TRIES):
            try:
                self._try(planter)
            except Misfit:
                continue
            return True
        return False

    def _try(self, planter: Planter) -> None:
        draft = self.draft.copy()
        number = self._number + len(self.plants)
        subject, module = self._subject(planter, draft, number)
        scene = Scene(number, self._random, draft, self._modules, module, subject)
        spelling = planter.plant(scene)
        marked = [path for path, text in draft.texts.items() if f"{scene.mark}\n" in f"{text}\n"]
        if len(marked) != 1:
            raise Misfit("no mark")
        plant = Plant(
            number,
            planter.code,
            self._package.name,
            marked[0],
            spelling,
            subject.symbol,
            subject.is_planted,
        )
        self.draft = draft
        self.plants.append(plant)
        self._declarations += scene.declarations
        if not subject.is_planted:
            self._used.add(subject.symbol)

    def _subject(self, planter: Planter, draft: Draft, number: int) -> tuple[Subject, Module]:
        """Return a class of the package that this wave hasn't touched, else a planted one; and a module."""
        real = [s for s in self._package.subjects if s.symbol not in self._used and planter.wants(s)]
        if real and self._random.random() < 2 / 3:
            subject = self._random.choice(real)
            free = [m for m in self._package.modules if m.name not in subject.homes]
            return subject, self._random.choice(free)
        home, module, *users = self._random.sample(self._package.modules, 5)
        stem = stem_of(number, self._random)
        for kind in self._random.sample(list(HOMES), len(HOMES)):
            subject = subject_of(kind, stem, home)
            if planter.wants(subject):
                plant_home(kind, stem, subject, draft, users, self._random)
                return subject, module
        raise Misfit("no class to be planted")

    def write(self, copy: Path) -> Path | None:
        """Write what changed into the copy, and the configuration if one is needed."""
        for path, text in self.draft.texts.items():
            (copy / path).write_text(text, encoding="utf-8")
        if not self._declarations:
            return None
        configuration = copy / "planted.toml"
        configuration.write_text("\n".join(["[tool.ssot-lint]", *self._declarations]))
        return configuration


def plant_and_check(
    package: Package, counts: Counter[str], *, wanted: int, waves: int, each: int, seed: int
) -> Iterator[Outcome]:
    """Yield what becomes of the violations that are planted in a package, in some waves."""
    random = Random(f"{seed} {package.name}")
    for _ in range(waves):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / package.name
            shutil.copytree(package.root, copy, ignore=shutil.ignore_patterns("*.pyc", "pyproject.toml"))
            wave = Wave(package, copy, random, sum(counts.values()) + 1)
            for planter in PLANTERS * each:
                if counts[planter.code] < wanted and wave.add(planter):
                    counts[planter.code] += 1
            if wave.plants:
                yield from _outcomes(wave, copy)


def _outcomes(wave: Wave, copy: Path) -> Iterator[Outcome]:
    configuration = wave.write(copy)
    overrides = {"min_confidence": Confidence.LOW, "select": tuple({p.code for p in wave.plants})}
    # The folder: without a project file, files would be read with their neighbours alone.
    opened = open_project(
        ["."], overrides=overrides, config_file=configuration, isolated=configuration is None, cwd=copy
    )
    result = check_opened(opened)
    for problem in result.problems:
        raise RuntimeError(problem)
    for plant in wave.plants:
        yield _outcome(plant, wave.draft.texts[plant.path], opened, result)


def _outcome(plant: Plant, text: str, opened: LinkedProject, result: CheckResult) -> Outcome:
    lines = text.split("\n")
    line = next(i for i, each in enumerate(lines, 1) if each.endswith(f"# planted: {plant.number}"))
    at_line = [f for f in result.findings if f.location.path == plant.path and f.location.span.line == line]
    found = [f.confidence for f in at_line if f.code == plant.code]
    if found and max(found) >= Confidence.MEDIUM:
        return Outcome(plant, max(found))
    excerpt = "\n".join(lines[max(0, line - 7) : line + 4])
    cause = _cause(plant, opened, [f.code for f in at_line], is_low=bool(found))
    return Outcome(plant, max(found) if found else None, cause, excerpt)


def _cause(plant: Plant, opened: LinkedProject, codes: Sequence[str], *, is_low: bool) -> str:
    """Return why a plant may have been missed."""
    if is_low:
        return "reported at low only"
    managed = opened.project.managed.get(plant.symbol)
    if managed is None:
        return "the class isn't held to be managed"
    if codes:
        return f"reported as {', '.join(sorted(set(codes)))}"
    return f"not seen: {plant.spelling}"
