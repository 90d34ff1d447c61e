"""Which class attribute ``self.x`` means by the line of inheritance, and what mutable container it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.summary.attribute_facts import ClassAttributeFacts, MutableAttribute
from ssot_lint.summary.containers import CONSTRUCTORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssot_lint.project.names import ClassNode, Names
    from ssot_lint.summary.facts import ModuleSummary

_OPEN: Final = frozenset({"call", "copy", "name"})


class Attribute(msgspec.Struct, frozen=True):
    """A mutable class attribute, the class that binds it, and the kind of container that it holds."""

    owner: str
    facts: MutableAttribute
    kind: str
    element: str


class AttributeValues:
    """The mutable class attributes of a project."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.facts: dict[str, tuple[ModuleSummary, ClassAttributeFacts]] = {}
        self._makers: dict[str, tuple[str, str]] = {}
        self._bound: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[str, str], tuple[str | None, Attribute | None]] = {}
        modules: dict[int, ModuleSummary] = {id(m): m for m in names.modules.values()}
        for module in modules.values():
            for facts in module.attribute_facts.classes:
                symbol = f"{module.module}.{facts.qualname}"
                node = names.classes.get(symbol)
                if node is not None and node.module is module:
                    self.facts[symbol] = (module, facts)
            for qualname, kind, element in module.attribute_facts.makers:
                self._makers[f"{module.module}.{qualname}"] = (kind, element)
        self.by_class: Mapping[str, dict[str, MutableAttribute]] = {
            symbol: {a.name: a for a in facts.attributes}
            for symbol, (_, facts) in self.facts.items()
            if facts.attributes
        }
        self.names_of_attributes: Final = frozenset(n for found in self.by_class.values() for n in found)

    def find(self, class_symbol: str, name: str) -> tuple[str | None, Attribute | None]:
        """Return the class whose body binds ``self.name``, and the attribute if its value is mutable."""
        key = (class_symbol, name)
        if key not in self._known:
            self._known[key] = self._find(class_symbol, name)
        return self._known[key]

    def kind_of_name(self, symbol: str) -> tuple[str, str] | None:
        """Return the kind of container, and that of its elements, that a variable holds."""
        return self._kind_of(symbol, "name")

    def _find(self, class_symbol: str, name: str) -> tuple[str | None, Attribute | None]:
        for owner in self.names.mro(class_symbol):
            mutable = self.by_class.get(owner, {}).get(name)
            if mutable is not None:
                return owner, self._attribute(owner, mutable)
            if name in self._names_bound_in(owner):
                return owner, None
        return None, None

    def _names_bound_in(self, symbol: str) -> frozenset[str]:
        known = self._bound.get(symbol)
        if known is None:
            node: ClassNode = self.names.classes[symbol]
            values = (a.name for a in node.facts.attributes if a.value)
            known = self._bound[symbol] = frozenset((*values, *node.facts.methods))
        return known

    def _attribute(self, owner: str, facts: MutableAttribute) -> Attribute | None:
        kind, element = facts.kind, facts.element
        if kind in _OPEN:
            found = next((k for maker in facts.makers if (k := self._kind_of(maker, facts.kind))), None)
            if found is None:
                return None
            kind, element = found
        return Attribute(owner, facts, kind, element)

    def _kind_of(self, maker: str, how: str) -> tuple[str, str] | None:
        """Return the kind of container that a call, a copy or a name gives."""
        target = self.names.resolve(maker)
        if target is None:
            return None
        if how != "call":
            return self._kind_of_variable(target.symbol) if target.kind in ("variable", "attribute") else None
        if target.kind == "function":
            return self._makers.get(target.symbol)
        if target.kind == "class":
            for base in sorted(self.names.external_bases(target.symbol)):
                if base in CONSTRUCTORS:
                    return CONSTRUCTORS[base], ""
            return None
        if target.kind == "external" and target.symbol in CONSTRUCTORS:
            return CONSTRUCTORS[target.symbol], ""
        return None

    def _kind_of_variable(self, symbol: str) -> tuple[str, str] | None:
        """Return the kind of container in a module variable or another class attribute."""
        owner, _, name = symbol.rpartition(".")
        mutable = self.by_class.get(owner, {}).get(name)
        if mutable is not None:
            return (mutable.kind, mutable.element) if mutable.kind not in _OPEN else None
        module = self.names.modules.get(owner)
        kinds = {b.value for b in module.bindings.get(name, ())} if module is not None else set()
        if kinds == {"mapping"}:
            return "dict", ""
        return ("any", "") if kinds == {"mutable"} else None
