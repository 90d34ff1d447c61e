"""What names lead to: modules, classes, functions, variables, and instances of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.summary.facts import ClassFacts, FunctionFacts, ModuleSummary

TargetKind = Literal[
    "module", "class", "function", "variable", "attribute", "instance", "item", "super", "external"
]


class Target(msgspec.Struct, frozen=True):
    """What a symbol turned out to be; ``symbol`` is where that is defined, or an instance's class."""

    kind: TargetKind
    symbol: str


class ClassNode(NamedTuple):
    """A class of the project and the module that it stands in."""

    module: ModuleSummary
    facts: ClassFacts

    @property
    def symbol(self) -> str:
        """The class's qualified name."""
        return f"{self.module.module}.{self.facts.qualname}"


class FunctionNode(NamedTuple):
    """A function of the project and the module that it stands in."""

    module: ModuleSummary
    facts: FunctionFacts

    @property
    def symbol(self) -> str:
        """The function's qualified name."""
        return f"{self.module.module}.{self.facts.qualname}"

    @property
    def class_symbol(self) -> str | None:
        """The class that a method belongs to."""
        owner = self.facts.class_qualname
        return f"{self.module.module}.{owner}" if owner is not None else None


def modules_by_name(summaries: Sequence[ModuleSummary]) -> dict[str, ModuleSummary]:
    """Return the modules by every name that leads to one alone; a source file goes before its stub."""
    found: dict[str, ModuleSummary] = {}
    for module in summaries:
        known = found.get(module.module)
        if known is None or known.is_stub:
            found[module.module] = module
    others: dict[str, ModuleSummary | None] = {}
    for module in summaries:
        if found[module.module] is not module:
            continue
        for alias in module.aliases:
            others[alias] = None if alias in others and others[alias] is not module else module
    for alias, target in others.items():
        if target is not None:
            found.setdefault(alias, target)
    return found


def members_of(node: ClassNode) -> dict[str, Literal["class", "function", "attribute"]]:
    """Return the names that a class body defines, and those that its methods set on instances."""
    found: dict[str, Literal["class", "function", "attribute"]] = {}
    for name, _ in node.facts.instance_attributes:
        found[name] = "attribute"
    for attribute in node.facts.attributes:
        found[attribute.name] = "attribute"
    for name in node.facts.methods:
        found[name] = "function"
    return found
