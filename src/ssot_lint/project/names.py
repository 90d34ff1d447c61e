"""What a symbol means in the whole project: imports, aliases, attributes and results of calls followed.

Resolution is by need, and ``resolution`` remembers it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.project.lineage import Lineage
from ssot_lint.project.nodes import ClassNode, FunctionNode, Target, members_of, modules_by_name
from ssot_lint.project.resolution import Resolution
from ssot_lint.summary.facts import (
    LOCALS,
    SUPER,
    Binding,
    ModuleSummary,
    UseFlag,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["ClassNode", "FunctionNode", "Names", "Target"]

_KEYED_BASES: Final = ("Enum", "Flag")
_STEP_END: Final = re.compile(r"[.(\[]")


class Names:
    """The names of a project's modules."""

    def __init__(self, summaries: Sequence[ModuleSummary]) -> None:
        self.modules = modules_by_name(summaries)
        self.project_paths: Mapping[str, str] = {m.path: m.project_path for m in summaries}
        """Where files lie in the project, by the paths that are shown."""
        self.sources = tuple(m for m in summaries if self.modules[m.module] is m)
        """The modules themselves, each once; a stub only where there is no source file."""
        self.classes: dict[str, ClassNode] = {}
        self.functions: dict[str, FunctionNode] = {}
        for module in self.sources:
            for class_ in module.classes:
                self.classes.setdefault(f"{module.module}.{class_.qualname}", ClassNode(module, class_))
            for function in module.functions:
                self.functions.setdefault(
                    f"{module.module}.{function.qualname}", FunctionNode(module, function)
                )
        self._members = {symbol: members_of(node) for symbol, node in self.classes.items()}
        self._exported: dict[tuple[str, str], bool] = {}
        """Whether modules, by their paths, name something in their ``__all__`` or that of others."""
        self._resolution = Resolution(self._resolve)
        self.resolve = self._resolution.resolve
        """Return what a symbol means; None when nothing is known of it."""
        self._lineage = Lineage(self.classes, self.resolve)

    # -- symbols

    def prefixes(self, symbol: str, ends: Iterable[int]) -> Iterator[tuple[str, Target]]:
        """Yield the parts of a symbol up to some ends that mean something, with what they mean."""
        for end in ends:
            prefix, rest = symbol[:end], symbol[end + 1 :]
            found = self._beginning(prefix, rest) if rest else self.resolve(prefix)
            if found is not None:
                yield prefix, found

    def _beginning(self, symbol: str, rest: str) -> Target | None:
        """Return what a symbol means when more follows: a module before another thing of that name."""
        module = self.modules.get(symbol)
        if module is not None:
            token = _STEP_END.split(rest, maxsplit=1)[0]
            if self._module_attribute(module, token) is not None:
                return Target("module", module.module)
        return self.resolve(symbol)

    def class_of(self, symbol: str) -> str | None:
        """Return the class that a symbol is an instance of."""
        found = self._resolution.settled(lambda: self._held(self.resolve(symbol)))
        return found.symbol if found is not None and found.kind == "instance" else None

    def _resolve(self, symbol: str) -> Target | None:
        module = self.modules.get(symbol)
        if module is not None:
            return self._hidden_module(symbol) or Target("module", module.module)
        if symbol in self.functions and LOCALS in symbol:
            return Target("function", symbol)
        if symbol in self.classes and (LOCALS in symbol or not self._is_rebound(symbol)):
            return Target("class", symbol)
        if symbol.endswith(("()", "[]")):
            base, token = symbol[:-2], symbol[-2:]
        else:
            base, _, token = symbol.rpartition(".")
        if not base:
            return Target("external", symbol) if token else None
        target = self._beginning(base, token)
        if target is None:
            return None
        return self._step(target, token)

    def _hidden_module(self, symbol: str) -> Target | None:
        """Return what a package binds under the name of one of its modules, once it has been imported."""
        package, _, name = symbol.rpartition(".")
        bindings = self.modules[package].bindings.get(name) if package in self.modules else None
        if not bindings:
            return None
        found = self._bound(self.modules[package], name, bindings)
        return found if found is not None and found.kind != "external" else None

    def _is_rebound(self, symbol: str) -> bool:
        """Whether a class isn't all that its name is bound to."""
        owner, _, name = symbol.rpartition(".")
        return owner in self.modules and len(self.modules[owner].bindings.get(name, ())) != 1

    def _step(self, target: Target, step: str) -> Target | None:
        """Return what an attribute, call or item of a target is."""
        kind = target.kind
        if kind == "external":
            symbol = target.symbol + (step if step in ("()", "[]") else f".{step}")
            return self.resolve(symbol) if symbol in self.modules else Target("external", symbol)
        if step == "()":
            return self._called(target)
        if step == "[]":
            if kind == "class" and self._is_generic(target.symbol):
                return target
            return Target("item", f"{target.symbol}[]") if kind in ("variable", "attribute") else None
        if kind == "module":
            return self._module_attribute(self.modules[target.symbol], step)
        if kind == "class":
            return self._class_attribute(target.symbol, step, self.mro(target.symbol))
        if kind == "super":
            return self._class_attribute(target.symbol, step, self.mro(target.symbol)[1:])
        if kind == "instance":
            if step == "__class__":
                return Target("class", target.symbol)
            found = self._class_attribute(target.symbol, step, self.mro(target.symbol))
            return self._property_value(found)
        if kind in ("variable", "attribute"):
            held = self._held(target)
            return self._step(held, step) if held is not None and held != target else None
        return None

    def _is_generic(self, symbol: str) -> bool:
        """Whether ``Class[int]`` is the class again, and no member of an enumeration."""
        facts = self.classes[symbol].facts
        return not facts.metaclass and not any(base.endswith(_KEYED_BASES) for base in facts.bases)

    def _module_attribute(self, module: ModuleSummary, name: str) -> Target | None:
        bindings = module.bindings.get(name)
        if bindings:
            return self._bound(module, name, bindings)
        submodule = self.modules.get(f"{module.module}.{name}")
        if submodule is not None:
            return Target("module", submodule.module)
        outside: Target | None = None
        for star in reversed(module.star_imports):
            source = self.modules.get(star)
            if source is not None and source is not module and self._is_public(source, name):
                found = self.resolve(f"{star}.{name}")
                if found is not None and found.kind != "external":
                    return found
                outside = outside or found
        return outside

    def _is_public(self, module: ModuleSummary, name: str) -> bool:
        """Whether ``from module import *`` brings a name."""
        if module.exports is None:
            return not name.startswith("_")
        came_from: dict[str, str] = {module.path: ""}
        waiting = [module]
        is_certain = True
        while waiting:
            here = waiting.pop()
            exports = here.exports or ()
            if name in exports or self._exported.get((here.path, name), False):
                way = here.path
                while way:  # all that led here export it
                    self._exported[way, name] = True
                    way = came_from[way]
                return True
            for exported in exports if (here.path, name) not in self._exported else ():
                if exported.startswith("*"):
                    target = self.resolve(exported[1:])
                    is_certain = is_certain and target is not None
                    other = self.modules.get(target.symbol) if target is not None else None
                    if other is not None and other.path not in came_from:
                        came_from[other.path] = here.path
                        waiting.append(other)
        if is_certain:
            self._exported.update(dict.fromkeys(((path, name) for path in came_from), False))
        return False

    def _bound(self, module: ModuleSummary, name: str, bindings: Sequence[Binding]) -> Target | None:
        """Return what a module's name is bound to: a stand-in for a failed import comes last."""
        outside: Target | None = None
        if len(bindings) > 1:
            bindings = sorted(bindings, key=lambda b: bool(b.flags & UseFlag.IMPORT_FALLBACK))
        for binding in bindings:
            if binding.kind in ("class", "function"):
                is_stand_in = binding.flags & UseFlag.IMPORT_FALLBACK and outside is not None
                if not is_stand_in:
                    return Target("class" if binding.kind == "class" else "function", binding.symbols[0])
                continue
            if binding.kind == "import":
                found = self.resolve(binding.symbols[0])
            elif len(bindings) == 1 or binding.value == "expression":
                found = self._alias(binding)
            else:
                found = None
            if found is None:
                continue
            if found.kind != "external":
                return found
            outside = outside or found
        if outside is None and any(b.kind == "value" for b in bindings):
            return Target("variable", f"{module.module}.{name}")
        return outside

    def _alias(self, binding: Binding) -> Target | None:
        """Return the class, function or module that a plain assignment gives another name."""
        if len(binding.symbols) != 1 or binding.symbols[0].endswith(")"):
            return None
        found = self.resolve(binding.symbols[0])
        is_item = binding.symbols[0].endswith("]")  # Box[int] names a class, other items don't
        kinds = ("class",) if is_item else ("class", "function", "module", "external")
        return found if found is not None and found.kind in kinds else None

    def _class_attribute(self, owner: str, name: str, mro: Sequence[str]) -> Target | None:
        if name == SUPER:
            return Target("super", owner)
        for class_symbol in mro:
            if f"{class_symbol}.{name}" in self.classes:
                return Target("class", f"{class_symbol}.{name}")
            members = self._members[class_symbol]
            if name in members:
                kind = members[name]
                symbol = f"{class_symbol}.{name}"
                if kind == "attribute":
                    return self._attribute_alias(class_symbol, name) or Target("attribute", symbol)
                return Target(kind, symbol)
        return None

    def _attribute_alias(self, class_symbol: str, name: str) -> Target | None:
        """Return the class or function that a class attribute gives another name."""
        for attribute in self.classes[class_symbol].facts.attributes:
            if (
                attribute.name == name
                and len(attribute.symbols) == 1
                and not attribute.symbols[0].endswith((")", "]"))
            ):
                found = self.resolve(attribute.symbols[0])
                if found is not None and found.kind in ("class", "function"):
                    return found
        return None

    def _property_value(self, target: Target | None) -> Target | None:
        if target is not None and target.kind == "function":
            node = self.functions.get(target.symbol)
            if node is not None and node.facts.kind == "property":
                return self._product(node)
        return target

    def _called(self, target: Target) -> Target | None:
        if target.kind == "class":
            return Target("instance", target.symbol)
        if target.kind == "function":
            node = self.functions.get(target.symbol)
            return self._product(node) if node is not None else None
        if target.kind == "instance":
            method = self._class_attribute(target.symbol, "__call__", self.mro(target.symbol))
            node = self.functions.get(method.symbol) if method is not None else None
            return self._product(node) if node is not None else None
        held = self._held(target)
        return (
            self._called(held)
            if held is not None and held.kind in ("class", "function", "instance")
            else None
        )

    def _product(self, node: FunctionNode) -> Target | None:
        """Return what a function returns: what its ``return`` statements say, else its annotation."""
        outside: Target | None = None
        for symbol in (*node.facts.returns, *_filled_items(node)):
            found = self._held(self.resolve(symbol))
            if found is not None and found.kind == "instance":
                return found
            if found is not None and found.kind == "external" and found.symbol.endswith("()"):
                outside = outside or found
        return self._instance_of(node.facts.annotation) or outside

    def _instance_of(self, classes: Iterable[str]) -> Target | None:
        """Return an instance of the first of some classes, as an annotation names them."""
        for symbol in classes:
            found = self.resolve(symbol)
            if found is not None and found.kind == "class":
                return Target("instance", found.symbol)
        return None

    def _held(self, target: Target | None) -> Target | None:
        """Return what a variable or attribute holds, as far as assignments tell; other targets as they are.

        What belongs to the project goes before an annotation, and that before what comes from outside.
        """
        if target is None or target.kind not in ("variable", "attribute"):
            return target
        outside: Target | None = None
        for symbol in self._held_symbols(target):
            found = self.resolve(symbol)
            if found is not None and found.kind in ("variable", "attribute") and found != target:
                found = self._held_once(found)
            if found is not None and found.kind in ("instance", "class", "function", "module"):
                return found
            if found is not None and found.kind == "external":
                outside = outside or found
        return self._instance_of(self._annotated(target)) or outside

    def _held_once(self, target: Target) -> Target | None:
        """As ``_held``, guarded against variables that hold one another."""
        return self._resolution.once(f"={target.symbol}", lambda: self._held(target))

    def _annotated(self, target: Target) -> Iterable[str]:
        """Return the classes that the annotations of a variable or attribute name."""
        owner, _, name = target.symbol.rpartition(".")
        if target.kind == "variable":
            for binding in self.modules[owner].bindings.get(name, ()) if owner in self.modules else ():
                yield from binding.annotation
            return
        node = self.classes.get(owner)
        for attribute in node.facts.attributes if node is not None else ():
            if attribute.name == name:
                yield from attribute.classes

    def _held_symbols(self, target: Target) -> Iterable[str]:
        owner, _, name = target.symbol.rpartition(".")
        if target.kind == "variable":
            for binding in self.modules[owner].bindings.get(name, ()) if owner in self.modules else ():
                yield from binding.symbols
            return
        node = self.classes.get(owner)
        if node is not None:
            for attribute in node.facts.attributes:
                if attribute.name == name:
                    yield from attribute.symbols
            for attribute_name, symbols in node.facts.instance_attributes:
                if attribute_name == name:
                    yield from symbols

    # -- classes

    def bases(self, symbol: str) -> tuple[str, ...]:
        """Return the direct bases of a class that are classes of the project."""
        return self._lineage.bases(symbol)

    def mro(self, symbol: str) -> tuple[str, ...]:
        """Return the classes of the project that attributes of ``symbol`` are looked up in, itself first."""
        return self._lineage.mro(symbol)

    def external_bases(self, symbol: str) -> frozenset[str]:
        """Return dotted names of the bases outside the project, over the whole line of inheritance."""
        return self._lineage.external_bases(symbol)

    def subclasses(self, symbol: str) -> tuple[str, ...]:
        """Return all classes of the project that inherit from ``symbol``, at any distance."""
        return self._lineage.subclasses(symbol)


def _filled_items(node: FunctionNode) -> Iterator[str]:
    """Yield what a function puts itself into the mapping that it returns an item of."""
    returned = {item.symbol for item in node.facts.returned_items}
    if returned:
        for fill in node.facts.fills:
            if fill.target in returned:
                yield from fill.made
