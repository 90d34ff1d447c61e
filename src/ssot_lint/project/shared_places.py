"""The places where all users meet: variables of modules and classes, attributes of process-wide instances."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model import Related

if TYPE_CHECKING:
    from ssot_lint.model import Location
    from ssot_lint.project.names import Names, Target
    from ssot_lint.project.process_wide import ProcessWide
    from ssot_lint.summary.facts import ClassAttribute, FunctionFacts, ModuleSummary

_FIELD: Final = re.compile(r"\.(?:field|Field|ib|attrib|PrivateAttr)\(\)$")
_APPLICATION: Final = re.compile(
    r"(?:\.(?:FastAPI|Starlette|Flask|Quart|Sanic|Litestar|Application)\(\)|\.app)\.(?:state\.|ctx\.)?\w+$"
)
"""What a server has one of, and what is hung on it for all requests."""


class SharedPlace(NamedTuple):
    """A shared place: its name, what it belongs to, and the class whose instance that is."""

    name: str
    holder: str
    instance_of: str = ""
    kept_in: str = ""
    kept_at: Location | None = None
    is_sure: bool = True
    """Whether it isn't only an instance of a subclass that is kept."""

    @property
    def related(self) -> tuple[Related, ...]:
        """Where the one instance is kept."""
        return (Related("the one instance is kept here", self.kept_at),) if self.kept_at is not None else ()

    @property
    def words(self) -> str:
        """The place as a reader of a message knows it."""
        where = f"{self.name} of {self.holder}"
        if self.instance_of and self.kept_in:
            where += f", of which the process has one instance ({self.kept_in})"
        return where


class SharedPlaces:
    """Tells which symbols are shared places."""

    def __init__(self, names: Names, process_wide: ProcessWide) -> None:
        self._names = names
        self._process_wide = process_wide

    def find(
        self, target: str, key: str, module: ModuleSummary, function: FunctionFacts
    ) -> SharedPlace | None:
        """Return the place that a function stores into; with a key, it is an item of a mapping."""
        base, _, name = target.rpartition(".")
        owner = self._names.resolve(base)
        if owner is None or name.startswith("__"):
            return None
        shown = f'{name}["{key}"]' if key else name
        if owner.kind in ("module", "class"):
            return self._variable(owner, target, shown, module, function)
        whole = self._names.resolve(target)
        if whole is not None and whole.kind == "external":
            is_shared = _is_of_application(whole.symbol, is_of_variable=owner.kind == "variable")
            return SharedPlace(shown, "the application") if is_shared else None
        class_symbol = owner.symbol if owner.kind == "instance" else self._names.class_of(base)
        if class_symbol is None or class_symbol not in self._names.classes:
            return None
        keeper = self._process_wide.keeper_of(class_symbol)
        if keeper is None or self._is_own_affair(class_symbol, name):
            return None
        return SharedPlace(
            shown,
            class_symbol.rpartition(".")[2],
            class_symbol,
            keeper.place,
            keeper.location,
            is_sure=not keeper.is_of_subclass,
        )

    def _variable(
        self, owner: Target, target: str, shown: str, module: ModuleSummary, function: FunctionFacts
    ) -> SharedPlace | None:
        if "[" in shown and not self._is_mapping(target):
            return None
        if owner.kind == "module":
            return SharedPlace(shown, f"the module {owner.symbol}")
        own = f"{module.module}.{function.class_qualname}"
        is_of_instance = function.kind in ("method", "property") and own in self._names.classes
        if is_of_instance and owner.symbol in self._names.mro(own):
            return None  # what an instance puts on its own class is another rule's matter
        return SharedPlace(shown, f"the class {owner.symbol.rpartition('.')[2]}")

    def _is_mapping(self, target: str) -> bool:
        """Tell whether a variable or class attribute holds a plain mapping."""
        found = self._names.resolve(target)
        if found is None or found.kind not in ("variable", "attribute"):
            return False
        owner, _, name = found.symbol.rpartition(".")
        module = self._names.modules.get(owner)
        if module is not None:
            return any(b.value == "mapping" for b in module.bindings.get(name, ()))
        attributes = self._names.classes[owner].facts.attributes
        return any(a.value == "mapping" for a in attributes if a.name == name)

    def _is_own_affair(self, class_symbol: str, name: str) -> bool:
        """Tell whether storing an attribute runs code, which may keep it apart for each thread or task."""
        for owner in self._names.mro(class_symbol):
            facts = self._names.classes[owner].facts
            if "__setattr__" in facts.methods or name in facts.methods:
                return True
            if any(a.name == name and a.value == "call" and not _is_field(a) for a in facts.attributes):
                return True
        return False


def _is_of_application(symbol: str, *, is_of_variable: bool) -> bool:
    """Tell whether an attribute of something from outside is the application's, or a module's namespace's."""
    if is_of_variable and symbol.rpartition(".")[0] == "types.SimpleNamespace()":
        return True
    return bool(_APPLICATION.search(symbol))


def _is_field(attribute: ClassAttribute) -> bool:
    """Tell whether a call only describes the attribute, as in a dataclass."""
    return any(_FIELD.search(symbol) for symbol in attribute.symbols)
