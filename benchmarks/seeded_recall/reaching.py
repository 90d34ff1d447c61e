"""The spellings by which a module reaches what another one defines: every kind of import."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmarks.seeded_recall.draft import Misfit

if TYPE_CHECKING:
    from benchmarks.seeded_recall.packages import Module
    from benchmarks.seeded_recall.scene import Scene

SIMPLE = {
    "from-import": ("from {module} import {first}", "{name}"),
    "import-as-other": ("from {module} import {first} as {other}", "{other}{rest}"),
    "dotted-module": ("import {module}", "{module}.{name}"),
    "module-alias": ("import {module} as {other}", "{other}.{name}"),
    "module-from-package": ("from {package} import {last}", "{last}.{name}"),
    "relative": ("from {relative} import {first}", "{name}"),
    "relative-module": ("from {relative_package} import {last}", "{last}.{name}"),
    "star": ("from {module} import *", "{name}"),
    "in-function": ("from {module} import {first}", "{name}"),
    "in-function-relative": ("from {relative} import {first} as {other}", "{other}{rest}"),
    "tried": ("try:\n    from {module} import {first}\nexcept ImportError:\n    {first} = None", "{name}"),
}
SPELLINGS = (*SIMPLE, "re-export", "re-export-twice-renamed", "re-export-star", "re-export-all")
LOCAL = frozenset({"in-function", "in-function-relative"})


class Reach(NamedTuple):
    """How a name is imported, and what is written to use it."""

    spelling: str
    imports: str
    expression: str

    @property
    def is_local(self) -> bool:
        """Whether the import is to stand in the function that uses the name."""
        return self.spelling in LOCAL


def reach(scene: Scene, module: str, name: str, spelling: str | None = None) -> Reach:
    """Return a spelling of the way from the scene's module to ``name`` (maybe dotted) in another one."""
    first, _, rest = name.partition(".")
    rest = f".{rest}" if rest else ""
    package, _, last = module.rpartition(".")
    here, other = scene.module, scene.word()
    spelling = _free(spelling or scene.random.choice(SPELLINGS), here, module, first)
    if spelling not in SIMPLE:
        return _re_exported(scene, module, first, rest, spelling)
    if "star" in spelling and not _is_starred(scene, module, first):
        raise Misfit(spelling)
    imports, expression = SIMPLE[spelling]
    if "package}" in imports and not package:
        raise Misfit(spelling)
    words = {"module": module, "package": package, "last": last}
    words |= {"name": name, "first": first, "rest": rest, "other": other}
    if "{relative}" in imports:
        words["relative"] = relative(here, module)
    if "{relative_package}" in imports:
        words["relative_package"] = relative(here, package)
    return Reach(spelling, imports.format(**words), expression.format(**words))


def _free(spelling: str, here: Module, module: str, first: str) -> str:
    """Return the spelling, or another one where it would bind a name that the module already uses."""
    bound = {
        "dotted-module": module.partition(".")[0],
        "module-from-package": module.rpartition(".")[2],
        "relative-module": module.rpartition(".")[2],
    }.get(spelling, first)
    if bound not in here.names or spelling in ("import-as-other", "module-alias", "in-function-relative"):
        return spelling
    return "module-alias" if "module" in spelling else "import-as-other"


def _re_exported(scene: Scene, module: str, first: str, rest: str, spelling: str) -> Reach:
    """Reach a name by way of new modules that only hand it on."""
    other = scene.word()
    if spelling == "re-export":
        shim = scene.new_module(f"from {module} import {first}\n")
        return Reach(spelling, f"from {shim} import {first}", first + rest)
    if spelling == "re-export-twice-renamed":
        inner = scene.new_module(f"from {module} import {first} as {other}\n")
        shim = scene.new_module(f"from {inner} import {other} as {other}Again\n")
        return Reach(spelling, f"from {shim} import {other}Again", f"{other}Again{rest}")
    if spelling == "re-export-star":
        if not _is_starred(scene, module, first):
            raise Misfit(spelling)
        shim = scene.new_module(f"from {module} import *\n")
        return Reach(spelling, f"from {shim} import {first}", first + rest)
    shim = scene.new_module(f'from {module} import {first}\n\n__all__ = ["{first}"]\n')
    return Reach(spelling, f"from {shim} import *", first + rest)


def relative(here: Module, module: str) -> str:
    """Return a module's name as a relative import writes it."""
    base, target = here.parent.split("."), module.split(".")
    if not here.parent or base[0] != target[0]:
        raise Misfit("no package in common")
    common = 0
    while common < min(len(base), len(target)) and base[common] == target[common]:
        common += 1
    return "." * (len(base) - common + 1) + ".".join(target[common:])


def _is_starred(scene: Scene, module: str, name: str) -> bool:
    """Whether ``import *`` brings a name."""
    known = scene.modules.get(module)
    if name.startswith("_"):
        return False
    return known is not None and (known.exports is None or name in known.exports)
