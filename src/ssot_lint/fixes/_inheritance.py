"""What the project's other classes have to say when an attribute of a class comes to be its instances'."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError
from ssot_lint.summary.facts import SUPER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import Project
    from ssot_lint.summary.attribute_facts import MethodFacts

_HOOKS: Final = frozenset(
    {
        "__new__",
        "__setattr__",
        "__getstate__",
        "__setstate__",
        "__reduce__",
        "__reduce_ex__",
        "__getnewargs__",
        "__getnewargs_ex__",
        "__copy__",
        "__deepcopy__",
    }
)
_PLAIN_BASES: Final = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol"})
_PLAIN_METACLASSES: Final = ("", "abc.ABCMeta")
_PLAIN_DECORATORS: Final = ("final", "runtime_checkable", "total_ordering")


def class_uses(project: Project, owner: str, name: str) -> str | None:
    """Return the first place, ``path:line``, that uses an attribute through the class, if there is one.

    What a base reads from ``cls`` or ``type(self)`` it reads from the class, too.
    """
    family = {*project.names.mro(owner), *project.names.subclasses(owner)}
    pattern = re.compile(rf"\.{re.escape(name)}(?![^.(\[])")
    for module in project.modules:
        if name not in "\n".join(module.packed_uses):  # which spares most modules the loop
            continue
        for symbol in [each for each in module.packed_uses if name in each]:
            for match in pattern.finditer(symbol):
                target = project.names.resolve(symbol[: match.start()])
                if target is not None and target.kind == "class" and target.symbol in family:
                    line = min(use.span.line for use in module.uses_of(symbol))
                    return f"{module.path}:{line}"
    return None


def check_heirs(project: Project, owner: str, name: str) -> None:
    """Raise NoFixError when a subclass wouldn't go through the constructor, or refuses the attribute."""
    names = project.names
    for symbol in (owner, *names.subclasses(owner)):
        node = names.classes[symbol]
        if any(attribute.name == "__slots__" for attribute in node.facts.attributes):
            raise NoFixError(f"{node.facts.name} has __slots__")
        if name in node.facts.methods:
            raise NoFixError(f"{node.facts.name} defines a method of that name")
        line = names.mro(symbol)
        for between in line[: line.index(owner)] if owner in line else ():
            method = _method(project, between, "__init__")
            defines = "__init__" in names.classes[between].facts.methods
            if defines and (method is None or not _goes_on(project, between, method)):
                raise NoFixError(f"{names.classes[between].facts.name}.__init__() doesn't call its base's")


def check_arguments(project: Project, owner: str) -> None:
    """Raise NoFixError where ``__new__`` takes the arguments, and only ``object.__init__`` would get them.

    That lets them pass as long as nobody overrides it.
    """
    names = project.names
    for symbol in (owner, *names.subclasses(owner)):
        line = [names.classes[each].facts for each in names.mro(symbol)]
        makers = [facts.name for facts in line if "__new__" in facts.methods]
        if makers and not any("__init__" in facts.methods for facts in line):
            raise NoFixError(f"{makers[0]}.__new__() takes the arguments of a call")


def _goes_on(project: Project, symbol: str, method: MethodFacts) -> bool:
    """Whether a constructor always calls the one that comes after it."""
    if f"{SUPER}.__init__" in method.calls:
        return True
    bases = {f"{base}.__init__" for base in project.names.mro(symbol)[1:]}
    return any(call in bases for call in method.calls)


def doubts(file: FixedFile, owner: str, name: str) -> bool:
    """Whether instances may come into being, or be changed, in ways that the text doesn't show."""
    project = file.project
    names = project.names
    if names.external_bases(owner) - _PLAIN_BASES:
        return True
    for symbol in names.mro(owner):
        facts = names.classes[symbol].facts
        if _HOOKS.intersection(facts.methods) or facts.metaclass not in _PLAIN_METACLASSES:
            return True
        if any(not d.symbol.rstrip("()").endswith(_PLAIN_DECORATORS) for d in facts.decorators):
            return True
    if _calls_back(project, owner) or _asks_classes(project, owner):
        return True
    if any(name in _bound_in(project, subclass) for subclass in names.subclasses(owner)):
        return True
    if any(name in _bound_in(project, base) for base in names.mro(owner)[1:]):
        return True
    made_around = {s for node in names.functions.values() for s in node.facts.made_around}
    if any(names.class_of(symbol) in (owner, *names.subclasses(owner)) for symbol in made_around):
        return True
    return any(node.raw_value == name for node in file.of_kind(cst.SimpleString))


def _asks_classes(project: Project, owner: str) -> bool:
    """Whether a base has class methods, which may read from a subclass what it declares."""
    names = project.names
    symbols = (f"{base}.{m}" for base in names.mro(owner)[1:] for m in names.classes[base].facts.methods)
    return any(
        symbol.endswith(".__init_subclass__") or names.functions[symbol].facts.kind == "classmethod"
        for symbol in symbols
        if symbol in names.functions
    )


def _calls_back(project: Project, owner: str) -> bool:
    """Whether a base's constructor calls methods that the class or a subclass of it defines anew."""
    names = project.names
    own = {m for s in (owner, *names.subclasses(owner)) for m in names.classes[s].facts.methods}
    bases = names.mro(owner)[1:]
    seen: set[str] = set()
    waiting = ["__init__"]
    while waiting:
        called = waiting.pop()
        for base in bases:
            method = _method(project, base, called)
            further = (*method.calls, *method.may_call) if method is not None else ()
            waiting += [each for each in further if each not in seen and not each.startswith(SUPER)]
            seen.update(further)
    return bool(own & {each for each in seen if not each.startswith(SUPER)})


def _bound_in(project: Project, symbol: str) -> Iterator[str]:
    return (attribute.name for attribute in project.names.classes[symbol].facts.attributes)


def _method(project: Project, symbol: str, name: str) -> MethodFacts | None:
    node = project.names.classes[symbol]
    for facts in node.module.attribute_facts.classes:
        if facts.qualname == node.facts.qualname:
            return next((method for method in facts.methods if method.name == name), None)
    return None
