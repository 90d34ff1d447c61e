"""Projects in which one thing leads to the next, so many times, and at last to a managed class.

In each the last module uses what the chain leads to; links are in the order of their numbers, or reversed.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Files = dict[str, str]

_MANAGER: Final = """\
class Manager:  # ssot: managed factory=get_manager
    kept = ()


def get_manager():
    Manager.kept = Manager.kept or (Manager(),)
    return Manager.kept[0]
"""


def _start(**more: str) -> Files:
    return {
        "pyproject.toml": "[tool.ssot-lint]\n",
        "app/__init__.py": "",
        "app/ws.py": _MANAGER,
        **{f"app/{name}.py": text for name, text in more.items()},
    }


def _use(module: str, name: str = "Manager", call: str = "") -> str:
    return f"from app.{module} import {name}\n\n\ndef use():\n    return {call or name}()\n"


def _modules(size: int, link: str, first: str = "ws", *, backwards: bool = False) -> Files:
    """Write a module for each link; ``LAST`` is the module before, ``NN`` the number."""
    names = [f"m{size - number if backwards else number:06d}" for number in range(size)]
    files = {
        f"app/{name}.py": link.replace("LAST", before).replace("NN", str(number))
        for number, (name, before) in enumerate(zip(names, [first, *names], strict=False))
    }
    return {**files, "app/use.py": _use(names[-1])}


def _lines(size: int, link: str) -> str:
    """Write a text for each link; ``LAST`` is the number before."""
    return "".join(
        link.replace("LAST", str(number - 1)).replace("NN", str(number)) for number in range(1, size)
    )


def imports(size: int) -> Files:
    """Modules that hand a name on."""
    return {**_start(), **_modules(size, "from app.LAST import Manager\n")}


def imports_backwards(size: int) -> Files:
    """The same, and the first module is read last."""
    return {**_start(), **_modules(size, "from app.LAST import Manager\n", backwards=True)}


def stars(size: int) -> Files:
    """Modules that hand on all names."""
    return {**_start(), **_modules(size, "from app.LAST import *\n")}


def exports(size: int) -> Files:
    """Modules that add up what others export."""
    link = "from app import LAST\nfrom app.LAST import *\n__all__ = LAST.__all__ + ['xNN']\nxNN = NN\n"
    start = _start(first="from app.ws import Manager\n__all__ = ['Manager']\n")
    return {**start, **_modules(size, link, first="first")}


def aliases(size: int) -> Files:
    """Names of one module that are each bound to the one before."""
    text = "from app.ws import Manager\nA0 = Manager\n" + _lines(size, "ANN = ALAST\n")
    return _start(chain=text, use=_use("chain", f"A{size - 1}"))


def subclasses(size: int) -> Files:
    """Classes that inherit from the one before, and change what all of them share."""
    text = "class C0:\n    items = []\n" + _lines(
        size, "class CNN(CLAST):\n    def addNN(self, x): self.items.append(x)\n"
    )
    return _start(chain=text, use=_use("ws"))


def factories(size: int) -> Files:
    """Functions that return what the one before returns."""
    text = "from app.ws import get_manager\ndef get_0(): return get_manager()\n" + _lines(
        size, "def get_NN(): return get_LAST()\n"
    )
    return _start(chain=text, use=_use("ws"))


def makers(size: int) -> Files:
    """Functions that return what the one before makes."""
    text = "from app.ws import Manager\ndef make_0(): return Manager()\n" + _lines(
        size, "def make_NN(): return make_LAST()\n"
    )
    return _start(chain=text)


def variables(size: int) -> Files:
    """Variables that may hold what the one before holds."""
    text = "from app.ws import get_manager\nv0 = get_manager()\n" + _lines(size, "vNN = vLAST or None\n")
    return _start(chain=text, use=_use("ws"))


def decorators(size: int) -> Files:
    """Decorators that the one before decorates."""
    text = "def d0(f): return f\n" + _lines(size, "@dLAST\ndef dNN(f): return dLAST(f)\n")
    return _start(chain=f"{text}\n{_use('ws')}")


def methods(size: int) -> Files:
    """Methods that call the one before, which gives each instance its own at last."""
    text = (
        f"class P:\n    items = []\n    def __init__(self): self.m{size - 1}()\n"
        "    def m0(self): self.items = []\n    def add(self, x): self.items.append(x)\n"
    )
    return _start(
        chain=text + _lines(size, "    def mNN(self): self.mLAST()\n"),
        use=_use("ws"),
    )


def awaits(size: int) -> Files:
    """Functions that await the one before, and never let others run."""
    text = "async def a0(): pass\n" + _lines(size, "async def aNN(): await aLAST()\n")
    text += (
        "kept = {}\nclass P: pass\nasync def get(user_id):\n    if user_id not in kept:\n"
        f"        await a{size - 1}()\n        kept[user_id] = P()\n    return kept[user_id]\n"
    )
    return _start(chain=text, use=_use("ws"))


CHAINS: Final[Mapping[str, tuple[Callable[[int], Files], tuple[str, ...]]]] = MappingProxyType(
    {
        chain.__name__: (chain, codes)
        for chain, codes in (
            (imports, ("SST101",)),
            (imports_backwards, ("SST101",)),
            (stars, ("SST101",)),
            (exports, ("SST101",)),
            (aliases, ("SST101",)),
            (subclasses, ("SST101", "SST201")),
            (factories, ("SST101",)),
            (makers, ("SST101",)),
            (variables, ("SST101",)),
            (decorators, ("SST101",)),
            (methods, ("SST101",)),
            (awaits, ("SST101",)),
        )
    }
)
"""Each with the rules that find something in it, one thing each, beside those that are opt-in."""
