"""Which code a program comes by once while it runs, as far as the places that name it tell.

Of each function the one place is asked for that calls it, and then that of the function around that place,
until a module's own level or a program's start is reached. Nothing is known of what several places call, of
what is handed over for others to call, and of what only comes from outside.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ssot_lint.project.mentions import Place, only_place
from ssot_lint.summary.facts import SUPER, UseFlag, UseKind
from ssot_lint.summary.kept_facts import CONSTRUCTORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.mentions import Mentions
    from ssot_lint.project.names import FunctionNode, Names
    from ssot_lint.summary.facts import Fill, FunctionFacts, ModuleSummary, Use

_KEEPING: Final = re.compile(r"cache|memo|singleton|once", re.IGNORECASE)
_CONSTANT_KEY: Final = re.compile(r"[A-Z_][A-Z0-9_.]*|[\"'].*")
_TRANSPARENT: Final = frozenset({"builtins.staticmethod", "builtins.classmethod"})
_COMMANDS: Final = frozenset({"click", "rich_click", "asyncclick", "cloup", "typer"})
_RUNNERS: Final = frozenset({"curses.wrapper#0", "trio.run#0", "anyio.run#0", "absl.app.run#0"})
"""What runs the function that it is given, once."""
_APPLICATION: Final = re.compile(
    r"(?:gi\.repository\.(?:Gtk|Gio|Adw)|Gtk|Gio|Adw)\.Application|(?:wx|kivy\.app|textual\.app|toga|rumps)\.App"
    r"|kivymd\.app\.MDApp|(?:PyQt|PySide)\d\.Qt\w+\.Q\w*Application|tkinter\.Tk|customtkinter\.CTk"
)
"""Classes of toolkits of which a program has one object."""
_STARTS: Final = frozenset({"do_startup", "OnInit", "build", "startup", "on_start", "on_mount", "on_load"})
"""Methods that a toolkit calls on that object when it starts."""
_THREADS: Final = frozenset({"threading.Thread", "multiprocessing.Process"})
_MENTIONED: Final = frozenset({UseKind.IMPORT, UseKind.ANNOTATION, UseKind.CHECK, UseKind.BASE})
"""Uses of a name that call nothing, and hand nothing over."""


class SingleRuns:
    """Answers for the places of a project."""

    def __init__(self, names: Names, mentions: Mentions) -> None:
        self._names = names
        self._mentions = mentions
        self._known: dict[tuple[str, int, str], bool] = {}

    def is_once(self, place: Place | None) -> bool:
        """Tell whether a program comes by a place once."""
        way: dict[tuple[str, int, str], None] = {}
        answer: bool | None = None
        while answer is None:
            if place is None or place.flags & UseFlag.REPEATED:
                answer = False
                break
            key = (place.module.path, place.scope, place.made)
            if key in self._known or key in way:
                answer = self._known.get(key, False)  # a circle that nothing leads into
                break
            way[key] = None
            answer, place = self._step(place)
        self._known.update(dict.fromkeys(way, answer))
        return answer

    def _step(self, place: Place) -> tuple[bool | None, Place | None]:
        """Return the answer for a place, or the next one that it depends on."""
        function = self._function_around(place)
        if function is None:
            return True, None
        facts = function.facts
        if (facts.name == "main" and facts.class_qualname is None) or self._keeps_result(facts):
            return True, None
        for fill in facts.fills if place.made else ():
            if f"{place.made}()" in {self._resolved(made) for made in fill.made}:
                if self._is_kept_for_all(fill, function.module):
                    return True, None
                if self._is_kept_by_owner(fill, function):
                    return None, only_place(self._mentions.constructions_of(_owner(function) or ""))
        if self._is_started(function):
            return True, None
        return None, self._caller(function)

    def _function_around(self, place: Place) -> FunctionNode | None:
        scope = place.module.scopes[place.scope]
        while scope.kind == "class":
            scope = place.module.scopes[scope.parent]
        return self._names.functions.get(f"{place.module.module}.{scope.qualname}")

    # -- where the instance is kept

    def _resolved(self, made: str) -> str:
        target = self._names.resolve(made.removesuffix("()")) if made.endswith("()") else None
        return f"{target.symbol}()" if target is not None else made

    def _keeps_result(self, facts: FunctionFacts) -> bool:
        return not facts.parameters and any(
            _KEEPING.search(decorator.symbol.rpartition(".")[2]) for decorator in facts.decorators
        )

    def _is_kept_for_all(self, fill: Fill, module: ModuleSummary) -> bool:
        """Tell whether it is a global variable, an item under a constant key, or an empty one in a class."""
        if fill.key:
            return not fill.key_parameters and _CONSTANT_KEY.fullmatch(fill.key) is not None
        holder, _, name = fill.target.rpartition(".")
        if fill.when_empty and holder in self._names.classes:
            return True
        return holder == module.module and name in module.bindings

    def _is_kept_by_owner(self, fill: Fill, function: FunctionNode) -> bool:
        """Tell whether it is an attribute of an object that is only filled when it is empty."""
        owner = _owner(function)
        return owner is not None and fill.when_empty and fill.target.rpartition(".")[0] == f"{owner}()"

    # -- who calls a function

    def _is_started(self, function: FunctionNode) -> bool:
        """Tell whether a toolkit or a command line starts a function once in a process."""
        facts, owner = function.facts, _owner(function)
        if owner is not None:
            is_of_application = any(map(_APPLICATION.fullmatch, self._names.external_bases(owner)))
            return is_of_application and facts.name in _STARTS
        return any(self._is_command(decorator.symbol) for decorator in facts.decorators)

    def _is_command(self, decorator: str) -> bool:
        """Tell whether a decorator makes a command of a function: click's, or that of such a group."""
        holder, _, word = decorator.rpartition(".")
        if word not in ("command", "group"):
            return False
        target, group = self._names.resolve(decorator), self._names.resolve(holder)
        is_known = target is not None and target.symbol.partition(".")[0] in _COMMANDS
        return is_known or (group is not None and group.kind == "function")

    def _caller(self, function: FunctionNode) -> Place | None:
        """Return the one place that calls a function; None where that isn't known."""
        facts, owner = function.facts, _owner(function)
        if facts.kind == "property" or any(d.symbol not in _TRANSPARENT for d in facts.decorators):
            return None
        if owner is not None:
            external = self._names.external_bases(owner)
            is_thread = facts.name == "run" and not external.isdisjoint(_THREADS)
            if facts.name in CONSTRUCTORS or is_thread:
                return only_place(self._mentions.constructions_of(owner))
            if facts.name.startswith("__"):
                return None
        places: list[Place] = []
        for place in (*self._named(function, owner), *self._named_by_self(function, owner)):
            if place is None:
                return None
            places.append(place)
        return only_place(places)

    def _named(self, function: FunctionNode, owner: str | None) -> Iterator[Place | None]:
        """Yield where a function is called by its name; None for where it is handed over."""
        symbol = f"{function.module.module}.{function.facts.qualname}"
        for module, key in self._mentions.of(function.facts.name):
            target = self._names.resolve(key)
            if target is None:
                may_be = self._namesakes[function.facts.name] == 1
            elif target.symbol == symbol:
                may_be = True
            else:
                above = self._names.mro(owner)[1:] if owner is not None else ()
                may_be = target.symbol.rpartition(".")[0] in above and f".{SUPER}." not in key
            for use in module.uses_of(key) if may_be else ():
                if use.kind not in _MENTIONED:
                    yield _called(module, use)

    def _named_by_self(self, function: FunctionNode, owner: str | None) -> Iterator[Place | None]:
        """Yield where objects call a method of their own."""
        if owner is None:
            return
        name = function.facts.name
        for each in (*self._names.mro(owner), *self._names.subclasses(owner)):
            node = self._names.classes[each]
            lookup = (c for c in self._names.mro(each) if name in self._names.classes[c].facts.methods)
            if each in self._names.mro(owner) or next(lookup, owner) == owner:
                for called, scope in node.facts.own_calls:
                    if called == name:
                        yield Place(node.module, scope) if scope >= 0 else None

    @cached_property
    def _namesakes(self) -> Counter[str]:
        return Counter(node.facts.name for node in self._names.functions.values())


def _owner(function: FunctionNode) -> str | None:
    qualname = function.facts.class_qualname
    return f"{function.module.module}.{qualname}" if qualname is not None else None


def _called(module: ModuleSummary, use: Use) -> Place | None:
    is_call = use.kind is UseKind.CALL or use.detail in _RUNNERS
    return Place(module, use.scope, use.flags) if is_call else None
