"""Fits the arguments of a constructor's call to the signature of the factory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.fixes._file import FixedFile, NoFixError, insertion
from ssot_lint.model import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from ssot_lint.project import Project
    from ssot_lint.summary.facts import Parameter


class Signature(NamedTuple):
    """What a factory is called with; ``keys`` are the parameters that it keeps instances by."""

    name: str
    parameters: tuple[Parameter, ...]
    keys: frozenset[str] = frozenset()


class Fit(NamedTuple):
    """The edits that make arguments fit, and whether each went by its name."""

    edits: tuple[Edit, ...]
    is_sure: bool


def constructor_parameters(symbol: str, project: Project) -> tuple[Parameter, ...] | None:
    """Return what a class is called with, without ``self``; None when that isn't known."""
    names = project.names
    for class_symbol in names.mro(symbol) if symbol in names.classes else ():
        for name in ("__init__", "__new__"):
            node = names.functions.get(f"{class_symbol}.{name}")
            if node is not None:
                return node.facts.parameters[1:]
    return () if symbol in names.classes and not names.external_bases(symbol) else None


def fit(
    file: FixedFile, call: cst.Call, constructor: tuple[Parameter, ...] | None, factory: Signature
) -> Fit:
    """Return what makes a call of the constructor one of the factory; NoFixError says what has no place."""
    if [parameter.kind for parameter in factory.parameters] == ["*", "**"]:
        return Fit((), is_sure=not call.args)
    fitting = _Fitting(file, constructor, factory)
    for argument in call.args:
        fitting.place(argument)
    return fitting.finish()


class _Fitting:
    def __init__(
        self, file: FixedFile, constructor: tuple[Parameter, ...] | None, factory: Signature
    ) -> None:
        self._file = file
        self._name = factory.name
        self._keys = factory.keys
        self._from = constructor
        self._positional = [p for p in constructor or () if p.kind == "positional"]
        self._slots = [p for p in factory.parameters if p.kind == "positional"]
        self._to = {p.name: p for p in factory.parameters if p.kind in ("positional", "keyword")}
        self._takes_all = any(p.kind == "**" for p in factory.parameters)
        self._position = 0
        self._by_name = False
        """Whether an argument had to be given by name, so that all after it have to, too."""
        self._filled: set[str] = set()
        self._edits: list[Edit] = []
        self._sure = True

    def place(self, argument: cst.Arg) -> None:
        """Find the factory's parameter for an argument."""
        if argument.star:
            raise NoFixError(f"what {argument.star}arguments hold isn't known")
        if argument.keyword is not None:
            self._place_keyword(argument.keyword)
            return
        index = self._position
        self._position += 1
        if self._from is None:
            raise NoFixError("the parameters of the constructor aren't known")
        if index >= len(self._positional):
            raise NoFixError("the arguments don't fit the constructor")
        wanted = self._positional[index].name
        there = self._slots[index] if index < len(self._slots) else None
        if wanted not in self._to and there is not None and self._is_other_name(there, index):
            self._sure = False
            wanted = there.name
        elif wanted not in self._to and not self._takes_all:
            raise NoFixError(self._no_place(wanted))
        self._filled.add(wanted)
        if there is not None and there.name == wanted and not self._by_name:
            return
        self._sure = self._sure and wanted in self._to
        if wanted in self._to and self._to[wanted].is_positional_only:
            raise NoFixError(f"{self._name}() takes {wanted} at another position")
        self._by_name = True
        span = self._file.span(argument.value)
        parentheses = getattr(argument.value, "lpar", ())
        if parentheses:
            raise NoFixError("an argument in parentheses would have to be given by name")
        self._edits.append(insertion(span.line, span.column, f"{wanted}="))

    def _place_keyword(self, keyword: cst.Name) -> None:
        wanted = keyword.value
        known = self._to.get(wanted)
        if known is not None and known.is_positional_only:
            raise NoFixError(f"{self._name}() takes {wanted} by position alone")
        if known is None:
            index = next((i for i, p in enumerate(self._positional) if p.name == wanted), -1)
            there = self._slots[index] if 0 <= index < len(self._slots) else None
            if there is not None and self._is_other_name(there, index) and not there.is_positional_only:
                wanted = there.name
                self._edits.append(Edit(self._file.span(keyword), wanted))
            elif not self._takes_all:
                raise NoFixError(self._no_place(wanted))
            self._sure = False
        self._filled.add(wanted)

    def _is_other_name(self, there: Parameter, index: int) -> bool:
        """Whether a factory's parameter is the constructor's of that position under another name."""
        own = {parameter.name for parameter in self._from or ()}
        one = self._positional[index]
        same_type = not (one.annotation and there.annotation) or one.annotation == there.annotation
        as_many = len(self._slots) == len(self._positional)
        return there.name not in own and same_type and (as_many or there.name in self._keys)

    def _no_place(self, wanted: str) -> str:
        return f"{self._name}() has no parameter {wanted}"

    def finish(self) -> Fit:
        """Return the edits, when nothing is missing."""
        missing = [p.name for p in self._to.values() if not p.default and p.name not in self._filled]
        if missing:
            raise NoFixError(f"{self._name}() also needs {_listed(missing)}")
        return Fit(tuple(self._edits), self._sure)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
