"""What a planter is given: a module, a managed class, and the means to write."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.seeded_recall.draft import Misfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from benchmarks.seeded_recall.draft import Draft
    from benchmarks.seeded_recall.packages import Module, Subject, Way


class Expression(NamedTuple):
    """An expression to be placed, with what must stand before it."""

    text: str
    imports: str = ""
    local: str = ""
    """Statements that must stand in the same function, right before the expression."""
    is_awaiting: bool = False


class Scene:
    """One violation that is being planted."""

    def __init__(
        self,
        number: int,
        random: Random,
        draft: Draft,
        modules: Mapping[str, Module],
        module: Module,
        subject: Subject,
    ) -> None:
        self.number = number
        self.random = random
        self.draft = draft
        self.modules = modules
        self.module = module
        """The module to plant into, which has nothing to do with the subject yet."""
        self.subject = subject
        self.declarations: list[str] = []
        """Entries of the configuration that the violation needs."""
        self._words = 0

    @property
    def mark(self) -> str:
        """The comment on the line that is to be reported."""
        return f"# planted: {self.number}"

    def word(self) -> str:
        """Return a name that nobody uses."""
        self._words += 1
        return f"Planted{self.number}x{self._words}"

    def way(self) -> Way:
        """Return one of the subject's factories."""
        if not self.subject.ways:
            raise Misfit("no factory")
        return self.random.choice(self.subject.ways)

    def new_module(self, text: str) -> str:
        """Add a module to the package that the scene's module belongs to, and return its name."""
        top = self.modules.get(self.module.name.partition(".")[0])
        if top is None or not top.is_package:
            raise Misfit("no package")
        name = self.word().lower()
        path = str(PurePosixPath(top.path).parent / f"{name}.py")
        self.draft.write_new(path, text)
        return f"{top.name}.{name}"

    def import_(self, block: str) -> None:
        """Add imports at the top of the module."""
        self.draft.insert_import(self.module.path, block)

    def block(self, block: str) -> None:
        """Add statements at the module's level."""
        self.draft.insert_block(self.module.path, block, self.random)

    def other_modules(self, count: int) -> Sequence[Module]:
        """Return some further modules, none of them a home of the subject."""
        free = [m for m in self.modules.values() if m.name not in self.subject.homes and m is not self.module]
        return self.random.sample(free, min(count, len(free)))

    def declare(self, canonical: str) -> None:
        """Have the configuration say that the subject is managed, and over which path it is to be had."""
        factories = ", ".join(f'"{way.module}.{way.name}"' for way in self.subject.ways)
        self.declarations.append(
            f'[[tool.ssot-lint.managed]]\nclass = "{self.subject.symbol}"\nfactory = [{factories}]\n'
            f'canonical = "{canonical}"\n'
        )
