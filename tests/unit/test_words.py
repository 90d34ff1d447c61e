"""Words that a symbol has to contain to lead to a definition: none that leads there is passed over."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pytest
from projects_in_memory import files_in, summaries_of

from ssot_lint.project.names import Names
from ssot_lint.project.words import LeadingWords, all_ends

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.summary import ModuleSummary

MANAGER: Final = """
# app/__init__.py
from app.ws import Manager as Boss, get_manager as boss
# app/ws.py
class Manager:
    _instance = None
    def again(self): return self
def get_manager():
    return Manager()
MANAGERS = {}
"""

USER: Final = """
# app/user.py
from app.main import found
found()
"""

WAYS_ROUND: Final = {
    "a re-export under another name": ("import app\napp.Boss()", "app.Boss"),
    "a re-export of a re-export": (f"from app import Boss as found{USER}", "app.main.found"),
    "a name for a class": (f"from app import ws\nfound = ws.Manager{USER}", "app.main.found"),
    "a name for a module": ("from app import ws\nw = ws\ndef f(): w.Manager()", "app.ws.Manager"),
    "a class attribute": (
        "from app.ws import Manager\nclass V:\n    kind = Manager\n    def f(self): self.kind()",
        "app.main.V().kind",
    ),
    "__class__": (
        "from app.ws import get_manager\nget_manager().again().__class__()",
        "app.ws.get_manager().again().__class__",
    ),
    "super()": (
        "from app.ws import Manager\nclass Sub(Manager):\n    def f(self): super().again()",
        "app.main.Sub.<super>.again",
    ),
    "a star": (
        "from app.ws import *\n# app/user.py\nfrom app import main\nmain.Manager()",
        "app.main.Manager",
    ),
}


def leading(modules: Iterable[ModuleSummary]) -> dict[str, set[str]]:
    """Return the symbols of a project by the definitions that they lead to, at their end or on their way."""
    every = list(modules)
    names = Names(every)
    found: dict[str, set[str]] = defaultdict(set)
    for symbol in {symbol for module in every for symbol in module.packed_uses}:
        for _, target in names.prefixes(symbol, all_ends(symbol)):
            if target.kind != "instance" and not target.symbol.endswith("()"):
                found[target.symbol].add(symbol)
    return found


def passed_over(modules: list[ModuleSummary]) -> set[tuple[str, str]]:
    """Return definitions and the symbols that lead to them without containing a word for them."""
    names = Names(modules)
    return {
        (definition, symbol)
        for definition, symbols in leading(modules).items()
        for words in (LeadingWords([definition], names),)
        for symbol in symbols.difference(words.leading(symbols))
    }


@pytest.mark.parametrize("way", WAYS_ROUND)
def test_a_way_round_is_seen(way: str) -> None:
    text, symbol = WAYS_ROUND[way]
    modules = summaries_of(files_in(f"{MANAGER}# app/main.py\n{text}\n"))
    assert symbol in set().union(*leading(modules).values())
    assert passed_over(modules) == set()


def test_other_symbols_are_passed_over() -> None:
    modules = summaries_of(files_in(f"{MANAGER}# app/main.py\nimport os\nos.getcwd()\n"))
    words = LeadingWords(["app.ws.Manager"], Names(modules))
    assert words.leading(["os.getcwd", "app.ws.get_manager().rooms[]"]) == []
    assert words.leading(["os.getcwd", "app.Boss()"]) == ["app.Boss()"]
    assert LeadingWords([], Names(modules)).leading(["app.ws.Manager"]) == []
