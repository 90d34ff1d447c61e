"""Plans a project: its packages and modules, what each of them defines, and what it takes from others.

Packages lie in one another, and hand names of their modules on. Which module is imported is left to how often
it was imported before, so that a few are known everywhere and most hardly anywhere, as in real projects. A
module imports only what was planned before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

ROOT: Final = "shop"

_FOLDERS: Final = ("core", "orders", "stock", "users", "api", "jobs", "mail", "search", "billing", "reports")
_TOPICS: Final = ("session", "cart", "invoice", "ledger", "parcel", "address", "voucher", "refund", "queue")
_ROLES: Final = ("Store", "Client", "Handler", "Policy", "Record", "Builder", "Parser", "Monitor", "Router")

_IN_PACKAGE: Final = 12
"""Modules in a package, on average."""
_IMPORTS: Final = 6
"""Modules that a module imports, on average."""
_MANAGED_SHARE: Final = 0.04
_INHERITING_SHARE: Final = 0.35


@dataclass
class Class:
    """A class of the project: defined in ``origin``, and imported by others from ``home``."""

    name: str
    origin: str
    home: str
    base: Class | None = None
    factory: str | None = None
    """The function that alone is to construct it, in the same module."""


@dataclass
class Module:
    """A module, with its classes and those that it imports; for a package, what its ``__init__`` hands on."""

    name: str
    is_package: bool = False
    classes: list[Class] = field(default_factory=list)
    imported: list[Class] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The path of its file from the project's root."""
        return self.name.replace(".", "/") + ("/__init__.py" if self.is_package else ".py")


def plan(modules: int, random: Random) -> list[Module]:
    """Return the modules of a project in the order in which each imports only those before it."""
    packages = [Module(ROOT, is_package=True)]
    while len(packages) < modules // _IN_PACKAGE:
        parent = random.choice(packages)
        if parent.name.count(".") < 4:
            packages.append(
                Module(f"{parent.name}.{random.choice(_FOLDERS)}{len(packages)}", is_package=True)
            )
    planned: list[Module] = []
    urn: list[Class] = []
    for number in range(modules - len(packages)):
        package = random.choice(packages)
        module = Module(f"{package.name}.{random.choice(_TOPICS)}{number}")
        module.imported = _drawn(urn, random)
        module.classes = list(_classes(module, number, random))
        for defined in module.classes:
            if random.random() < 0.3:
                package.imported.append(defined)
                defined.home = package.name
            urn.append(defined)
        urn += module.imported
        planned.append(module)
    return [*packages, *planned]


def _drawn(urn: list[Class], random: Random) -> list[Class]:
    """Return some classes of others: each as likely as it was drawn before."""
    wanted = min(int(random.expovariate(1 / _IMPORTS)) + 1, 40) if urn else 0
    drawn = {id(each): each for each in (random.choice(urn) for _ in range(wanted))}
    return list(drawn.values())


def _classes(module: Module, number: int, random: Random) -> list[Class]:
    """Return the classes that a module defines; some inherit from what it imports, some have a factory."""
    made = []
    for index in range(random.choice((0, 1, 1, 2, 2, 3))):
        name = f"{random.choice(_TOPICS).capitalize()}{random.choice(_ROLES)}{number}x{index}"
        if random.random() < _MANAGED_SHARE:
            made.append(Class(name, module.name, module.name, factory=f"get_{name.lower()}"))
            continue
        bases = [each for each in module.imported if each.factory is None]
        base = random.choice(bases) if bases and random.random() < _INHERITING_SHARE else None
        made.append(Class(name, module.name, module.name, base))
    return made
