"""Plants leaks into a copy of a package, runs the linter over it, and compares."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.seeded_leaks.classes import HomeClass, Method, insert_in_class, read_classes
from benchmarks.seeded_leaks.shapes import (
    CHANGES,
    CLASSES,
    OUTSIDE,
    WAYS,
    Class,
    Value,
    Way,
    values,
    values_of,
)
from benchmarks.seeded_leaks.stories import Story, stories
from benchmarks.seeded_recall.draft import Draft, Misfit
from benchmarks.seeded_recall.running import Outcome, Plant
from ssot_lint.model import Confidence
from ssot_lint.session import check_opened, open_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.seeded_recall.packages import Module

CODE: Final = "SST201"
_WORDS: Final = (
    "items", "entries", "fields", "rows", "events", "topics", "pending", "results", "values", "tags",
    "members", "labels", "options", "history", "queue_", "handlers", "state", "data", "errors", "children",
)  # fmt: skip
_TRIES: Final = 10
_CHANGE_IMPORTS: Final = "import bisect\nimport heapq\nimport random"


class Recipe(NamedTuple):
    """What is to be planted, and where."""

    home: HomeClass
    other: Module
    """The module for what stands elsewhere."""
    value: Value
    way: Way
    change: str
    planted: Class | None
    """The class, if it is planted, too."""

    @property
    def is_outside(self) -> bool:
        """Whether the class's own methods are left as they are."""
        return not self.way.text

    @property
    def spelling(self) -> str:
        """The way, the change and the value in short."""
        value = self.value.text.partition("  {mark}")[0].replace("{{", "{").replace("}}", "}")
        head = f"{self.planted.head.partition('class')[0].strip()} " if self.planted else ""
        return f"{head}{self.way.name}: {self.change.format(r='x', v='v')} of {value}"


class Leaks:
    """One copy of a package with the leaks in it."""

    def __init__(self, package: str, copy: Path, random: Random, first_number: int) -> None:
        self._package = package
        self._random = random
        self._number = first_number
        self.draft = Draft(copy)
        self.plants: list[Plant] = []

    def add(self, homes: Sequence[HomeClass], modules: Sequence[Module]) -> bool:
        """Plant one leak, and tell whether there was a way."""
        for _ in range(_TRIES):
            draft = self.draft.copy()
            try:
                self._plant(self._recipe(homes, modules))
            except Misfit:
                self.draft = draft
                continue
            return True
        return False

    def add_story(self, code: str, modules: Sequence[Module]) -> bool:
        """Plant one leak of another rule, and tell whether there was a way."""
        for _ in range(_TRIES):
            draft = self.draft.copy()
            here, there = self._random.sample(modules, 2)
            story = self._random.choice([story for story in stories() if story.code == code])
            try:
                self._tell(story, here, there)
            except Misfit:
                self.draft = draft
                continue
            return True
        return False

    def _tell(self, story: Story, here: Module, there: Module) -> None:
        number, draft = self._next, self.draft
        text, other = story.written(number)
        if other:
            draft.insert_block(there.path, other, self._random)
        if f"module_{number}" in text:
            draft.insert_import(here.path, f"import {there.name} as module_{number}")
        if story.there_imports_here:
            draft.insert_import(there.path, f"from {here.name} import Planted{number}")
        draft.insert_block(here.path, text, self._random)
        symbol = f"{here.name}.Planted{number}"
        self.plants.append(
            Plant(number, story.code, self._package, here.path, story.name, symbol, is_planted_class=True)
        )

    @property
    def _next(self) -> int:
        return self._number + len(self.plants)

    def _recipe(self, homes: Sequence[HomeClass], modules: Sequence[Module]) -> Recipe:
        random, number = self._random, self._next
        home = random.choice(homes)
        other = random.choice([module for module in modules if module.name != home.module.name])
        planted = random.choice(CLASSES) if random.random() < 1 / 5 else None
        if planted is not None:
            method = Method(f"use_{number}", "self", f"value_{number}")
            home = HomeClass(home.module, f"Planted{number}", (method,))
        value = random.choice(values_of(planted) if planted else values())
        way = random.choice(OUTSIDE if random.random() < 1 / 3 else WAYS)
        return Recipe(home, other, value, way, random.choice(CHANGES[value.kind]), planted)

    def _plant(self, recipe: Recipe) -> None:
        home, way, number = recipe.home, recipe.way, self._next
        constructor = next((method for method in home.methods if method.name == "__init__"), None)
        methods = [m for m in home.methods if not way.in_constructor or m != constructor]
        if not methods or (way.in_constructor and constructor is None):
            raise Misfit(way.name)
        method = self._random.choice(methods)
        words = {
            "a": f"{self._random.choice(_WORDS)}_{number}",
            "n": str(number),
            "h": f"planted_{number}",
            "C": home.name,
            "s": method.instance,
            "v": method.given,
            "mark": f"# planted: {number}",
            "other": f"module_{number}",
        }
        given = f"value_{number}" if way.helper else method.given
        changed = recipe.change.format(r=way.holder.format(**words), v=given)
        if _is_unfit(changed, way):
            raise Misfit(changed)
        self._class(recipe, words)
        if way.helper:
            self._helper(recipe, way.helper.format(**words, change=changed))
        if not recipe.is_outside:
            self._in_method(home, method.name, way.text.format(**words, change=changed))
        if constructor is not None and way.in_constructor:
            words["s"] = constructor.instance
            self._in_method(home, "__init__", way.in_constructor.format(**words))
        symbol = f"{home.module.name}.{home.name}"
        self.plants.append(
            Plant(
                number,
                CODE,
                self._package,
                home.module.path,
                recipe.spelling,
                symbol,
                is_planted_class=recipe.planted is not None,
            )
        )

    def _class(self, recipe: Recipe, words: Mapping[str, str]) -> None:
        """Plant the attribute, and what it is made of."""
        home, value, draft = recipe.home, recipe.value, self.draft
        if recipe.planted is not None:
            (method,) = home.methods
            body = f"    def {method.name}({method.instance}, {method.given}):\n        pass"
            draft.insert_block(
                home.module.path, f"{recipe.planted.head.format(**words)}\n{body}", self._random
            )
        insert_in_class(draft, home.module.path, home.name, value.text.format(**words))
        imports = [value.imports or "pass", _CHANGE_IMPORTS]
        if "{other}" in value.text or "{other}" in recipe.way.text:
            imports.append(f"import {recipe.other.name} as {words['other']}")
        draft.insert_import(home.module.path, "\n".join(imports))
        if value.top:
            draft.insert_import(recipe.other.path, value.top.format(**words))

    def _helper(self, recipe: Recipe, text: str) -> None:
        imports = _CHANGE_IMPORTS
        if recipe.is_outside:
            imports += f"\nfrom {recipe.home.module.name} import {recipe.home.name}"
        self.draft.insert_block(recipe.other.path, text, self._random)
        self.draft.insert_import(recipe.other.path, imports)

    def _in_method(self, home: HomeClass, name: str, text: str) -> None:
        self.draft.insert_in(home.module.path, f"{home.name}.{name}", text)


def _is_unfit(changed: str, way: Way) -> bool:
    """Tell whether the language, or the meaning, forbids a change on this way.

    An operator rebinds what it is written to: no call can stand there, and what is bound inside a function
    that has the name from outside is another variable.
    """
    is_operator = any(f" {operator} " in changed for operator in ("+=", "|=", "-=", "&="))
    is_on_name = is_operator and "[" not in changed.split("=")[0]
    if is_on_name and (way.holder.startswith(("getattr", "super()")) or "inner function, local" in way.name):
        return True
    return is_on_name and way.holder.endswith(").{a}")


def plant_and_check(root: Path, wanted: Mapping[str, int], first_number: int, seed: int) -> Iterator[Outcome]:
    """Yield what becomes of the leaks that are planted into one package, so many of each code."""
    random = Random(f"{seed} {root.name}")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / root.name
        shutil.copytree(root, copy, ignore=shutil.ignore_patterns("*.pyc", "pyproject.toml"))
        modules, homes = read_classes(copy)
        if len(homes) < 3 or len(modules) < 3:
            return
        leaks = Leaks(root.name, copy, random, first_number)
        for code, number in wanted.items():
            for _ in range(number):
                if not (leaks.add(homes, modules) if code == CODE else leaks.add_story(code, modules)):
                    break
        for path, text in leaks.draft.texts.items():
            (copy / path).write_text(text, encoding="utf-8")
        yield from _outcomes(leaks, copy)


def _outcomes(leaks: Leaks, copy: Path) -> Iterator[Outcome]:
    overrides = {"min_confidence": Confidence.LOW, "select": tuple({p.code for p in leaks.plants})}
    paths = sorted({plant.path for plant in leaks.plants})
    result = check_opened(open_project(paths, overrides=overrides, isolated=True, cwd=copy))
    for problem in result.problems:
        raise RuntimeError(problem)
    for plant in leaks.plants:
        lines = leaks.draft.texts[plant.path].split("\n")
        line = next(i for i, each in enumerate(lines, 1) if each.endswith(f"# planted: {plant.number}"))
        found = [
            finding
            for finding in result.findings
            if finding.location.path == plant.path
            and finding.location.span.line == line
            and finding.code == plant.code
        ]
        confidence = max((finding.confidence for finding in found), default=None)
        excerpt = "\n".join(lines[max(0, line - 3) : line + 3])
        cause = f"low: {found[0].message.rpartition('(')[2]}" if found else f"not seen: {plant.spelling}"
        yield Outcome(plant, confidence, cause, excerpt)
