"""Real packages as the linter sees them: which modules can be planted into, and what is managed there."""

from __future__ import annotations

import ast
import keyword
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.model import Confidence
from ssot_lint.session import open_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary import ModuleSummary

SIDE_FOLDERS = frozenset(
    {"tests", "test", "testing", "examples", "example", "scripts", "docs", "demo", "demos", "benchmarks"}
    | {"samples", "vendor", "vendored", "vendors", "_vendor", "_vendored", "third_party", "extern"}
)
LONGEST = 4000
_SILENCED = re.compile(r"#\s*flake8\s*[:=]\s*noqa", re.IGNORECASE)
"""In such a file nothing is reported."""


class Module(NamedTuple):
    """A module that can be planted into."""

    path: str
    """From the package's folder."""
    name: str
    is_package: bool
    names: frozenset[str]
    """What the module's text binds or reads, at any level."""
    exports: frozenset[str] | None

    @property
    def parent(self) -> str:
        """The package that relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]


class Way(NamedTuple):
    """A way to a managed instance: a function of a module, or a method of a class in it."""

    module: str
    name: str
    is_async: bool = False
    arguments: str = ""


class Subject(NamedTuple):
    """A managed class to plant violations of, a real one or a planted one."""

    module: str
    name: str
    ways: tuple[Way, ...]
    slots: tuple[Way, ...] = ()
    registries: tuple[Way, ...] = ()
    homes: frozenset[str] = frozenset()
    """The modules that keep it."""
    is_own_factory: bool = False
    memoized: bool = False
    token: str = ""
    arguments: str = ""
    """What its constructor is given."""
    is_planted: bool = False
    owner_path: str = ""

    @property
    def symbol(self) -> str:
        """The qualified name."""
        return f"{self.module}.{self.name}"


class Package(NamedTuple):
    """An unpacked package."""

    root: Path
    modules: tuple[Module, ...]
    subjects: tuple[Subject, ...]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.root.name


def read_package(root: Path) -> Package:
    """Link a package, and return what of it can be used."""
    opened = open_project([str(root)], isolated=True, cwd=root)
    project = opened.project
    modules = tuple(module for summary in project.modules for module in usable(summary, root))
    known = {module.name for module in modules}
    subjects = tuple(
        subject
        for managed in project.managed.values()
        for subject in _subjects(managed, project)
        if subject.module in known
    )
    return Package(root, modules, subjects)


def usable(summary: ModuleSummary, root: Path) -> Iterator[Module]:
    """Yield the module, if it is one that can be planted into."""
    parts = Path(summary.project_path).parts[:-1]
    if summary.is_test or summary.is_stub or summary.error or SIDE_FOLDERS.intersection(parts):
        return
    words = summary.module.split(".")
    if not all(word.isidentifier() and not keyword.iskeyword(word) for word in words):
        return
    if summary.module.endswith("__main__") or "__init__" in words:
        return
    try:
        text = (root / summary.project_path).read_bytes().decode("utf-8")
        tree = ast.parse(text)
    except (UnicodeDecodeError, SyntaxError, OSError):
        return
    if _SILENCED.search(text):
        return
    if "\r" in text or "\f" in text or text.startswith("\ufeff") or text.count("\n") > LONGEST:
        return
    exports = None if summary.exports is None else frozenset(summary.exports)
    yield Module(summary.project_path, summary.module, summary.is_package, _names(tree), exports)


def _names(tree: ast.Module) -> frozenset[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return frozenset(found)


def _subjects(managed: ManagedClass, project: Project) -> Iterator[Subject]:
    """Yield a managed class of the package itself that is sure enough to be reported about."""
    names = project.names
    node = names.classes.get(managed.qualname)
    if node is None or managed.confidence < Confidence.MEDIUM or node.facts.is_local:
        return
    if "." in node.facts.qualname or node.module.is_test:
        return
    ways = []
    for factory in managed.factories:
        function = names.functions.get(factory.symbol)
        if function is None or function.facts.kind not in ("function", "classmethod", "staticmethod"):
            continue
        ways.append(Way(function.module.module, function.facts.qualname, factory.is_async))
    homes = {way.module for way in ways} | {node.module.module}
    slots = tuple(_places(managed.slots, project))
    registries = tuple(_places(managed.registries, project))
    homes.update(place.module for place in (*slots, *registries))
    homes.update(managed.owner_modules)
    yield Subject(
        node.module.module,
        managed.name,
        tuple(ways),
        slots,
        registries,
        frozenset(homes),
        managed.is_own_factory,
        memoized=any(e.kind == "memoized" for e in managed.evidence),
        owner_path=node.module.project_path,
    )


def _places(symbols: tuple[str, ...], project: Project) -> Iterator[Way]:
    """Yield slots and registries in modules and classes; others have no name by which to reach them."""
    for symbol in symbols:
        words = symbol.split(".")
        for end in range(len(words) - 1, 0, -1):
            module = project.names.modules.get(".".join(words[:end]))
            if module is None:
                continue
            name = ".".join(words[end:])
            if name.isascii() and all(word.isidentifier() for word in words) and len(words) - end <= 2:
                yield Way(module.module, name)
            break
