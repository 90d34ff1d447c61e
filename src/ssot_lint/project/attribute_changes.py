"""Every change of a class attribute through an instance, wherever in the project it stands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.summary.attribute_facts import ClassAttributeFacts, Handed, Mutation
from ssot_lint.summary.facts import ModuleSummary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.project.attribute_values import AttributeValues

    Parameters = Mapping[str, Sequence[tuple[int, ModuleSummary, Mutation]]]


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
    kept_as: str = ""
    """The other attribute of the instance that holds the same object, where the change goes through that."""


class AttributeChanges:
    """The changes by class and attribute, and those that go through a class."""

    def __init__(self, values: AttributeValues, given: frozenset[str] | None = None) -> None:
        """Take the mutable class attributes, or those named ``given``, which constructors bind as well."""
        self._values = values
        self._names = values.names
        self._given = given
        self.by_attribute: dict[tuple[str, str], list[Change]] = defaultdict(list)
        self.through_class: set[tuple[str, str]] = set()
        """(class, attribute) for every change or binding through the class."""
        self._collect()

    def _collect(self) -> None:
        wanted = self._values.names_of_attributes if self._given is None else self._given
        parameters: dict[str, list[tuple[int, ModuleSummary, Mutation]]] = defaultdict(list)
        modules: Mapping[int, ModuleSummary] = {id(m): m for m in self._names.modules.values()}
        for module in modules.values():
            for changed in module.attribute_facts.parameters:
                if not changed.mutation.attribute or changed.mutation.attribute in wanted:
                    entry = (changed.position, module, changed.mutation)
                    parameters[f"{module.module}.{changed.function}"].append(entry)
            for outside in module.attribute_facts.mutations:
                if outside.mutation.attribute in wanted:
                    self._outside(outside.owner, module, outside.mutation)
        kept = self._kept()
        for symbol, (module, facts) in self._values.facts.items():
            self.through_class.update((symbol, name) for name in facts.class_level)
            for change in self._of_class(symbol, facts, module, parameters):
                if change.mutation.attribute in wanted:
                    self._add(change)
                for keeper, attribute in kept.get(change.mutation.attribute, ()):
                    self._add_kept(change, keeper, attribute)
        self._decorators(parameters)

    def _of_class(
        self, symbol: str, facts: ClassAttributeFacts, module: ModuleSummary, parameters: Parameters
    ) -> Iterator[Change]:
        """Yield what methods change themselves, and what functions change that they call."""
        for method in facts.methods:
            for mutation in method.mutations:
                yield Change(symbol, method.name, module, mutation)
            for handed in method.hands:
                for helper_module, mutation in self._in_helper(handed, parameters):
                    yield Change(symbol, method.name, helper_module, mutation)
        for name, mutation in facts.given if self._given is not None else ():
            yield Change(symbol, name, module, mutation)

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

    def _kept(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return the other names of class attributes on instances: the keeping classes and the attributes."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for symbol, (_, facts) in self._values.facts.items():
            for method in facts.methods:
                for name, attribute in method.keeps:
                    if attribute in self._values.names_of_attributes:
                        found[name].append((symbol, attribute))
        return found

    def _add_kept(self, change: Change, keeper: str, attribute: str) -> None:
        """Add a change of another attribute that holds the object of a class attribute."""
        symbol, name = change.class_symbol, change.mutation.attribute
        if keeper in self._names.mro(symbol) or symbol in self._names.mro(keeper):
            below = symbol if keeper in self._names.mro(symbol) else keeper
            mutation = msgspec.structs.replace(change.mutation, attribute=attribute)
            self._add(Change(below, change.method, change.module, mutation, kept_as=name))

    def _in_helper(self, handed: Handed, parameters: Parameters) -> Iterator[tuple[ModuleSummary, Mutation]]:
        """Yield what a function changes of the instance, or of the attribute, that it is handed."""
        target = self._names.resolve(handed.callee)
        if target is None or target.kind != "function" or target.symbol not in parameters:
            return
        position = self._position(handed, target.symbol)
        for at, module, mutation in parameters[target.symbol]:
            if at == position and bool(mutation.attribute) != bool(handed.attribute):
                attribute = handed.attribute or mutation.attribute
                yield module, msgspec.structs.replace(mutation, attribute=attribute, after=handed.after)

    def _position(self, handed: Handed, function: str) -> int:
        """Return the position of the parameter that an argument goes to; -1 when it is unknown."""
        node = self._names.functions.get(function)
        if node is None:
            return handed.position
        if handed.keyword:
            names = [parameter.name for parameter in node.facts.parameters]
            return names.index(handed.keyword) if handed.keyword in names else -1
        if node.facts.class_qualname is not None and node.facts.kind != "staticmethod":
            holder = self._names.resolve(handed.callee.rpartition(".")[0])
            if holder is not None and holder.kind != "class":
                return handed.position + 1
        return handed.position

    def _decorators(self, parameters: Parameters) -> None:
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
