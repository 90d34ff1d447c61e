"""What the constructor of a class says about who may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import Project
    from ssot_lint.summary.facts import FunctionFacts, Parameter

_CONSTRUCTORS: Final = ("__new__", "__init__")


def constructors_of(symbol: str, project: Project) -> Iterator[FunctionFacts]:
    """Yield what runs when a class of the project is called: its own methods, or those that it inherits."""
    names = project.names
    for name in _CONSTRUCTORS:
        for class_symbol in names.mro(symbol) if symbol in names.classes else ():
            node = names.functions.get(f"{class_symbol}.{name}")
            if node is not None:
                yield node.facts
                break


def always_raises(symbol: str, project: Project) -> bool:
    """Tell whether every call of a class raises, whoever makes it."""
    return any(g.kind == "always" for facts in constructors_of(symbol, project) for g in facts.guards)


def token_parameters(symbol: str, project: Project) -> Iterator[tuple[int | None, Parameter]]:
    """Yield the parameters that a constructor tells its factory by, with their position in a call."""
    for facts in constructors_of(symbol, project):
        tokens = {name for guard in facts.guards if guard.kind == "token" for name in guard.names}
        for index, parameter in enumerate(facts.parameters):
            if parameter.name in tokens:
                yield (index - 1 if parameter.kind == "positional" else None), parameter
