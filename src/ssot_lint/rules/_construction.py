"""What the rules about construction agree on: who is excused, and how sure a finding is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Scope
from ssot_lint.project.candidates import SHOWING_FOLDERS
from ssot_lint.rules._confidence import lowered
from ssot_lint.summary.facts import ModuleSummary, UseFlag

if TYPE_CHECKING:
    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.hits import Hit
    from ssot_lint.summary.facts import FunctionFacts, Parameter

_COMPOSITION_ROOTS = (
    "create_app",
    "make_app",
    "build_app",
    "lifespan",
    "bootstrap",
    "wire",
    "compose",
    "main",
)
_TRIAL: Final = re.compile(r"test_\w+|(?:self|smoke)_?test|demo")
"""Names of functions that try something out, also where the file is no test."""
_REQUEST: Final = re.compile(r"(?:Http|HTTP|Web|ASGI|Starlette)?Request|HTTPConnection|WebSocket")
"""What web frameworks call the class of a request, or of what else reaches an application."""


def is_excused(hit: Hit, module: ModuleSummary, project: Project) -> bool:
    """Tell whether a place may construct as it likes: an owner, or a script."""
    managed = project.managed[hit.managed]
    if project.owns(managed, module, hit.use) or _means_stand_in(hit, module):
        return True
    return bool(hit.use.flags & (UseFlag.MAIN_GUARD | UseFlag.TYPE_CHECKING)) or _in_script(hit, module)


def _means_stand_in(hit: Hit, module: ModuleSummary) -> bool:
    """Tell whether, where an import has failed, a class that is defined there has the managed one's name."""
    name = hit.symbol.removesuffix(hit.rest).rpartition(".")[2]
    return bool(hit.use.flags & UseFlag.IMPORT_FALLBACK) and any(
        facts.name == name and facts.flags & UseFlag.IMPORT_FALLBACK for facts in module.classes
    )


def judged_confidence(hit: Hit, managed: ManagedClass, module: ModuleSummary, project: Project) -> Confidence:
    """The class's confidence, lowered where there is no custom, or an application is put together."""
    if managed.is_declared:
        return managed.confidence
    confidence = lowered(managed.confidence, module)
    if is_free_elsewhere(managed, module):
        return Confidence.LOW
    if not managed.is_guarded and (_is_home(managed, module) or _is_behind_factory(managed, module)):
        confidence = min(confidence, Confidence.MEDIUM)  # they know what they do with a class of their own
    if managed.is_configurable and not managed.is_guarded and hit.use.flags & UseFlag.GIVEN:
        confidence = min(confidence, Confidence.MEDIUM)  # the factory has no instance like that
    if not managed.is_guarded and _is_out_of_reach(hit, managed, module, project):
        confidence = min(confidence, Confidence.MEDIUM)
    if not managed.is_guarded and _tries_out(hit, managed, module):
        confidence = min(confidence, Confidence.MEDIUM)
    function = module.scopes[hit.use.scope].qualname.rpartition(".")[2]
    if function in _COMPOSITION_ROOTS:
        return min(confidence, Confidence.MEDIUM)
    return confidence


def _tries_out(hit: Hit, managed: ManagedClass, module: ModuleSummary) -> bool:
    """Tell whether a place shows or measures something, or is a test among other code."""
    around = module.scopes[hit.use.scope].qualname.split(".")
    if any(map(_TRIAL.fullmatch, around)):
        return True
    is_shown = not SHOWING_FOLDERS.isdisjoint(module.project_path.split("/")[:-1])
    return is_shown and module.module not in managed.homes


def _is_out_of_reach(hit: Hit, managed: ManagedClass, module: ModuleSummary, project: Project) -> bool:
    """Tell whether every factory asks for a request, and the place serves none, nor does its module.

    Where there is an instance for each user, to construct without one is the very mistake.
    """
    if managed.scope is not Scope.PROCESS:
        return False
    factories = [project.names.functions.get(factory.symbol) for factory in managed.factories]
    if not factories or not all(f is not None and _asks_for(f.facts) for f in factories):
        return False
    if any(h.role == "factory" and h.managed == hit.managed for h in project.hits_in(module)):
        return False
    scope = hit.use.scope
    while scope:
        around = project.names.functions.get(f"{module.module}.{module.scopes[scope].qualname}")
        if around is not None and any(_is_request(p) for p in around.facts.parameters):
            return False
        scope = module.scopes[scope].parent
    return True


def _asks_for(factory: FunctionFacts) -> bool:
    return any(not p.default and _is_request(p) for p in factory.parameters)


def _is_request(parameter: Parameter) -> bool:
    """Tell a parameter that frameworks give to what serves a request: it is annotated, or named so."""
    if not parameter.annotation:
        return parameter.name == "request"
    return any(_REQUEST.fullmatch(symbol.rpartition(".")[2]) for symbol in parameter.annotation)


def _is_home(managed: ManagedClass, module: ModuleSummary) -> bool:
    return managed.location is not None and managed.location.path == module.path


def _is_behind_factory(managed: ManagedClass, module: ModuleSummary) -> bool:
    """Tell whether a module is, beside the class's, a part of the package whose face has the factory."""
    package = module.module.rpartition(".")[0]
    if not package or managed.qualname.rpartition(".")[0].rpartition(".")[0] != package:
        return False
    return package in managed.factory_owners


def is_free_elsewhere(managed: ManagedClass, module: ModuleSummary) -> bool:
    """Tell whether a module can't be asked to use the factory, or has no custom to hold to.

    A private function is nobody else's way to a public class; and what one module does with another
    package's class says little about the others, unless most of them ask for its instance.
    """
    if managed.is_declared or managed.is_guarded:
        return False
    if managed.location is None:
        return module.module in managed.factory_owners or managed.direct_constructions >= managed.factory_uses
    is_memo = managed.evidence_kinds <= {"memoized"}
    if is_memo and managed.direct_constructions > managed.factory_uses:
        return True  # a memo saves work, and most have none to save
    return managed.has_private_factories and not managed.name.startswith("_")


def _in_script(hit: Hit, module: ModuleSummary) -> bool:
    """Tell whether a place lies in a function that the ``__main__`` block or a command line starts."""
    scope = hit.use.scope
    while scope:
        facts = module.scopes[scope]
        symbol = f"{module.module}.{facts.qualname}"
        if any(use.flags & UseFlag.MAIN_GUARD for use in module.uses_of(symbol)):
            return True
        for function in module.functions:
            if function.qualname == facts.qualname and any(
                _is_command(d.symbol) for d in function.decorators
            ):
                return True
        scope = facts.parent
    return False


def _is_command(symbol: str) -> bool:
    return symbol.rstrip("()").rpartition(".")[2] in ("command", "group") or symbol.startswith(
        ("click.", "typer.")
    )
