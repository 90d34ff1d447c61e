"""Every change of a class attribute through an instance, wherever in the project it stands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.summary.attribute_facts import Mutation
from ssot_lint.summary.facts import ModuleSummary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssot_lint.project.attribute_values import AttributeValues


class Change(msgspec.Struct, frozen=True):
    """A change of an attribute of an instance whose class is known."""

    class_symbol: str
    """The class whose method it is, or that the changed object is known to be of."""
    method: str
    """The method's name; empty for a change from outside."""
    module: ModuleSummary
    mutation: Mutation
    through_module: bool = False
    """Whether another module changes it, through an instance that a module holds."""


class AttributeChanges:
    """The changes by class and attribute, and those that go through a class."""

    def __init__(self, values: AttributeValues) -> None:
        self._values = values
        self._names = values.names
        self.by_attribute: dict[tuple[str, str], list[Change]] = defaultdict(list)
        self.through_class: set[tuple[str, str]] = set()
        """(class, attribute) for every change or binding through the class."""
        self._collect()

    def _collect(self) -> None:
        wanted = self._values.names_of_attributes
        modules: Mapping[int, ModuleSummary] = {id(m): m for m in self._names.modules.values()}
        parameters: dict[str, list[tuple[int, ModuleSummary, Mutation]]] = defaultdict(list)
        for module in modules.values():
            for changed in module.attribute_facts.parameters:
                if changed.mutation.attribute in wanted:
                    entry = (changed.position, module, changed.mutation)
                    parameters[f"{module.module}.{changed.function}"].append(entry)
            for outside in module.attribute_facts.mutations:
                if outside.mutation.attribute in wanted:
                    self._outside(outside.owner, module, outside.mutation)
        for symbol, (module, facts) in self._values.facts.items():
            self.through_class.update((symbol, name) for name in facts.class_level)
            for method in facts.methods:
                for mutation in method.mutations:
                    if mutation.attribute in wanted:
                        self._add(Change(symbol, method.name, module, mutation))
                for callee, position in method.hands_self:
                    for helper_module, mutation in self._in_helper(callee, position, parameters):
                        self._add(Change(symbol, method.name, helper_module, mutation))
        self._decorators(parameters)

    def _add(self, change: Change) -> None:
        self.by_attribute[change.class_symbol, change.mutation.attribute].append(change)

    def _outside(self, owner: str, module: ModuleSummary, mutation: Mutation) -> None:
        target = self._names.resolve(owner)
        if target is not None and target.kind == "class":
            self.through_class.add((target.symbol, mutation.attribute))
            return
        class_symbol = self._names.class_of(owner)
        if class_symbol is not None:
            holder = target.symbol.rpartition(".")[0] if target is not None else ""
            is_elsewhere = target is not None and target.kind == "variable" and holder != module.module
            self._add(Change(class_symbol, "", module, mutation, is_elsewhere))

    def _in_helper(
        self, callee: str, position: int, parameters: Mapping[str, list[tuple[int, ModuleSummary, Mutation]]]
    ) -> Iterator[tuple[ModuleSummary, Mutation]]:
        """Yield what a function that the instance is handed to changes of it."""
        target = self._names.resolve(callee)
        if target is None or target.kind != "function" or target.symbol not in parameters:
            return
        node = self._names.functions.get(target.symbol)
        if node is not None and node.facts.class_qualname is not None and node.facts.kind != "staticmethod":
            holder = self._names.resolve(callee.rpartition(".")[0])
            if holder is not None and holder.kind != "class":
                position += 1
        for at, module, mutation in parameters[target.symbol]:
            if at == position:
                yield module, mutation

    def _decorators(self, parameters: Mapping[str, list[tuple[int, ModuleSummary, Mutation]]]) -> None:
        """Note the attributes that class decorators fill: they do so on purpose."""
        if not parameters:
            return
        for symbol, node in self._names.classes.items():
            for decorator in node.facts.decorators:
                target = self._names.resolve(decorator.symbol)
                if target is not None and target.symbol in parameters:
                    self.through_class.update(
                        (symbol, m.attribute) for p, _, m in parameters[target.symbol] if p == 0
                    )
