"""Why a class is held to be managed: what its factories, its constructor and its neighbours show.

Each finder yields clues; a clue names the class, the kind of evidence, the functions that hand the instance out, the
places where it is kept, and further functions that are part of the machinery.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from ssot_lint.model import Location, Scope, Span
from ssot_lint.project.kinds import can_be_managed, is_record
from ssot_lint.project.names import ClassNode, FunctionNode, Names, Target
from ssot_lint.summary.facts import LOCALS, SUPER, Binding, Fill, ModuleSummary, UseFlag

CACHES: Final = frozenset(
    {
        "functools.cache",
        "functools.lru_cache",
        "cachetools.cached",
        "cachetools.func.lru_cache",
        "cachetools.func.ttl_cache",
        "async_lru.alru_cache",
    }
)
_CONFIGURING: Final = ("configure", "init", "initialize", "initialise", "setup", "set_up", "start", "install", "connect")
_FACTORY_CLASS_WORDS: Final = ("Factory", "Provider", "Registry", "Container", "Locator", "Builder")
_RECONSTRUCTORS: Final = frozenset({"__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__setstate__"})


class Clue(msgspec.Struct, frozen=True):
    """One piece of evidence for one class."""

    class_symbol: str
    kind: str
    text: str
    location: Location
    scope: Scope
    factories: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    """Functions that belong to the machinery without handing anything out: fillers, creators."""
    in_test: bool = False


class EvidenceFinder:
    """Looks through a project's functions and classes for clues."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.returners = self._returners()
        """For each variable or class attribute, the functions that return it."""
        self._by_name: dict[str, list[FunctionNode]] = {}
        for node in names.functions.values():
            self._by_name.setdefault(node.facts.name, []).append(node)

    def clues(self) -> Iterator[Clue]:
        """All clues of the project."""
        for node in list(self.names.functions.values()):
            yield from self._memoized(node)
            for fill in node.facts.fills:
                yield from self._of_fill(node, fill)
        for class_node in list(self.names.classes.values()):
            yield from self._singleton_class(class_node)
            yield from self._guarded(class_node)
            yield from self._typed_factory(class_node)
        yield from self._module_instances()

    # -- functions

    def products(self, symbols: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """The classes of freshly made instances among the symbols: (class, symbol)."""
        for symbol in symbols:
            if symbol.endswith("()"):
                found = self.names.resolve(symbol)
                if found is not None and found.kind == "instance" and self._is_made(symbol):
                    yield found.symbol, symbol

    def _is_made(self, symbol: str) -> bool:
        """Whether a call makes its result: a class, or a function that makes one; not an accessor."""
        function = self.names.resolve(symbol[:-2])
        if function is None:
            return symbol.endswith("()") and SUPER not in symbol
        if function.kind == "class":
            return True
        node = self.names.functions.get(function.symbol)
        return node is not None and any(True for _ in self._made_by(node, 0))

    def _made_by(self, node: FunctionNode, depth: int) -> Iterator[str]:
        for symbol in node.facts.returns:
            if not symbol.endswith("()"):
                continue
            target = self.names.resolve(symbol[:-2])
            if target is not None and target.kind == "class":
                yield target.symbol
            elif target is not None and target.kind == "function" and depth < 3:
                inner = self.names.functions.get(target.symbol)
                if inner is not None and inner is not node:
                    yield from self._made_by(inner, depth + 1)

    def _returners(self) -> dict[str, list[FunctionNode]]:
        found: dict[str, list[FunctionNode]] = {}
        for node in self.names.functions.values():
            if node.facts.name in _RECONSTRUCTORS:
                continue
            for symbol in node.facts.returns:
                if symbol.endswith("()") and not symbol.endswith(".get()"):
                    continue
                place = self.place(symbol)
                if place is not None:
                    found.setdefault(place, []).append(node)
        return found

    def place(self, symbol: str) -> str | None:
        """The variable or attribute that keeps something, or the item of one, under the name of its definition."""
        if symbol.endswith((".get()", ".setdefault()", ".pop()")):
            base = self.place(symbol.rpartition(".")[0])
            if base is None:
                return None
            return f"{base}.get()" if self._is_context_variable(base) else f"{base}[]"
        if symbol.endswith("[]"):
            base = self.place(symbol[:-2])
            return f"{base}[]" if base is not None else None
        target = self.names.resolve(symbol)
        if target is not None and target.kind in ("variable", "attribute"):
            return target.symbol
        if target is None and LOCALS not in symbol:
            return self._undeclared_place(symbol)
        return None

    def _undeclared_place(self, symbol: str) -> str | None:
        """An attribute that only comes into being when it is filled: of a class or of a function."""
        base, _, name = symbol.rpartition(".")
        target = self.names.resolve(base)
        if target is not None and target.kind in ("class", "function") and name.isidentifier():
            return f"{target.symbol}.{name}"
        return None

    def _is_context_variable(self, place: str) -> bool:
        module, _, name = place.rpartition(".")
        bindings = self.names.modules[module].bindings.get(name, ()) if module in self.names.modules else ()
        for binding in bindings:
            for symbol in binding.symbols:
                target = self.names.resolve(symbol)
                if target is not None and target.symbol == "contextvars.ContextVar()":
                    return True
        return False

    def _memoized(self, node: FunctionNode) -> Iterator[Clue]:
        decorator = next((d for d in node.facts.decorators if self._is_cache(d.symbol)), None)
        if decorator is None or node.facts.kind in ("method", "property"):
            return
        keyed = bool(_own_parameters(node))
        for symbol, _ in self.products(node.facts.returns):
            if can_be_managed(self.names, symbol) and not (keyed and is_record(self.names, symbol)):
                yield Clue(
                    symbol,
                    "memoized",
                    f"{node.facts.name}() remembers what it returns",
                    _location(node, decorator.span),
                    Scope.KEYED if keyed else Scope.PROCESS,
                    factories=(node.symbol,),
                    helpers=tuple(self._creators(node.facts.returns)),
                    in_test=node.module.is_test,
                )

    def _is_cache(self, symbol: str) -> bool:
        target = self.names.resolve(symbol)
        return target is not None and target.symbol in CACHES

    def _creators(self, symbols: tuple[str, ...]) -> Iterator[str]:
        """The functions whose results are among the symbols: they construct in the factory's name."""
        for symbol in symbols:
            target = self.names.resolve(symbol[:-2]) if symbol.endswith("()") else None
            if target is not None and target.kind == "function":
                yield target.symbol

    # -- slots and registries

    def _of_fill(self, node: FunctionNode, fill: Fill) -> Iterator[Clue]:
        if fill.target.endswith("[]"):
            yield from self._registry(node, fill)
            return
        place = self.place(fill.target)
        if place is None or not self._is_process_wide(fill.target, place):
            return
        for symbol, _ in self.products(fill.values):
            if can_be_managed(self.names, symbol):
                yield from self._slot(node, fill, place, symbol)

    def _is_process_wide(self, symbol: str, place: str) -> bool:
        """Whether a place is a variable of a module, an attribute of a class or function, or a context variable."""
        if place.endswith(".get()"):
            return True
        base = self.names.resolve(symbol.rpartition(".")[0])
        return base is not None and base.kind in ("module", "class", "function")

    def _slot(self, node: FunctionNode, fill: Fill, place: str, symbol: str) -> Iterator[Clue]:
        hands_out = self._returns_place(node, place, fill)
        getters = [g for g in self.returners.get(place, ()) if g.symbol != node.symbol]
        if node.facts.name == "__new__" and node.class_symbol is not None:
            return  # the class is its own factory
        if fill.when_empty and (hands_out or getters):
            factories = [node] if hands_out else []
        elif getters and not hands_out and node.facts.name.lstrip("_").startswith(_CONFIGURING):
            factories = []
        else:
            return
        factories += [g for g in getters if not g.facts.is_generator]
        context = place.endswith(".get()")
        yield Clue(
            symbol,
            "slot",
            f"{node.facts.name}() keeps one instance in {_short(place)}",
            _location(node, fill.span),
            Scope.CONTEXT if context else Scope.PROCESS,
            factories=tuple(dict.fromkeys(f.symbol for f in factories)),
            slots=(place.removesuffix(".get()"),),
            helpers=(node.symbol, *self._creators(fill.values)),
            in_test=node.module.is_test,
        )

    def _returns_place(self, node: FunctionNode, place: str, fill: Fill) -> bool:
        returned = {self.place(symbol) for symbol in node.facts.returns}
        return place in returned or any(value in node.facts.returns for value in fill.values)

    def _registry(self, node: FunctionNode, fill: Fill) -> Iterator[Clue]:
        if not fill.when_empty or not fill.key_parameters:
            return
        base = fill.target[:-2]
        place = self.place(base)
        if place is None or not self._is_registry_place(node, base, place):
            return
        if not self._hands_out_item(node, place, fill):
            return
        for symbol, _ in self.products(fill.values):
            if can_be_managed(self.names, symbol) and not is_record(self.names, symbol) and symbol != node.class_symbol:
                yield Clue(
                    symbol,
                    "registry",
                    f"{node.facts.name}() keeps one instance for each {fill.key} in {_short(place)}",
                    _location(node, fill.span),
                    Scope.KEYED,
                    factories=(node.symbol,),
                    registries=(place,),
                    helpers=tuple(self._creators(fill.values)),
                    in_test=node.module.is_test,
                )

    def _is_registry_place(self, node: FunctionNode, symbol: str, place: str) -> bool:
        """A mapping of a module or class, or of an object that exists to hand instances out."""
        owner = self.names.resolve(symbol.rpartition(".")[0])
        if owner is None:
            return False
        if owner.kind in ("module", "class"):
            return True
        if owner.kind != "instance" or node.class_symbol is None:
            return False
        return owner.symbol.rpartition(".")[2].endswith(_FACTORY_CLASS_WORDS)

    def _hands_out_item(self, node: FunctionNode, place: str, fill: Fill) -> bool:
        for symbol, key in node.facts.return_keys:
            if key == fill.key and self.place(symbol) == f"{place}[]":
                return True
        return any(value in node.facts.returns for value in fill.values)

    # -- classes

    def _singleton_class(self, node: ClassNode) -> Iterator[Clue]:
        own_new = self.names.functions.get(f"{node.symbol}.__new__")
        if own_new is not None and self._keeps_instance(own_new, node.symbol):
            yield self._its_own_factory(node, "__new__ keeps the first instance and returns it", own_new)
            return
        for class_symbol in self.names.mro(node.symbol):
            facts = self.names.classes[class_symbol].facts
            metaclass = self.names.resolve(facts.metaclass) if facts.metaclass else None
            if metaclass is not None and metaclass.kind == "class":
                caller = self._singleton_metaclass(metaclass.symbol)
                if caller is not None:
                    yield self._its_own_factory(node, f"its metaclass {_short(metaclass.symbol)} keeps instances", caller)
                    return
        for decorator in node.facts.decorators:
            keeper = self._singleton_decorator(decorator.symbol)
            if keeper is not None:
                yield self._its_own_factory(node, f"@{_short(decorator.symbol)} keeps the instance", keeper)
                return

    def _its_own_factory(self, node: ClassNode, text: str, keeper: FunctionNode) -> Clue:
        slots = [p for fill in keeper.facts.fills if fill.when_empty and (p := self.place(fill.target)) is not None]
        return Clue(
            node.symbol,
            "singleton-class",
            text,
            _location(node, node.facts.span),
            Scope.PROCESS,
            slots=tuple(s for s in slots if not s.endswith("[]")),
            registries=tuple(s[:-2] for s in slots if s.endswith("[]")),
            in_test=node.module.is_test,
        )

    def _keeps_instance(self, node: FunctionNode, class_symbol: str) -> bool:
        """Whether ``__new__`` stores an instance of the class when there is none yet, and without a key."""
        for fill in node.facts.fills:
            if not fill.when_empty:
                continue
            if fill.target.endswith("[]") and fill.key_parameters:
                continue
            for value in fill.values:
                found = self.names.resolve(value)
                if found is not None and found.kind == "instance" and class_symbol in self.names.mro(found.symbol):
                    return True
                if value.endswith(f".{SUPER}.__new__()"):
                    return True
        return False

    def _singleton_metaclass(self, symbol: str) -> FunctionNode | None:
        for class_symbol in self.names.mro(symbol):
            caller = self.names.functions.get(f"{class_symbol}.__call__")
            if caller is None:
                continue
            for fill in caller.facts.fills:
                made = any(v.endswith((f".{SUPER}.__call__()", "type.__call__()")) for v in fill.values)
                if made and fill.when_empty and not fill.key_parameters:
                    return caller
        return None

    def _singleton_decorator(self, symbol: str) -> FunctionNode | None:
        target = self.names.resolve(symbol)
        if target is None:
            return None
        if target.kind == "class":
            caller = self.names.functions.get(f"{target.symbol}.__call__")
            return caller if caller is not None and self._keeps_call_of_parameter(caller, target) else None
        node = self.names.functions.get(target.symbol) if target.kind == "function" else None
        if node is None or not node.facts.parameters:
            return None
        made = f"{node.symbol}.{LOCALS}.{node.facts.parameters[0].name}()"
        for inner in _functions_of(node.module):
            if inner.symbol.startswith(f"{node.symbol}.{LOCALS}."):
                for fill in inner.facts.fills:
                    if fill.when_empty and made in fill.values and not fill.key_parameters:
                        return inner
        return None

    def _keeps_call_of_parameter(self, caller: FunctionNode, owner: Target) -> bool:
        """Whether a decorator class keeps, when it is called, what the decorated class makes."""
        return any(
            fill.when_empty and any(v.startswith(f"{owner.symbol}().") and v.endswith("()") for v in fill.values)
            for fill in caller.facts.fills
        )

    def _guarded(self, node: ClassNode) -> Iterator[Clue]:
        for name in ("__init__", "__new__"):
            constructor = self.names.functions.get(f"{node.symbol}.{name}")
            if constructor is None:
                continue
            for guard in constructor.facts.guards:
                factories = self._factories_behind_guard(node, guard.message)
                if guard.kind in ("always", "flag") and not (factories and self._is_made_around(node, factories)):
                    factories = self._named_in(guard.message, node)
                if guard.kind == "slot" and not any(self.place(g) is not None for g in guard.names):
                    continue
                if factories:
                    yield Clue(
                        node.symbol,
                        "guarded",
                        f"{name} refuses to be called by anybody but the factory",
                        _location(node, guard.span),
                        Scope.PROCESS,
                        factories=tuple(factories),
                        slots=tuple(p for g in guard.names if guard.kind == "slot" and (p := self.place(g))),
                        in_test=node.module.is_test,
                    )
                    return

    def _factories_behind_guard(self, node: ClassNode, message: str) -> list[str]:
        """Functions that hand the class out: its own classmethods, its module's functions, those the message names."""
        named = self._named_in(message, node)
        if named:
            return named
        found = []
        for function in _functions_of(node.module):
            if function.facts.kind == "method" or function.facts.name.startswith("__"):
                continue
            product = self.names.resolve(f"{function.symbol}()")
            if product is not None and product.kind == "instance" and product.symbol == node.symbol:
                found.append(function.symbol)
        return found

    def _named_in(self, message: str, node: ClassNode) -> list[str]:
        words = {word.strip("()`'\".,:;!") for word in message.replace("(", " ").split()}
        short = {word.rpartition(".")[2] for word in words if word}
        if not short:
            return []
        return [
            function.symbol
            for function in self._functions_named(short)
            if (product := self.names.resolve(f"{function.symbol}()")) is not None
            and product.kind == "instance"
            and (node.symbol in self.names.mro(product.symbol) or product.symbol in self.names.mro(node.symbol))
        ]

    def _functions_named(self, short: set[str]) -> Iterator[FunctionNode]:
        for name in sorted(short):
            if not name.startswith("__"):
                yield from self._by_name.get(name, ())

    def _is_made_around(self, node: ClassNode, factories: list[str]) -> bool:
        """Whether a factory makes the object by ``__new__`` without the constructor, or there is a flag to set."""
        for symbol in factories:
            module = self.names.functions[symbol].module
            for made in (f"{node.symbol}.__new__", "object.__new__", "builtins.object.__new__"):
                if any(module.uses_of(made)):
                    return True
        return False

    def _typed_factory(self, node: ClassNode) -> Iterator[Clue]:
        name = node.facts.name
        if not name.startswith("_") or name.startswith("__") or node.facts.is_local or "." in node.facts.qualname:
            return
        if not can_be_managed(self.names, node.symbol) or is_record(self.names, node.symbol):
            return
        factories = [
            function
            for function in _functions_of(node.module)
            if not function.facts.name.startswith("_")
            and function.facts.kind == "function"
            and LOCALS not in function.facts.qualname
            and f"{node.symbol}()" in function.facts.returns
        ]
        if factories:
            yield Clue(
                node.symbol,
                "typed-factory",
                f"the class is private, and {factories[0].facts.name}() hands it out",
                _location(factories[0], factories[0].facts.span),
                Scope.PROCESS,
                factories=tuple(f.symbol for f in factories),
                in_test=node.module.is_test,
            )

    # -- modules

    def _module_instances(self) -> Iterator[Clue]:
        for module in self.names.sources:
            for name, bindings in module.bindings.items():
                if len(bindings) == 1 and bindings[0].kind == "value" and bindings[0].value == "call":
                    yield from self._module_instance(module.module, name, bindings[0])

    def _module_instance(self, module_name: str, name: str, binding: Binding) -> Iterator[Clue]:
        module = self.names.modules[module_name]
        if binding.flags & UseFlag.MAIN_GUARD:
            return
        place = f"{module_name}.{name}"
        for symbol, _ in self.products(binding.symbols):
            if not can_be_managed(self.names, symbol):
                continue
            getters = [g for g in self.returners.get(place, ()) if self._only_returns(g, place)]
            location = Location(module.path, binding.span)
            if getters:
                yield Clue(
                    symbol,
                    "slot",
                    f"{getters[0].facts.name}() returns the one instance in {name}",
                    location,
                    Scope.PROCESS,
                    factories=tuple(g.symbol for g in getters),
                    slots=(place,),
                    in_test=module.is_test,
                )
            else:
                yield Clue(
                    symbol,
                    "module-instance",
                    f"{name} is made once, for others to import",
                    location,
                    Scope.PROCESS,
                    slots=(place,),
                    in_test=module.is_test,
                )

    def _only_returns(self, node: FunctionNode, place: str) -> bool:
        return {self.place(symbol) for symbol in node.facts.returns} == {place} and not _own_parameters(node)


def _functions_of(module: ModuleSummary) -> Iterator[FunctionNode]:
    return (FunctionNode(module, facts) for facts in module.functions)


def _own_parameters(node: FunctionNode) -> list[str]:
    """The parameters that a caller gives."""
    names = [p.name for p in node.facts.parameters]
    return names[1:] if node.facts.kind in ("method", "classmethod", "property") else names


def _location(node: ClassNode | FunctionNode, span: Span) -> Location:
    return Location(node.module.path, span)


def _short(symbol: str) -> str:
    """The last two parts of a qualified name where the first of them is a class, else the last."""
    parts = symbol.split(".")
    return ".".join(parts[-2:]) if len(parts) > 1 and parts[-2][:1].isupper() else parts[-1]
